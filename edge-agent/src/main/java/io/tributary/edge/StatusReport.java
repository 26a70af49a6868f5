package io.tributary.edge;

import io.tributary.adapter.AdapterStatus;
import io.tributary.agent.Health;
import io.tributary.edge.EdgeConfig.HubConfig;
import io.tributary.edge.EdgeStatus.AdapterState;
import io.tributary.edge.EdgeStatus.ClassStatus;
import io.tributary.edge.EdgeStatus.Connection;
import io.tributary.edge.EdgeStatus.StreamStatus;
import io.tributary.log.JournalStatus;
import io.tributary.log.JournalStream;
import io.tributary.session.UplinkStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the edge's status together from what its parts tell, and works out when what lags has
/// drained and when what is held is full.
final class StatusReport {
  private static final long UNKNOWN = -1;

  private final EdgeConfig config;
  private final NodeIdentity identity;
  private final long startedNanos;
  private final long recoveryNanos;

  StatusReport(EdgeConfig config, NodeIdentity identity, long startedNanos, long recoveryNanos) {
    this.config = config;
    this.identity = identity;
    this.startedNanos = startedNanos;
    this.recoveryNanos = recoveryNanos;
  }

  EdgeStatus of(
      List<JournalAgent> journals,
      @Nullable UplinkAgent uplink,
      Map<String, AdapterStatus> adapters,
      Map<String, AdapterStatus> lanes,
      @Nullable ScrubAgent scrub,
      Health health) {
    long nowNanos = System.nanoTime();
    UplinkStatus up = uplink == null ? null : uplink.status();
    Map<Long, UplinkStatus.Stream> uplinkStreams = new HashMap<>();
    if (up != null) {
      up.streams().forEach(s -> uplinkStreams.put(s.streamId(), s));
    }
    List<ClassStatus> classes = new ArrayList<>();
    List<StreamStatus> streams = new ArrayList<>();
    long ingest = 0;
    for (JournalAgent journal : journals) {
      ingest += journal.ingestBytesPerSecond(nowNanos);
    }
    long drain = up == null ? 0 : up.ackedBytesPerSecond() - ingest;
    for (JournalAgent journal : journals) {
      JournalStatus status = journal.journal().status();
      classes.add(classStatus(journal, status, nowNanos));
      for (JournalStream stream : journal.journal().streams().values()) {
        if (!stream.isSealed()) {
          streams.add(
              streamStatus(journal.className(), stream, uplinkStreams.get(stream.id()), drain));
        }
      }
      for (JournalStream stream : journal.journal().sealedStreams()) {
        streams.add(sealedStatus(journal, stream, uplinkStreams.get(stream.id())));
      }
    }
    return new EdgeStatus(
        config.edgeId(),
        identity.incarnation().toString(),
        millis(nowNanos - startedNanos),
        millis(recoveryNanos),
        health.text(),
        connection(up, uplink, nowNanos),
        classes,
        streams,
        states(adapters),
        states(lanes),
        scrub == null ? EdgeStatus.NO_SCRUB : scrub.status());
  }

  private static List<AdapterState> states(Map<String, AdapterStatus> adapters) {
    List<AdapterState> states = new ArrayList<>();
    adapters.forEach(
        (name, a) -> states.add(new AdapterState(name, a.type(), stateOf(a), a.counters())));
    return states;
  }

  private static String stateOf(AdapterStatus adapter) {
    String problem = adapter.lastError();
    return (adapter.healthy() ? "" : "NOT WORKING: ")
        + adapter.summary()
        + (problem == null ? "" : "; last refusal: " + problem);
  }

  private Connection connection(
      @Nullable UplinkStatus up, @Nullable UplinkAgent uplink, long nowNanos) {
    HubConfig hub = config.hub();
    if (hub == null || up == null || uplink == null) {
      return new Connection("", "no-hub", "no hub is configured", false, UNKNOWN, 0, 0, 0, 0, "");
    }
    return new Connection(
        hub.address().toString(),
        up.connection().name().toLowerCase(Locale.ROOT),
        up.reason(),
        hub.tls() == null,
        millis(nowNanos - up.sinceNanos()),
        up.ackedBytesPerSecond(),
        up.inFlightBytes(),
        uplink.dialledAtMs(),
        uplink.lastAckAtMs(),
        uplink.lastAlarm());
  }

  private static ClassStatus classStatus(
      JournalAgent journal, JournalStatus status, long nowNanos) {
    long rate = journal.ingestBytesPerSecond(nowNanos);
    long room = Math.max(0, status.quotaBytes() - status.unackedBytes());
    return new ClassStatus(
        journal.className(),
        journal.policy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        status.quotaBytes(),
        status.sizeBytes(),
        status.unackedBytes(),
        rate > 0 ? room * 1000 / rate : UNKNOWN,
        journal.committedReadings(),
        journal.droppedReadings(),
        journal.groups(),
        status.damagedBytes(),
        journal.trouble());
  }

  private static StreamStatus sealedStatus(
      JournalAgent journal, JournalStream stream, UplinkStatus.@Nullable Stream up) {
    StreamStatus status = streamStatus(journal.className(), stream, up, 0);
    long unmoved = Math.max(0, stream.unmovedRecords());
    String trouble = journal.moveTrouble();
    String state =
        unmoved == 0
            ? "sealed at " + stream.end() + ", goes on as stream " + stream.successor()
            : "sealed at "
                + stream.end()
                + ", "
                + unmoved
                + " records are being moved to stream "
                + stream.successor()
                + (trouble == null ? "" : ", which waits: " + trouble);
    return new StreamStatus(
        status.topic(),
        status.className(),
        status.streamId(),
        state + (Sealing.isForked(up) ? "; " + status.state() : ""),
        false,
        status.start(),
        status.end(),
        status.acked(),
        status.lagRecords() + unmoved,
        stream.unackedBytes(),
        UNKNOWN,
        Long.toString(stream.successor()),
        unmoved);
  }

  private static StreamStatus streamStatus(
      String className,
      JournalStream stream,
      UplinkStatus.@Nullable Stream up,
      long drainBytesPerSecond) {
    long lag = stream.end() - stream.acked();
    long drained = UNKNOWN;
    if (lag == 0) {
      drained = 0;
    } else if (up != null && drainBytesPerSecond > 0) {
      drained = stream.unackedBytes() * 1000 / drainBytesPerSecond;
    }
    String state = up == null ? "local" : up.state().name().toLowerCase(Locale.ROOT);
    if (up != null && up.refusalCode() != null) {
      state += ": " + up.refusalCode() + ": " + up.refusalText();
    }
    return new StreamStatus(
        stream.topic(),
        className,
        Long.toString(stream.id()),
        state,
        Sealing.isForked(up) && !stream.isSealed(),
        stream.start(),
        stream.end(),
        stream.acked(),
        lag,
        stream.unackedBytes(),
        drained,
        "",
        0);
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
