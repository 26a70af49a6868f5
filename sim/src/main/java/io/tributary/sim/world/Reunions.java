package io.tributary.sim.world;

import com.grack.nanojson.JsonStringWriter;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What was seen of edges that came back at once, by how many they were. Sums and maxima only, so that
/// the order in which worlds end does not matter.
final class Reunions {
  private final TreeMap<Integer, Sum> byEdges = new TreeMap<>();

  private static final class Sum {
    long outages;
    long dials;
    long backMs;
    long backMsMost;
    long peakMost;
    long heldBytesMost;

    void add(Sum other) {
      outages += other.outages;
      dials += other.dials;
      backMs += other.backMs;
      backMsMost = Math.max(backMsMost, other.backMsMost);
      peakMost = Math.max(peakMost, other.peakMost);
      heldBytesMost = Math.max(heldBytesMost, other.heldBytesMost);
    }
  }

  void add(Reunion.Outcome outcome) {
    Sum one = new Sum();
    one.outages = 1;
    one.dials = outcome.dials();
    one.backMs = outcome.backMs();
    one.backMsMost = outcome.backMs();
    one.peakMost = outcome.peak();
    one.heldBytesMost = outcome.heldBytesMost();
    byEdges.computeIfAbsent(outcome.edges(), n -> new Sum()).add(one);
  }

  void add(Reunions other) {
    other.byEdges.forEach((edges, sum) -> byEdges.computeIfAbsent(edges, n -> new Sum()).add(sum));
  }

  boolean isEmpty() {
    return byEdges.isEmpty();
  }

  /// An array, the smallest fleet first. Times are the worlds' own.
  void write(JsonStringWriter writer) {
    writer.array("reunions");
    byEdges.forEach((edges, sum) ->
        writer
            .object()
            .value("edges", edges)
            .value("outages", sum.outages)
            .value("dialsPerEdge", rounded((double) sum.dials / sum.outages / edges))
            .value("dialsPerSecondMean", rounded(perSecond(sum)))
            .value("dialsPerSecondMost", sum.peakMost)
            .value("allBackAfterMsMean", sum.backMs / sum.outages)
            .value("allBackAfterMsMost", sum.backMsMost)
            .value("heldBytesMost", sum.heldBytesMost)
            .end());
    writer.end();
  }

  private static double perSecond(Sum sum) {
    return (double) sum.dials * TimeUnit.SECONDS.toMillis(1) / Math.max(1, sum.backMs);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
