package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Measurement;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Bytes that nobody here understands: in JSON their hexadecimal digits, in raw readings they themselves.
final class RawDecoder implements Decoder {
  private final String source;
  private final Counts<Counter> counts;

  RawDecoder(String source, Counts<Counter> counts) {
    this.source = source;
    this.counts = counts;
  }

  @Override
  public void take(byte[] frame, long nowNanos, Consumer<Measurement> out) {
    if (frame.length > 0) {
      counts.count(Counter.TAKEN);
      out.accept(Measurement.good(source, HexFormat.of().formatHex(frame)).of(frame));
    }
  }
}
