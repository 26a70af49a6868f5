package io.tributary.sim.field.modbus.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a capture holds: counts, and to each read its answers in the order in which they were there, over all connections.
record Capture(Counts counts, Map<Read, List<byte[]>> answers) {

  /// @param frames of Ethernet
  /// @param port of the servers
  static Capture of(List<byte[]> frames, int port) {
    Counts counts = new Counts();
    List<Conversation.Exchange> all = new ArrayList<>();
    for (Connection connection : Connection.of(frames, port)) {
      counts.add(Counts.CONNECTIONS);
      all.addAll(Conversation.of(connection, counts));
    }
    all.sort(Comparator.comparingInt(Conversation.Exchange::number)); // stable
    Map<Read, List<byte[]>> answers = new TreeMap<>();
    for (Conversation.Exchange each : all) {
      answers.computeIfAbsent(each.read(), read -> new ArrayList<>()).add(each.answer());
    }
    return new Capture(counts, answers);
  }
}
