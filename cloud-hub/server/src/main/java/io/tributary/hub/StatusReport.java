package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.agent.Health;
import io.tributary.core.AuditReport;
import io.tributary.core.EdgeStatus;
import io.tributary.core.HubStatus;
import io.tributary.core.ScrubStatus;
import io.tributary.front.kafka.FrontStatus;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.hub.HubServer.Parts;
import io.tributary.session.Doorkeeper;
import io.tributary.session.IntakeStatus;
import io.tributary.store.Layout;
import io.tributary.store.StoreStatus;
import io.tributary.store.TopicStatus;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Puts the hub's status together from what its parts tell.
final class StatusReport {
  private final Parts parts;

  StatusReport(Parts parts) {
    this.parts = parts;
  }

  /// Whether everything that has work moves. Any thread; never blocks.
  Health health() {
    return Health.of(parts.vitals(), System.nanoTime());
  }

  String json() {
    HubStatus status = parts.desk().status();
    long nowMs = System.currentTimeMillis();
    JsonStringWriter json = JsonWriter.string();
    json.object()
        .value("hub", parts.hubId().toString())
        .value("version", HubServer.VERSION)
        .value("startedAtMs", parts.startedAtMs())
        .value("uptimeMs", nowMs - parts.startedAtMs())
        .value("recoveryMs", parts.recoveryMs())
        .value("health", health().text());
    listeners(json, status);
    json.array("edges");
    for (EdgeStatus edge : status.edges()) {
      edge(json, edge, nowMs);
    }
    json.end();
    json.array("topics");
    for (TopicStatus topic : parts.store().topics()) {
      topic(json, topic);
    }
    json.end();
    refusals(json, status);
    store(json, status.store());
    scrub(json, parts.scrub().status());
    audits(json);
    json.array("pipelines");
    parts.pipelines().status().forEach(one -> PipelineJson.write(json, one, false));
    json.end();
    json.array("notices");
    for (String remark : parts.remarks()) {
      json.object().value("atMs", parts.startedAtMs()).value("text", remark).end();
    }
    for (HubStatus.Notice notice : status.notices()) {
      json.object().value("atMs", notice.atMs()).value("text", notice.text()).end();
    }
    json.end();
    return json.end().done();
  }

  private void listeners(JsonStringWriter json, HubStatus status) {
    boolean plain = parts.config().mirror().tls() == null;
    json.object("mirror")
        .value("listen", HubServer.text(parts.mirror().address()))
        .value("tls", !plain)
        .value("insecure", plain)
        .value("sessions", status.sessions())
        .value("handshakesFailed", parts.mirror().counters().handshakesFailed())
        .value("lastFailure", parts.mirror().counters().lastFailure())
        .value("closedAtOnce", parts.mirror().counters().closedAtOnce())
        .value("gaveWay", parts.mirror().counters().gaveWay())
        .value("bugs", parts.mirror().counters().bugs())
        .end();
    FrontStatus kafka = parts.kafka().status();
    json.object("kafka")
        .value("listen", HubServer.text(parts.kafka().address()))
        .value("tls", parts.config().kafka().access().tls() != null)
        .value("insecure", parts.config().kafka().access().isOpen());
    json.array("sasl");
    parts.config().kafka().access().sasl().stream()
        .map(SaslMechanism::registeredName)
        .sorted()
        .forEach(json::value);
    json.end()
        .value("users", parts.users().now().all().size())
        .value("usersTrouble", parts.users().trouble())
        .value("loginsFailed", kafka.loginsFailed())
        .value("lastFailedLogin", kafka.lastFailedLogin() == null ? "" : kafka.lastFailedLogin())
        .value("connections", kafka.connections())
        .value("turnedAway", kafka.turnedAway())
        .value("requests", kafka.requests())
        .value("refused", kafka.refused())
        .value("lastRefusal", kafka.lastRefusal() == null ? "" : kafka.lastRefusal())
        .value("fetchedBytes", kafka.fetchedBytes())
        .value("unreadable", kafka.unreadable())
        .value("throttled", kafka.throttled())
        .value("groupsTrouble", kafka.groupsTrouble() == null ? "" : kafka.groupsTrouble())
        .end();
  }

  private static void edge(JsonStringWriter json, EdgeStatus edge, long nowMs) {
    json.object()
        .value("edge", edge.edgeId())
        .value("state", edge.connected() ? "connected" : "disconnected")
        .value("reason", edge.reason())
        .value("sinceMs", edge.sinceMs() == 0 ? -1 : nowMs - edge.sinceMs())
        .value("peer", edge.peer())
        .value("incarnation", text(edge.incarnation()))
        .value("run", text(edge.runId()))
        .value("agent", edge.agentVersion());
    json.array("streams");
    for (EdgeStatus.Stream stream : edge.streams()) {
      stream(json, stream);
    }
    json.end().end();
  }

  private static void stream(JsonStringWriter json, EdgeStatus.Stream stream) {
    var stored = stream.stored();
    json.object()
        .value("topic", stored.stream().topic())
        .value("class", stored.stream().className())
        .value("stream", String.valueOf(stored.stream().streamId()))
        .value("incarnation", stored.stream().incarnation().toString())
        .value("partition", stored.partition())
        .value("next", stored.next())
        .value("gaps", stored.gaps())
        .value("missing", stored.missing())
        .value("bytes", stored.bytes());
    IntakeStatus.Stream session = stream.session();
    String trouble = stored.trouble();
    if (session != null) {
      json.value("state", session.state().name().toLowerCase(Locale.ROOT))
          .value("edgeEndAtOpen", session.edgeEnd())
          .value("heldBytes", session.heldBytes())
          .value("batches", session.batches())
          .value("duplicates", session.duplicates());
      if (trouble == null && session.refusalCode() != null) {
        trouble = session.refusalCode() + ": " + session.refusalText();
      }
    } else {
      json.value("state", "closed");
    }
    if (trouble != null) {
      json.value("trouble", trouble);
    }
    json.end();
  }

  private static void topic(JsonStringWriter json, TopicStatus topic) {
    json.object()
        .value("topic", topic.name())
        .value(
            "layout",
            switch (topic.spec().layout()) {
              case Layout.Partitions p -> "partitions";
              case Layout.PerEdge p -> "per-edge";
            })
        .value("partitions", topic.partitions())
        .value("mirrored", topic.spec().mirrored())
        .value("retentionMs", topic.spec().limits().retentionMs())
        .value("retentionBytes", topic.spec().limits().retentionBytes())
        .end();
  }

  private static void refusals(JsonStringWriter json, HubStatus status) {
    json.object("refusals");
    status
        .refusals()
        .forEach((code, count) -> json.value(code.name().toLowerCase(Locale.ROOT), count));
    json.end();
    json.array("clones");
    for (Doorkeeper.Clone clone : status.clones()) {
      json.object()
          .value("edge", clone.edgeId())
          .value("livingRun", clone.livingRunId().toString())
          .value("refusedRun", clone.refusedRunId().toString())
          .end();
    }
    json.end();
  }

  private static void store(JsonStringWriter json, StoreStatus store) {
    json.object("store")
        .value("usableBytes", store.usableBytes())
        .value("queuedAppends", store.queuedAppends())
        .value("queuedBytes", store.queuedBytes())
        .value("storedBytes", store.storedBytes())
        .value("forces", store.forces())
        .value("damagedBytes", store.damagedBytes());
    json.array("troubles");
    for (String trouble : store.troubles()) {
      json.value(trouble);
    }
    json.end().end();
  }

  private static void scrub(JsonStringWriter json, ScrubStatus scrub) {
    json.object("scrub")
        .value("rounds", scrub.rounds())
        .value("bytesRead", scrub.bytesRead())
        .value("healedBatches", scrub.healedBatches())
        .value("lostRecords", scrub.lostRecords())
        .value("suppliedBatches", scrub.suppliedBatches());
    json.array("damage");
    for (ScrubStatus.Open open : scrub.open()) {
      json.object()
          .value("kind", open.finding().kind().name().toLowerCase(Locale.ROOT))
          .value("edge", open.edgeId())
          .value("topic", open.finding().topic())
          .value("stream", String.valueOf(open.finding().streamId()))
          .value("from", open.finding().from())
          .value("to", open.finding().to())
          .value("place", open.finding().place())
          .value("state", open.state())
          .end();
    }
    json.end().end();
  }

  private void audits(JsonStringWriter json) {
    json.array("audits");
    for (Auditor.Job job : parts.auditor().last()) {
      AuditReport report = job.report();
      json.object().value("edge", job.edgeId()).value("atMs", job.endedAtMs());
      if (report != null) {
        json.value("clean", report.isClean()).value("connected", report.isConnected());
      } else {
        json.value("failure", String.valueOf(job.failure()));
      }
      json.end();
    }
    json.end();
  }

  private static String text(@Nullable UUID id) {
    return id == null ? "" : id.toString();
  }
}
