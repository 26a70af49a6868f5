package io.tributary.sim.world;

import io.tributary.log.FullPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a story is about: anything, or one row of the promise's table. A plot fixes the kind of the faults and what they
/// need to matter; everything else is drawn by the seed.
@SuppressWarnings(
    "ImmutableEnumChecker") // its lists are, and a shape changes only what it is given
enum Plot {
  ANYTHING(
      0,
      "whatever the seed draws",
      List.of(),
      (story, random) -> {
        if (random.nextBoolean()) {
          story.sealsForks();
        }
      }),

  EDGE_POWER_CUTS(
      1,
      "the edge's power goes while readings come in, also in the middle of its disk's work",
      List.of(Fault.EDGE_POWER_CUT, Fault.EDGE_POWER_CUT_IN_DISK_USE),
      (story, random) -> {
        story.busy(200);
        several(story, random, 3, 8, Fault.EDGE_POWER_CUT, Fault.EDGE_POWER_CUT_IN_DISK_USE);
      }),
  TORN_WRITES(
      2,
      "power cuts keep some sectors of a write and lose others",
      List.of(Fault.WRITE_TORN),
      (story, random) -> {
        story.busy(200);
        several(
            story, random, 4, 9, Fault.EDGE_POWER_CUT_IN_DISK_USE, Fault.HUB_POWER_CUT_IN_DISK_USE);
      }),
  EDGE_BIT_FLIPS(
      3,
      "bits flip in the middle of an edge's log",
      List.of(
          Fault.EDGE_BIT_FLIPPED_IN_MIDDLE, Fault.EDGE_BIT_FLIPPED_HARMLESSLY, Fault.EDGE_HEALED),
      (story, random) ->
          several(
              story,
              random,
              3,
              9,
              Fault.EDGE_BIT_FLIPPED_IN_MIDDLE,
              Fault.EDGE_BIT_FLIPPED_IN_MIDDLE,
              Fault.EDGE_BIT_FLIPPED_HARMLESSLY,
              Fault.EDGE_HARMED_WHILE_HEALING)),
  HUB_BIT_FLIPS(
      4,
      "bits flip in the hub's logs",
      List.of(
          Fault.HUB_BIT_FLIPPED,
          Fault.HUB_BIT_FLIPPED_HARMLESSLY,
          Fault.BOTH_BITS_FLIPPED,
          Fault.HUB_HEALED,
          Fault.HUB_LOSS_TOLD),
      (story, random) ->
          several(
              story,
              random,
              3,
              9,
              Fault.HUB_BIT_FLIPPED,
              Fault.HUB_BIT_FLIPPED,
              Fault.HUB_BIT_FLIPPED_HARMLESSLY,
              Fault.BOTH_BITS_FLIPPED,
              Fault.HUB_HARMED_WHILE_HEALING)),
  TAIL_AND_MIDDLE(
      5,
      "a torn tail and a flipped middle, in one log",
      List.of(Fault.EDGE_BIT_FLIPPED_IN_MIDDLE, Fault.EDGE_BIT_FLIPPED_IN_TAIL, Fault.WRITE_TORN),
      (story, random) ->
          several(
              story,
              random,
              4,
              9,
              Fault.EDGE_BIT_FLIPPED_IN_MIDDLE,
              Fault.EDGE_BIT_FLIPPED_IN_TAIL,
              Fault.EDGE_POWER_CUT_IN_DISK_USE)),
  FORCES_FAIL(
      6,
      "a force fails, and soon the power goes",
      List.of(Fault.EDGE_FORCE_FAILED, Fault.HUB_FORCE_FAILED),
      (story, random) ->
          several(
              story,
              random,
              3,
              8,
              Fault.EDGE_FORCE_FAILED,
              Fault.HUB_FORCE_FAILED,
              Fault.EDGE_POWER_CUT,
              Fault.HUB_POWER_CUT)),
  NO_SPACE(
      7,
      "no room for a while, or at one use of a disk of any kind; each policy",
      List.of(
          Fault.EDGE_DISK_FULL,
          Fault.HUB_DISK_FULL,
          Fault.EDGE_NO_SPACE_IN_DISK_USE,
          Fault.HUB_NO_SPACE_IN_DISK_USE,
          Fault.DROPPED_NEWEST,
          Fault.DROPPED_OLDEST,
          Fault.SOURCE_BLOCKED),
      (story, random) -> {
        story.keeps(2L * 1024 * 1024, anyOf(random), 12 * 1024);
        story.busy(250);
        several(
            story,
            random,
            3,
            8,
            Fault.EDGE_DISK_FULL,
            Fault.HUB_DISK_FULL,
            Fault.EDGE_NO_SPACE_IN_DISK_USE,
            Fault.HUB_NO_SPACE_IN_DISK_USE,
            Fault.NETWORK_DOWN);
      }),
  KILLS(
      8,
      "edge, hub and both are killed at any time, at any effect and at every use of their disks",
      List.of(
          Fault.EDGE_KILLED,
          Fault.HUB_KILLED,
          Fault.EDGE_KILLED_AT_EFFECT,
          Fault.HUB_KILLED_AT_EFFECT,
          Fault.EDGE_KILLED_IN_DISK_USE,
          Fault.HUB_KILLED_IN_DISK_USE),
      (story, random) ->
          several(
              story,
              random,
              5,
              12,
              Fault.EDGE_KILLED,
              Fault.HUB_KILLED,
              Fault.EDGE_KILLED_AT_EFFECT,
              Fault.HUB_KILLED_AT_EFFECT,
              Fault.EDGE_KILLED_IN_DISK_USE,
              Fault.HUB_KILLED_IN_DISK_USE)),
  RESENDS(
      9,
      "the hub stores a group and dies before it answers; it is back after 1 s, 1 h or 30 days",
      List.of(Fault.RESENT_AFTER_30_DAYS, Fault.RESENT_AFTER_A_WHILE),
      (story, random) -> {
        story.forgetMishaps();
        story.lasts(20_000);
        switch (random.nextInt(3)) {
          case 0 -> story.strikes(Fault.RESENT_AFTER_30_DAYS, 4_000, 100, random);
          case 1 ->
              story.strikes(Fault.RESENT_AFTER_A_WHILE, 4_000, TimeUnit.HOURS.toMillis(1), random);
          default -> story.strikes(Fault.RESENT_AFTER_A_WHILE, 4_000, 1_000, random);
        }
        story.strikes(Fault.RESENT_AFTER_A_WHILE, 15_000, 1_000, random);
      }),
  OUTAGE_OF_A_MINUTE(
      10,
      "no way to the hub for a minute; the buffer holds it",
      List.of(Fault.NETWORK_DOWN),
      (story, random) -> outage(story, random, TimeUnit.MINUTES.toMillis(1), false)),
  OUTAGE_OF_8_HOURS(
      10,
      "no way to the hub for eight hours; the buffer holds it",
      List.of(Fault.NETWORK_DOWN),
      (story, random) -> outage(story, random, TimeUnit.HOURS.toMillis(8), false)),
  OUTAGE_OF_30_DAYS(
      10,
      "no way to the hub for thirty days; the buffer holds it",
      List.of(Fault.NETWORK_DOWN),
      (story, random) -> outage(story, random, TimeUnit.DAYS.toMillis(30), false)),
  OUTAGE_OVER_QUOTA(
      10,
      "no way to the hub for thirty days; the buffer is too small, and each policy does what it says",
      List.of(Fault.NETWORK_DOWN, Fault.DROPPED_NEWEST, Fault.DROPPED_OLDEST, Fault.SOURCE_BLOCKED),
      (story, random) -> outage(story, random, TimeUnit.DAYS.toMillis(30), true)),
  ALARMS_FIRST(
      10,
      "after an outage, alarms do not wait for the backlog of the other class",
      List.of(Fault.NETWORK_DOWN),
      (story, random) -> {
        story.forgetMishaps();
        story.alarmsBesideBulk();
        story.lasts(TimeUnit.MINUTES.toMillis(10));
        story.busy(200);
        story.strikes(Fault.NETWORK_DOWN, 5_000, TimeUnit.MINUTES.toMillis(9), random);
      }),
  DEAD_LINKS(
      11,
      "half-open, cut, stalled and sliced connections: found within two heartbeats",
      List.of(Fault.LINK_HALF_OPEN, Fault.LINK_CUT, Fault.LINK_STALLED, Fault.LINK_SLICED),
      (story, random) ->
          several(
              story,
              random,
              4,
              9,
              Fault.LINK_HALF_OPEN,
              Fault.LINK_HALF_OPEN,
              Fault.LINK_CUT,
              Fault.LINK_STALLED,
              Fault.LINK_SLICED,
              Fault.NETWORK_DOWN)),
  FLEET(
      13,
      "up to a thousand edges come back to one hub at once",
      List.of(Fault.NETWORK_DOWN),
      (story, random) -> {
        story.forgetMishaps();
        story.crowd(Story.pick(random, 50, 200, Story.EDGES_MOST), 8, random);
        story.lasts(20_000);
        story.strikes(Fault.NETWORK_DOWN, 5_000, 10_000, random);
      }),
  WIPED_EDGES(
      14,
      "edges lose their disks and come back under their names",
      List.of(Fault.EDGE_WIPED),
      (story, random) -> several(story, random, 1, 4, Fault.EDGE_WIPED, Fault.EDGE_KILLED)),
  OLD_IMAGES(
      15,
      "edges are restored from an old image, or their disk has lied; forks are sealed, with crashes meanwhile",
      List.of(
          Fault.EDGE_OLD_IMAGE,
          Fault.EDGE_DISK_LIED,
          Fault.FORK_REFUSED,
          Fault.FORK_SEALED,
          Fault.LOST_TAIL_JUMPED),
      (story, random) -> {
        story.sealsForks();
        several(
            story, random, 1, 4, Fault.EDGE_OLD_IMAGE, Fault.EDGE_OLD_IMAGE, Fault.EDGE_DISK_LIED);
      }),
  CLONES(
      16,
      "a second machine runs from a copy of an edge's disk",
      List.of(Fault.EDGE_CLONED, Fault.CLONE_REFUSED),
      (story, random) -> several(story, random, 1, 3, Fault.EDGE_CLONED)),
  CLOCKS(
      17,
      "clocks jump, begin in 1970, are a day off, go back",
      List.of(
          Fault.CLOCK_JUMPED,
          Fault.CLOCK_IN_1970,
          Fault.CLOCK_SKEWED_BY_A_DAY,
          Fault.CLOCK_BACKWARDS),
      (story, random) ->
          several(
              story,
              random,
              3,
              8,
              Fault.CLOCK_JUMPED,
              Fault.CLOCK_IN_1970,
              Fault.CLOCK_SKEWED_BY_A_DAY,
              Fault.CLOCK_BACKWARDS,
              Fault.EDGE_POWER_CUT)),
  RETENTION(
      18,
      "the hub's retention passes a slow reader, and an edge drops what is not mirrored yet",
      List.of(Fault.HUB_RETENTION, Fault.SLOW_READER_PASSED, Fault.DROPPED_OLDEST),
      (story, random) -> {
        story.keeps(2L * 1024 * 1024, FullPolicy.DROP_OLDEST, 24 * 1024);
        story.keptShortly(2_000);
        story.busy(250);
        story.roomyDisk();
        story.forgetMishaps();
        story.lasts(30_000);
        story.strikes(Fault.NETWORK_DOWN, 8_000, 15_000, random);
      }),
  SLOW_DISKS(
      23,
      "each force takes up to a second",
      List.of(Fault.EDGE_DISK_SLOW, Fault.HUB_DISK_SLOW),
      (story, random) -> {
        story.forgetMishaps();
        story.busy(200);
        for (int i = 0; i < 4; i++) {
          story.strikes(i % 2 == 0 ? Fault.EDGE_DISK_SLOW : Fault.HUB_DISK_SLOW, random);
        }
        story.strikes(Fault.EDGE_POWER_CUT, random);
      }),
  HUB_WENT_BACK(
      28,
      "the hub is restored from a backup, or comes back with an empty disk",
      List.of(Fault.HUB_OLD_IMAGE, Fault.HUB_EMPTY_DISK, Fault.HUB_WENT_BACK),
      (story, random) -> several(story, random, 1, 3, Fault.HUB_OLD_IMAGE, Fault.HUB_EMPTY_DISK)),
  DELETED_TOPICS(
      28,
      "the operator deletes topics that edges fill, also while hub, edges and links fail",
      List.of(Fault.HUB_TOPIC_DELETED, Fault.HUB_WENT_BACK),
      (story, random) -> {
        story.busy(200);
        several(
            story,
            random,
            2,
            8,
            Fault.HUB_TOPIC_DELETED,
            Fault.HUB_TOPIC_DELETED,
            Fault.HUB_TOPIC_DELETED,
            Fault.HUB_POWER_CUT,
            Fault.HUB_KILLED,
            Fault.HUB_BIT_FLIPPED_HARMLESSLY,
            Fault.EDGE_POWER_CUT,
            Fault.LINK_CUT,
            Fault.NETWORK_DOWN);
      }),
  PRODUCERS(
      0,
      "Kafka producers write to topics, one of them compacted, while the hub and its disk fail",
      List.of(
          Fault.HUB_POWER_CUT_IN_DISK_USE,
          Fault.HUB_KILLED_IN_DISK_USE,
          Fault.HUB_NO_SPACE_IN_DISK_USE,
          Fault.HUB_FORCE_FAILED,
          Fault.HUB_BIT_FLIPPED),
      (story, random) -> {
        story.produces();
        several(
            story,
            random,
            2,
            14,
            Fault.HUB_POWER_CUT,
            Fault.HUB_POWER_CUT_IN_DISK_USE,
            Fault.HUB_POWER_CUT_IN_DISK_USE,
            Fault.HUB_KILLED,
            Fault.HUB_KILLED_IN_DISK_USE,
            Fault.HUB_FORCE_FAILED,
            Fault.HUB_DISK_ERROR,
            Fault.HUB_NO_SPACE_IN_DISK_USE,
            Fault.HUB_DISK_FULL,
            Fault.HUB_DISK_SLOW,
            Fault.HUB_PAUSED,
            Fault.HUB_BIT_FLIPPED,
            Fault.HUB_BIT_FLIPPED_HARMLESSLY,
            Fault.HUB_OLD_IMAGE,
            Fault.RESENT_AFTER_A_WHILE);
      });

  private final int row;
  private final String words;
  private final List<Fault> sees;
  private final Shape shape;

  /// What a plot does to what the seed has drawn.
  private interface Shape {
    void apply(Story story, SplittableRandom random);
  }

  Plot(int row, String words, List<Fault> sees, Shape shape) {
    this.row = row;
    this.words = words;
    this.sees = sees;
    this.shape = shape;
  }

  void shape(Story story, SplittableRandom random) {
    shape.apply(story, random);
  }

  /// Of the promise's table; 0: of none.
  int row() {
    return row;
  }

  String words() {
    return words;
  }

  /// The faults without which it proves nothing.
  List<Fault> sees() {
    return sees;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static @Nullable Plot named(String label) {
    for (Plot plot : values()) {
      if (plot.label().equals(label)) {
        return plot;
      }
    }
    return null;
  }

  static List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (Plot plot : values()) {
      labels.add(plot.label());
    }
    return labels;
  }

  /// Some of these, and nothing else.
  private static void several(
      Story story, SplittableRandom random, int least, int most, Fault... faults) {
    story.forgetMishaps();
    int count = least + random.nextInt(most - least + 1);
    for (int i = 0; i < count; i++) {
      story.strikes(faults[random.nextInt(faults.length)], random);
    }
  }

  private static void outage(Story story, SplittableRandom random, long ms, boolean isOverQuota) {
    story.forgetMishaps();
    story.roomyDisk();
    story.busy(250);
    if (isOverQuota) {
      story.keeps(2L * 1024 * 1024, anyOf(random), 24 * 1024);
    }
    long before = 10_000;
    story.lasts(ms + 3 * before);
    story.strikes(Fault.NETWORK_DOWN, before, ms, random);
    if (random.nextBoolean()) {
      story.strikes(Fault.EDGE_POWER_CUT, before + random.nextLong(ms), 100, random);
    }
  }

  private static FullPolicy anyOf(SplittableRandom random) {
    FullPolicy[] policies = FullPolicy.values();
    return policies[random.nextInt(policies.length)];
  }
}
