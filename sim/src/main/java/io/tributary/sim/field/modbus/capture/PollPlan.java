package io.tributary.sim.field.modbus.capture;

import io.tributary.sim.field.modbus.Pdu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an edge is told to poll, so that it sends the requests of a capture: a point for each register and bit, which the edge reads together
/// again.
///
/// Requests to one unit that overlap or touch would become one. So a unit is as many devices as it takes to have none of these in one of them.
/// Each request has an interval of its own, so that all captured answers are used up at about the same time.
final class PollPlan {
  static final String ADAPTER = "capture";

  /// What the edge shall take in a second, all in all.
  private static final long READINGS_A_SECOND = 5_000;

  private static final long SHORTEST_RUN_MS = 5_000;
  private static final long SHORTEST_INTERVAL_MS = 20;

  /// By these a gateway says that its device is silent, and the adapter leaves the device alone for a while: no answer to one request any more.
  private static final List<Integer> GATEWAY = List.of(10, 11);

  private final Map<Read, List<byte[]>> answers = new TreeMap<>();
  private final Map<String, List<Read>> devices = new TreeMap<>();
  private final Map<Read, String> deviceOf = new TreeMap<>();
  private final List<Read> leftOut = new ArrayList<>();

  /// @param captured to each read, its answers
  PollPlan(Map<Read, List<byte[]>> captured) {
    new TreeMap<>(captured)
        .forEach((read, pdus) -> {
          if (pdus.stream().anyMatch(PollPlan::isOfGateway)) {
            leftOut.add(read);
          } else {
            answers.put(read, pdus);
            place(read);
          }
        });
  }

  private static boolean isOfGateway(byte[] pdu) {
    return Pdu.isException(pdu) && GATEWAY.contains(pdu[1] & 0xff);
  }

  private void place(Read read) {
    for (int layer = 0; ; layer++) {
      String name =
          "%s-%d-unit%d%s"
              .formatted(
                  read.server().host(),
                  read.server().port(),
                  read.unit(),
                  layer == 0 ? "" : "-" + layer);
      List<Read> there = devices.computeIfAbsent(name, each -> new ArrayList<>());
      if (there.stream().noneMatch(read::touches)) {
        there.add(read);
        deviceOf.put(read, name);
        return;
      }
    }
  }

  /// The reads that it has the edge send, and their answers.
  Map<Read, List<byte[]>> answers() {
    return answers;
  }

  /// Reads that a gateway answered for a silent device.
  List<Read> leftOut() {
    return leftOut;
  }

  List<Endpoint> servers() {
    return answers.keySet().stream().map(Read::server).distinct().toList();
  }

  int devices() {
    return devices.size();
  }

  int points() {
    return answers.keySet().stream().mapToInt(Read::count).sum();
  }

  /// The readings that come of the captured answers.
  long readings() {
    return answers.entrySet().stream()
        .mapToLong(each -> (long) each.getKey().count() * each.getValue().size())
        .sum();
  }

  /// The source of a point's readings.
  ///
  /// @param at which register or bit of the read, from 0
  /// @return null for a read that is not in the plan
  @Nullable String source(Read read, int at) {
    String device = deviceOf.get(read);
    return device == null ? null : ADAPTER + "/" + device + "/" + point(read, at);
  }

  private static String point(Read read, int at) {
    return read.table() + "-" + (read.address() + at);
  }

  /// Milliseconds from one poll to the next.
  private long intervalMs(Read read) {
    long runMs = Math.max(SHORTEST_RUN_MS, readings() * 1_000 / READINGS_A_SECOND);
    int polls = answers.getOrDefault(read, List.of()).size();
    return Math.max(SHORTEST_INTERVAL_MS, runMs / Math.max(1, polls));
  }

  /// The section of the adapter, to stand below `adapters`.
  ///
  /// @param addresses where each server listens now
  /// @param timeoutMs from a request to its whole answer
  String yaml(Map<Endpoint, String> addresses, long timeoutMs) {
    StringBuilder yaml =
        new StringBuilder(
            """
              %1$s:
                type: modbus
                topic: %1$s
                timeout: %2$dms
                devices:
            """
                .formatted(ADAPTER, timeoutMs));
    devices.forEach((name, reads) -> {
      Read first = reads.getFirst();
      yaml.append(
          "      - name: \"%s\"%n        address: \"%s\"%n        unit-id: %d%n        points:%n"
              .formatted(name, addresses.get(first.server()), first.unit()));
      reads.forEach(read -> appendPoints(yaml, read));
    });
    return yaml.toString();
  }

  private void appendPoints(StringBuilder yaml, Read read) {
    for (int i = 0; i < read.count(); i++) {
      yaml.append(
          "          - {name: %s, table: %s, address: %d, interval: %dms}%n"
              .formatted(point(read, i), read.table(), read.address() + i, intervalMs(read)));
    }
  }
}
