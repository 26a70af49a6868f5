package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;
import io.tributary.sim.bench.KafkaLoad.Pass;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What the runs of one server with one kind of load came to.
///
/// @param size of each record's value
record KafkaFigures(int size, List<Pass> produced, List<Pass> consumed) {

  static double recordsPerSecond(Pass pass) {
    return pass.records() / pass.seconds();
  }

  static double cpuSecondsPerMillion(Pass pass) {
    return pass.cpuSeconds() / pass.records() * 1e6;
  }

  static double median(List<Pass> passes, ToDoubleFunction<Pass> of) {
    return Median.of(passes.stream().mapToDouble(of).toArray());
  }

  /// The fewest records that any run read back.
  int readBack() {
    return consumed.stream().mapToInt(Pass::records).min().orElse(0);
  }

  void write(JsonStringWriter json) {
    writePasses(json, "produced", produced);
    writePasses(json, "consumed", consumed);
    json.value("readBack", readBack());
  }

  private void writePasses(JsonStringWriter json, String key, List<Pass> passes) {
    json.object(key);
    writeSpread(json, "recordsPerSecond", passes, KafkaFigures::recordsPerSecond);
    writeSpread(json, "megabytesPerSecond", passes, p -> recordsPerSecond(p) * size / 1e6);
    writeSpread(json, "cpuSecondsPerMillion", passes, KafkaFigures::cpuSecondsPerMillion);
    json.end();
  }

  private static void writeSpread(
      JsonStringWriter json, String key, List<Pass> passes, ToDoubleFunction<Pass> of) {
    json.object(key)
        .value("median", median(passes, of))
        .value("min", passes.stream().mapToDouble(of).min().orElse(0))
        .value("max", passes.stream().mapToDouble(of).max().orElse(0))
        .end();
  }

  /// These figures divided by a peer's, medians by medians: above 1 is faster, or dearer.
  void writeRatios(JsonStringWriter json, KafkaFigures peer) {
    json.value("producedPerSecond", ratio(produced, peer.produced, KafkaFigures::recordsPerSecond))
        .value("producedCpu", ratio(produced, peer.produced, KafkaFigures::cpuSecondsPerMillion))
        .value("consumedPerSecond", ratio(consumed, peer.consumed, KafkaFigures::recordsPerSecond))
        .value("consumedCpu", ratio(consumed, peer.consumed, KafkaFigures::cpuSecondsPerMillion));
  }

  private static double ratio(List<Pass> ours, List<Pass> theirs, ToDoubleFunction<Pass> of) {
    return median(ours, of) / median(theirs, of);
  }
}
