package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.front.kafka.access.Credentials;
import org.junit.jupiter.api.Test;

/// A password that was proven is right as long as its user's credentials stay, and no other is.
final class ProvenPasswordsTest {
  private final ProvenPasswords passwords = new ProvenPasswords(new byte[32]);
  private final Credentials before = Credentials.of("secret \u00e9");
  private final Credentials after = Credentials.of("another");

  @Test
  void aProvenPasswordStaysRightAndAWrongOneWrong() {
    assertFalse(matches(before, "wrong"));
    assertEquals(0, passwords.size());
    assertTrue(matches(before, "secret \u00e9"));
    assertTrue(matches(before, "secret \u00e9"));
    assertFalse(matches(before, "wrong"));
    assertFalse(matches(before, ""));
    assertEquals(1, passwords.size());
  }

  @Test
  void aNewPasswordEndsTheOldOne() {
    assertTrue(matches(before, "secret \u00e9"));
    assertFalse(matches(after, "secret \u00e9"));
    assertTrue(matches(after, "another"));
    assertFalse(matches(before, "another"));
  }

  private boolean matches(Credentials credentials, String password) {
    return passwords.matches("alice", credentials, password.toCharArray());
  }
}
