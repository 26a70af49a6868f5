package io.tributary.link;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

final class CipherWarmUpTest {
  @Test
  void itRunsThrough() {
    assertDoesNotThrow(CipherWarmUp::run);
  }
}
