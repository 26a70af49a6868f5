package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.mapping.TopicFilter;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is allowed by a list of rights, and what only looks like it.
class RightsTest {
  @ParameterizedTest(name = "{0} covers {1}: {2}")
  @CsvSource({
    "a/b,a/b,true",
    "a/b,a/c,false",
    "a/+,a/b,true",
    "a/+,a/+,true",
    "a/b,a/+,false",
    "a/+,a/#,false",
    "a/#,a/#,true",
    "a/#,a,true",
    "a,a/#,false",
    "a/#,a/b/+/c,true",
    "a/+/#,a/#,false",
    "a/+/#,a/+,true",
    "a/+/#,a/b/#,true",
    "#,a/#,true",
    "#,#,true",
    "#,+,true",
    "+,#,false",
    "+/+,+,false",
    "#,$SYS/#,false",
    "+/a,$SYS/a,false",
    "$SYS/#,$SYS/a,true",
    "$SYS/+,$SYS/#,false",
    "a/b/c,a/b,false",
    "a/b,a/b/c,false",
  })
  void aFilterIsCoveredWhenEachOfItsTopicsIs(String wide, String narrow, boolean covers) {
    assertEquals(
        covers, Rights.covers(new TopicFilter(wide).parts(), new TopicFilter(narrow).parts()));
  }

  @Test
  void whatIsCoveredNeverMatchesMore() {
    long seed = 7;
    Random random = new Random(seed);
    String[] levels = {"a", "b", "+", "$s"};
    for (int i = 0; i < 20_000; i++) {
      TopicFilter wide = new TopicFilter(filter(random, levels));
      TopicFilter narrow = new TopicFilter(filter(random, levels));
      String[] topic =
          TopicFilter.levels(
              filter(random, new String[] {"a", "b", "$s"}).replace("/#", "").replace("#", "a"));
      if (Rights.covers(wide.parts(), narrow.parts()) && narrow.matches(topic)) {
        assertTrue(
            wide.matches(topic),
            () -> wide + " covers " + narrow + ", seed " + seed + ": " + String.join("/", topic));
      }
    }
  }

  private static String filter(Random random, String[] levels) {
    StringBuilder filter = new StringBuilder(levels[random.nextInt(levels.length)]);
    for (int more = random.nextInt(3); more > 0; more--) {
      filter.append('/').append(levels[random.nextInt(levels.length)]);
    }
    return random.nextInt(3) > 0 ? filter.toString() : random.nextInt(4) > 0 ? filter + "/#" : "#";
  }

  @Test
  void theUserAndTheClientStandInTheirPlaces() {
    Rights rights = of("press", "c-1", "dev/%u/%c/x-%u", "100%/%%u");
    assertTrue(rights.mayPublish("dev/press/c-1/x-press"));
    assertFalse(rights.mayPublish("dev/press/c-2/x-press"));
    assertTrue(rights.mayPublish("100%/%press"));
  }

  @ParameterizedTest
  @CsvSource({"+", "#", "a/b", "''", "+/x"})
  void aNameThatIsMoreThanOneLevelOpensNothing(String clientId) {
    Rights rights = of("press", clientId, "dev/%c/x", "%c/#");
    assertFalse(rights.mayPublish("dev/other/x"));
    assertFalse(rights.mayPublish("dev/" + clientId + "/x"));
    assertFalse(rights.maySubscribe(new TopicFilter("dev/+/x")));
    assertFalse(rights.mayPublish("a/b/c"));
  }

  @Test
  void aNameOpensNoTopicsOfTheServer() {
    Rights rights = of("press", "$SYS", "%c/#");
    assertFalse(rights.maySubscribe(new TopicFilter("$SYS/broker/uptime")));
  }

  @Test
  void aNameIsPutInOnce() {
    Rights rights = of("%c", "secret", "dev/%u");
    assertTrue(rights.mayPublish("dev/%c"));
    assertFalse(rights.mayPublish("dev/secret"));
  }

  @Test
  void aStarIsWhoeverHasANameAndNobodyIsAUserOfItsOwn() {
    List<Rights.Rule> rules =
        List.of(
            new Rights.Rule("*", List.of("all"), List.of()),
            new Rights.Rule("$anonymous", List.of("open", "x/%u"), List.of()),
            new Rights.Rule("a", List.of("a"), List.of()));
    assertTrue(Rights.of(rules, "a", "c").mayPublish("a"));
    assertTrue(Rights.of(rules, "a", "c").mayPublish("all"));
    assertFalse(Rights.of(rules, "a", "c").mayPublish("open"));
    assertFalse(Rights.of(rules, "b", "c").mayPublish("a"));
    Rights nobody = Rights.of(rules, null, "c");
    assertTrue(nobody.mayPublish("open"));
    assertFalse(nobody.mayPublish("all"));
    assertFalse(nobody.mayPublish("x/"));
    assertTrue(Rights.of(null, null, "c").mayPublish("anything"));
    assertFalse(Rights.of(List.of(), "a", "c").mayPublish("anything"));
  }

  private static Rights of(@Nullable String user, String clientId, String... filters) {
    Rights.Rule rule = new Rights.Rule("*", List.of(filters), List.of(filters));
    return Rights.of(List.of(rule), user, clientId);
  }
}
