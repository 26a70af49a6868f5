package io.tributary.edge;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.log.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an edge tells of itself at one instant. Times that are not known are -1.
///
/// @param edge the edge id
/// @param incarnation the life of its data directory
/// @param uptimeMs since the agent started
/// @param recoveryMs how long it took at the start to find out what the journals hold
/// @param transforms what the readings of a topic go through before they are logged, named by the topic
/// @param health `ok`, or what stands still
record EdgeStatus(
    String edge,
    String incarnation,
    long uptimeMs,
    long recoveryMs,
    String health,
    Connection connection,
    List<ClassStatus> classes,
    List<StreamStatus> streams,
    List<AdapterState> adapters,
    List<AdapterState> transforms,
    ScrubAgent.Status scrub) {

  /// @param state `connected`, `greeting`, `closing`, `closed` or `no-hub`
  /// @param reason why it is in that state
  /// @param dialledAtMs when the last dial began, on the wall clock; 0: never
  /// @param lastAckAtMs when the hub acknowledged something last; 0: never
  /// @param lastAlarm what a person should know; empty if there was nothing
  /// @param insecure whether the link has no TLS
  record Connection(
      String hub,
      String state,
      String reason,
      boolean insecure,
      long sinceMs,
      long bytesPerSecond,
      long inFlightBytes,
      long dialledAtMs,
      long lastAckAtMs,
      String lastAlarm) {}

  /// @param unackedBytes what the hub has not acknowledged yet
  /// @param timeToFullMs until the quota is full if nothing more is acknowledged
  /// @param trouble why this class takes no readings, or null
  record ClassStatus(
      String className,
      String policy,
      long quotaBytes,
      long bytes,
      long unackedBytes,
      long timeToFullMs,
      long readings,
      long dropped,
      long groups,
      long damagedBytes,
      @Nullable String trouble) {}

  /// @param isForked the hub holds other records under its offsets; `edge seal` resolves it
  /// @param end behind its last offset; of a sealed stream, where it was sealed
  /// @param lagRecords what the hub lacks; of a sealed stream with what is still to be moved
  /// @param timeToDrainMs until the hub has it all, at the measured rates
  /// @param successor the stream that goes on where this one was sealed; empty when it was not
  /// @param unmovedRecords what the successor does not have yet
  record StreamStatus(
      String topic,
      String className,
      String streamId,
      String state,
      boolean isForked,
      long start,
      long end,
      long acked,
      long lagRecords,
      long lagBytes,
      long timeToDrainMs,
      String successor,
      long unmovedRecords) {}

  /// Before the scrub begins.
  static final ScrubAgent.Status NO_SCRUB = new ScrubAgent.Status(0, 0, 0, 0, List.of());

  record AdapterState(String name, String type, String state, Map<String, Long> counters) {}

  String toJson() {
    JsonStringWriter json = JsonWriter.string().object();
    json.value("edge", edge).value("incarnation", incarnation).value("uptimeMs", uptimeMs);
    json.value("recoveryMs", recoveryMs).value("health", health);
    json.object("connection")
        .value("hub", connection.hub)
        .value("state", connection.state)
        .value("reason", connection.reason)
        .value("insecure", connection.insecure)
        .value("sinceMs", connection.sinceMs)
        .value("bytesPerSecond", connection.bytesPerSecond)
        .value("inFlightBytes", connection.inFlightBytes)
        .value("dialledAtMs", connection.dialledAtMs)
        .value("lastAckAtMs", connection.lastAckAtMs)
        .value("lastAlarm", connection.lastAlarm)
        .end();
    json.array("classes");
    for (ClassStatus c : classes) {
      json.object()
          .value("class", c.className)
          .value("policy", c.policy)
          .value("quotaBytes", c.quotaBytes)
          .value("bytes", c.bytes)
          .value("unackedBytes", c.unackedBytes)
          .value("timeToFullMs", c.timeToFullMs)
          .value("readings", c.readings)
          .value("dropped", c.dropped)
          .value("groups", c.groups)
          .value("damagedBytes", c.damagedBytes)
          .value("trouble", c.trouble)
          .end();
    }
    json.end().array("streams");
    for (StreamStatus s : streams) {
      json.object()
          .value("topic", s.topic)
          .value("class", s.className)
          .value("streamId", s.streamId)
          .value("state", s.state)
          .value("forked", s.isForked)
          .value("start", s.start)
          .value("end", s.end)
          .value("acked", s.acked)
          .value("lagRecords", s.lagRecords)
          .value("lagBytes", s.lagBytes)
          .value("timeToDrainMs", s.timeToDrainMs)
          .value("successor", s.successor)
          .value("unmovedRecords", s.unmovedRecords)
          .end();
    }
    json.end();
    states(json, "adapters", adapters);
    states(json, "transforms", transforms);
    scrub(json);
    return json.end().done();
  }

  private static void states(JsonStringWriter json, String name, List<AdapterState> states) {
    json.array(name);
    for (AdapterState a : states) {
      json.object().value("name", a.name).value("type", a.type).value("state", a.state);
      json.object("counters");
      a.counters.forEach(json::value);
      json.end().end();
    }
    json.end();
  }

  private void scrub(JsonStringWriter json) {
    json.object("scrub")
        .value("rounds", scrub.rounds())
        .value("bytesRead", scrub.bytesRead())
        .value("healedBatches", scrub.healedBatches())
        .value("suppliedBatches", scrub.suppliedBatches());
    json.array("damage");
    for (ScrubAgent.Open open : scrub.damage()) {
      Finding finding = open.finding();
      json.object()
          .value("kind", finding.kind().name().toLowerCase(Locale.ROOT))
          .value("class", open.className())
          .value("stream", Long.toString(finding.streamId()))
          .value("from", finding.from())
          .value("to", finding.to())
          .value("file", finding.segment())
          .value("position", finding.position())
          .value("sizeBytes", finding.sizeBytes())
          .value("state", open.state())
          .end();
    }
    json.end().end();
  }
}
