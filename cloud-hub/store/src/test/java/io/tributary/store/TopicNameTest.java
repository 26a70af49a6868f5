package io.tributary.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopicNameTest {
  @Test
  void allowsWhatKafkaAllows() {
    for (String name : List.of("temperature", "_gaps", "a.b-c_D9", "...", "x".repeat(249))) {
      assertNull(TopicName.objection(name), name);
    }
  }

  @Test
  void refusesWhatKafkaRefuses() {
    for (String name : List.of("", ".", "..", "a/b", "a b", "grün", "../x", "x".repeat(250))) {
      assertNotNull(TopicName.objection(name), name);
    }
  }

  @Test
  void namesThatKafkasMetricsCannotTellApartCollide() {
    assertEquals("a_b", TopicName.collision("a.b", List.of("c", "a_b")));
    assertNull(TopicName.collision("a.b", List.of("a.b", "a-b")));
  }
}
