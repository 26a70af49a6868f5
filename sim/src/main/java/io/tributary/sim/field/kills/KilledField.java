package io.tributary.sim.field.kills;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.audit.Answer;
import io.tributary.sim.field.source.Balance;
import io.tributary.sim.field.source.Outages;
import io.tributary.sim.field.source.Source;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Sources, the edge that takes them all in, and its hub.
///
/// ```
///  sources ═▶ edge (killed) ═▶ hub (killed now and then) ─▶ kafka-clients
///     └── accounts: what was said and acknowledged ── judge ──┘
/// ```
final class KilledField {
  static final String EDGE = "field-edge";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Plant plant;
  private final List<Source> sources;
  private final Outages outages = new Outages();
  private final Hub hub;
  private final Edge edge;

  /// Starts everything.
  KilledField(Plant plant, List<Source> sources) throws IOException, InterruptedException {
    this.plant = plant;
    this.sources = sources;
    StringBuilder topics = new StringBuilder("topics:\n");
    for (Source source : sources) {
      source.prepare();
      topics.append("  %s: {partitions: 1}%n".formatted(source.name()));
    }
    hub = plant.hub(topics.toString());
    EdgePlan plan = EdgePlan.of(plant, EDGE, hub.mirror());
    for (Source source : sources) {
      plan = source.joined(plan);
    }
    edge = plant.unstartedEdge(plan.mapping("{filter: \"#\", topic: other}"));
    edge.program().start();
    awaitAdapters();
    for (Source source : sources) {
      source.start(edge);
    }
  }

  /// SIGKILL, and on.
  void killEdge() throws IOException, InterruptedException {
    long fromNanos = System.nanoTime();
    edge.program().kill();
    edge.program().start();
    awaitAdapters();
    outages.add(fromNanos, System.nanoTime());
  }

  void killHub() throws IOException, InterruptedException {
    hub.program().kill();
    hub.program().start();
    plant.awaitReady(hub);
  }

  /// Each has its port, its line, its connection.
  private void awaitAdapters() throws IOException, InterruptedException {
    plant.awaitReady(edge);
    edge.program().awaitUntil("well", PATIENCE, () -> Plant.isWell(edge.http()));
  }

  long said() {
    return sources.stream().mapToLong(source -> source.account().said()).sum();
  }

  /// What came of everything, when nobody says any more.
  record Outcome(List<Balance> balances, List<String> violations) {
    boolean holds() {
      return violations.isEmpty() && balances.stream().allMatch(Balance::holds);
    }
  }

  Outcome end() throws IOException, InterruptedException {
    for (Source source : sources) {
      source.stop();
    }
    List<String> violations = new ArrayList<>();
    for (Source source : sources) {
      read(source, violations);
    }
    Answer audit = Answer.of(EDGE, hub.http(), true);
    if (audit.exitStatus() != 0 || !audit.clean() || !audit.isCompared()) {
      violations.add("hub audit --deep names " + audit.named() + ", unproven " + audit.unproven());
    }
    return new Outcome(
        sources.stream().map(source -> source.account().balance(outages)).toList(), violations);
  }

  /// Until all is there that is to be waited for, and then to the end of the edge's log.
  private void read(Source source, List<String> violations) throws IOException {
    try (HubTopic topic = new HubTopic(hub.kafka(), source.name(), source.account()::atHub)) {
      long untilNanos = System.nanoTime() + PATIENCE.toNanos();
      while (!source.account().isComplete() && System.nanoTime() < untilNanos) {
        topic.read();
      }
      long logEnd = edgeEnd(source.name());
      while (topic.end() < logEnd && System.nanoTime() < untilNanos) {
        topic.read();
      }
      if (topic.end() < logEnd) {
        violations.add(
            "%s: the edge's log ends at %d, what the hub has at %d"
                .formatted(source.name(), logEnd, topic.end()));
      }
      if (topic.holes() > 0) {
        violations.add("%s: %d holes in the offsets".formatted(source.name(), topic.holes()));
      }
    }
  }

  private long edgeEnd(String topic) throws IOException {
    JsonObject status = Plant.status(edge.http());
    if (status == null) {
      throw new IOException("the edge does not answer");
    }
    long end = 0;
    for (Object each : status.getArray("streams", new JsonArray())) {
      JsonObject stream = (JsonObject) each;
      end = topic.equals(stream.getString("topic")) ? stream.getLong("end") : end;
    }
    return end;
  }
}
