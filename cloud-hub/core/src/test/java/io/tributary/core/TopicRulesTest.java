package io.tributary.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicRulesTest {
  private static final TopicSpec OWN =
      new TopicSpec("own", new Layout.PerEdge(3), true, TopicLimits.DEFAULT);

  @Test
  void aConfiguredTopicIsCreatedAsConfigured() {
    TopicRules rules = new TopicRules(List.of(OWN), TestHub.ANY);
    assertEquals(OWN, rules.ifMissing("own"));
    assertEquals(List.of(OWN), rules.configured());
  }

  @Test
  void anyOtherIsCreatedByThePatternUnderItsOwnName() {
    TopicRules rules = new TopicRules(List.of(OWN), TestHub.ANY);
    assertEquals(
        new TopicSpec("t", TestHub.ANY.layout(), true, TestHub.ANY.limits()), rules.ifMissing("t"));
    assertNull(rules.ifMissing("no/name"));
  }

  @Test
  void withoutAPatternNoOtherIsCreated() {
    TopicRules rules = new TopicRules(List.of(OWN), null);
    assertNull(rules.ifMissing("t"));
    assertEquals(OWN, rules.ifMissing("own"));
  }

  @Test
  void aTopicIsConfiguredOnce() {
    assertThrows(
        IllegalArgumentException.class, () -> new TopicRules(List.of(OWN, OWN), TestHub.ANY));
  }
}
