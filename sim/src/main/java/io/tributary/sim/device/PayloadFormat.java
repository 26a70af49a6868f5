package io.tributary.sim.device;

import io.tributary.sim.signal.Quantity;
import io.tributary.sim.signal.Sample;

/// How a device writes a reading.
enum PayloadFormat {
  /// `{"ts":…,"value":…,"seq":…,"unit":"…"}`, with `"quality":"bad"` and the value null where the sensor says so.
  JSON {
    @Override
    String text(Quantity quantity, Sample sample, long timeMs, long seq) {
      String value = sample.isGood() ? quantity.resolution().text(sample.value()) : "null";
      return "{\"ts\":"
          + timeMs
          + ",\"value\":"
          + value
          + ",\"seq\":"
          + seq
          + ",\"unit\":\""
          + quantity.unit()
          + (sample.isGood() ? "\"}" : "\",\"quality\":\"bad\"}");
    }
  },

  /// The value alone, or `NaN`.
  VALUE {
    @Override
    String text(Quantity quantity, Sample sample, long timeMs, long seq) {
      return quantity.resolution().text(sample.value());
    }
  },

  /// `ts,value,seq,unit,quality`, the value `NaN` where the quality is `bad`.
  CSV {
    @Override
    String text(Quantity quantity, Sample sample, long timeMs, long seq) {
      String value = quantity.resolution().text(sample.value());
      String quality = sample.isGood() ? "good" : "bad";
      return timeMs + "," + value + "," + seq + "," + quantity.unit() + "," + quality;
    }
  };

  abstract String text(Quantity quantity, Sample sample, long timeMs, long seq);
}
