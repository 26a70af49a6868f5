package io.tributary.sim.promise;

import java.util.List;

/// One fault of the promise, and the commands that inject it.
///
/// @param fault in a few words
/// @param commands of `./tributary`, the whole of them
/// @param quick shorter ones, for a look; as many
/// @param notBuilt why there is no command; empty where there is one
record Row(int number, String fault, List<String> commands, List<String> quick, String notBuilt) {

  private static final String CHAOS = "sim chaos --minutes 5 --seed 1";
  private static final String CHAOS_QUICK = "sim chaos --minutes 0.5 --seed 7";
  private static final int SEEDS = 300;
  private static final int SEEDS_QUICK = 20;

  /// A world with a thousand edges takes as long as a hundred others.
  private static final int FLEETS = 60;

  private static final int FLEETS_QUICK = 8;

  /// All rows, in order.
  static final List<Row> ALL =
      List.of(
          world(1, "power cut at the edge during ingest", "edge-power-cuts"),
          world(2, "torn write: a part of a page, sectors out of order", "torn-writes"),
          world(3, "bit flip in the middle of an edge's log", "edge-bit-flips").andChaos(),
          world(4, "bit flip at the hub", "hub-bit-flips"),
          world(5, "torn tail and flipped middle in one log", "tail-and-middle").andChaos(),
          world(6, "fsync returns an error", "forces-fail"),
          world(7, "no space at any place that writes", "no-space").andChaos(),
          world(8, "SIGKILL of edge, hub, both, at any point", "kills").andChaos(),
          world(9, "hub dies between its append and its ack", "resends"),
          world(
              10,
              "outage of a minute, 8 hours, 30 days, below and above the quota",
              "outage-of-a-minute",
              "outage-of-8-hours",
              "outage-of-30-days",
              "outage-over-quota",
              "alarms-first"),
          world(11, "half-open, reset, sliced links", "dead-links").andChaos(),
          row(
              12,
              "LTE: 300 ms, 2 % loss, 64 kbit/s, blackouts of 5 s",
              "sim lte",
              "sim lte --seconds 40 --backlog 600"),
          row(
              13,
              "a thousand edges reconnect at once",
              "sim world --story fleet --seeds " + FLEETS,
              "sim world --story fleet --seeds " + FLEETS_QUICK),
          world(14, "edge wiped and enrolled again under its name", "wiped-edges"),
          world(15, "edge restored from an old image; a disk that lied", "old-images"),
          world(16, "cloned card: two live edges with one identity", "clones").andChaos(),
          world(17, "clock jumps, begins in 1970, is a day off", "clocks"),
          world(18, "hub retention passes a slow reader; edge drops first", "retention"),
          none(19, "a hub of a cluster killed, paused, cut off", "not built: there is no cluster"),
          row(
              20,
              "a SmartModule traps, loops, allocates, returns rubbish",
              "sim smartmodule-hostile",
              "sim smartmodule-hostile --rounds 2 --instances 2000"),
          none(21, "a wrong configuration pushed to the edge", "not built: none is pushed"),
          none(
              22,
              "certificate expires, rotates, is revoked in mid-stream",
              "not built: no revocation"),
          world(23, "slow disk: a force takes up to a second", "slow-disks"),
          row(24, "flash wear", "bench wear", "bench wear --seconds 15"),
          row(
              25,
              "MQTT QoS 1 and 2 over 1,000 reconnects cut at every packet",
              "sim mqtt-cuts",
              "sim mqtt-cuts --reconnects 40 --kills 1"),
          row(
              26,
              "audit: edge and hub compared by digests",
              "sim audit",
              "sim audit --rounds 3 --readings 300"),
          row(27, "a thread stands still", "sim freeze", "sim freeze"),
          world(
              28,
              "hub restored from a backup, with an empty disk, or without a topic that was deleted",
              "hub-went-back",
              "deleted-topics"),
          row(29, "hostile peers", "sim hostile", "sim hostile --quick --connections 200"));

  private static Row world(int number, String fault, String... stories) {
    List<String> commands = List.of(stories);
    return new Row(
        number,
        fault,
        commands.stream().map(s -> "sim world --story " + s + " --seeds " + SEEDS).toList(),
        commands.stream().map(s -> "sim world --story " + s + " --seeds " + SEEDS_QUICK).toList(),
        "");
  }

  private static Row row(int number, String fault, String command, String quick) {
    return new Row(number, fault, List.of(command), List.of(quick), "");
  }

  private static Row none(int number, String fault, String why) {
    return new Row(number, fault, List.of(), List.of(), why);
  }

  private Row andChaos() {
    return new Row(
        number,
        fault,
        List.of(commands.get(0), CHAOS),
        List.of(quick.get(0), CHAOS_QUICK),
        notBuilt);
  }
}
