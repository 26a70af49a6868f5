package io.tributary.front.kafka.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RightsTest {
  @Test
  void aNameIsThatOneAndAStarAllThatBeginSo() {
    Rights rights = rights("read:press", "read:site-7.*");
    assertTrue(rights.mayRead("press"));
    assertTrue(rights.mayRead("site-7.heat"));
    assertTrue(rights.mayRead("site-7."));
    assertFalse(rights.mayRead("press2"));
    assertFalse(rights.mayRead("Press"));
    assertFalse(rights.mayRead("site-77.heat"));
    assertTrue(rights("read:*").mayRead("anything"));
  }

  @Test
  void anOperationImpliesWhatItImpliesInKafka() {
    for (String operation : new String[] {"read", "write", "delete", "alter", "describe"}) {
      assertTrue(rights(operation + ":t").mayDescribe("t"), operation);
    }
    assertFalse(rights("create:t").mayDescribe("t"));
    Rights reader = rights("read:t");
    assertFalse(reader.mayWrite("t"));
    assertFalse(reader.mayCreate("t"));
    assertFalse(reader.mayDelete("t"));
    assertFalse(reader.mayAlter("t"));
    assertFalse(reader.mayUseGroup("t"));
    assertFalse(reader.mayWriteSomething());
    assertFalse(reader.mayAdminister());
    assertTrue(rights("alter:t").mayAlter("t"));
    assertTrue(rights("delete:t").mayDelete("t"));
    assertTrue(rights("create:t").mayCreate("t"));
    assertTrue(rights("write:t").mayWriteSomething());
  }

  @Test
  void aGroupIsNoTopic() {
    Rights rights = rights("group:g*");
    assertTrue(rights.mayUseGroup("g1"));
    assertFalse(rights.mayUseGroup("h"));
    assertFalse(rights.mayRead("g1"));
    assertFalse(rights.mayDescribe("g1"));
  }

  @Test
  void adminIsEverythingAndNobodyNothing() {
    for (Rights all : new Rights[] {rights("admin"), Rights.ALL}) {
      assertTrue(
          all.mayRead("t")
              && all.mayWrite("t")
              && all.mayCreate("t")
              && all.mayDelete("t")
              && all.mayAlter("t")
              && all.mayDescribe("t")
              && all.mayUseGroup("g")
              && all.mayWriteSomething()
              && all.mayAdminister());
    }
    assertFalse(Rights.NONE.mayDescribe("t"));
    assertFalse(Rights.NONE.mayWriteSomething());
  }

  @ParameterizedTest
  @ValueSource(strings = {"read:t", "write:a.*", "group:*", "admin", "describe:_gaps", "alter:x"})
  void isReadAsItIsWritten(String text) {
    assertEquals(text, Right.parse(text).toString());
    assertEquals(Right.parse(text), Right.parse(Right.parse(text).toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "read",
        "read:",
        ":t",
        "admin:t",
        "ADMIN",
        "Read:t",
        "consume:t",
        "read:a*b",
        "read:**",
        "read:a b",
        "read:t\n",
        "read:\u00e9"
      })
  void whatIsNoRightIsRefusedWithWhatIs(String text) {
    var refused = assertThrows(IllegalArgumentException.class, () -> Right.parse(text));
    assertTrue(refused.getMessage().contains(Right.ALLOWED), refused.getMessage());
  }

  private static Rights rights(String... texts) {
    return Rights.of(Arrays.stream(texts).map(Right::parse).toList());
  }
}
