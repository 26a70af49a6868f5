package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import io.tributary.core.pipeline.Counts;
import io.tributary.core.pipeline.LaneStatus;
import io.tributary.core.pipeline.PipelineStatus;
import java.util.Locale;

/// Pipelines as JSON, for the status and for `pipeline`.
final class PipelineJson {
  private static final double TENTHS = 10.0;

  private PipelineJson() {}

  /// An object, into an array or as the whole.
  ///
  /// @param withLanes whether its partitions are told one by one
  static void write(JsonStringWriter json, PipelineStatus pipeline, boolean withLanes) {
    Counts counts = pipeline.counts();
    json.object()
        .value("pipeline", pipeline.name())
        .value("from", pipeline.from())
        .value("to", pipeline.to())
        .value("deadLetters", pipeline.deadLetters() == null ? "" : pipeline.deadLetters())
        .value("state", pipeline.state().name().toLowerCase(Locale.ROOT))
        .value("why", pipeline.why())
        .value("generation", pipeline.generation())
        .value("lag", pipeline.lag())
        .value("in", counts.in())
        .value("out", counts.out())
        .value("dropped", counts.dropped())
        .value("dead", counts.dead())
        .value("skipped", counts.skipped())
        .value("missed", counts.missed())
        .value("inPerSecond", tenths(pipeline.inPerSecond()))
        .value("outPerSecond", tenths(pipeline.outPerSecond()))
        .value("openGuests", pipeline.openLanes())
        .value("guestBytes", pipeline.memoryBytes())
        .value("lastError", pipeline.lastError())
        .value("lastErrorAtMs", pipeline.lastErrorAtMs())
        .value("partitions", pipeline.lanes().size());
    if (withLanes) {
      json.array("lanes");
      for (LaneStatus lane : pipeline.lanes()) {
        json.object()
            .value("partition", lane.partition())
            .value("position", lane.position())
            .value("end", lane.sourceEnd())
            .value("lag", lane.lag())
            .value("generation", lane.generation())
            .value("stopped", lane.isStopped())
            .value("trouble", lane.trouble() == null ? "" : lane.trouble())
            .end();
      }
      json.end();
    }
    json.end();
  }

  private static double tenths(double rate) {
    return Math.round(rate * TENTHS) / TENTHS;
  }
}
