package io.tributary.adapter.file;

import io.tributary.adapter.measurement.JsonMeasurement;
import io.tributary.adapter.measurement.Measurement;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/// Lines of which each is a JSON text (RFC 8259), and so UTF-8, whatever the format of readings.
record NdjsonLines() implements Grammar {
  @Override
  public Measurement read(byte[] line, @Nullable Columns columns, String source) throws BadLine {
    String text = Grammar.utf8(line);
    try {
      Measurement said = JsonMeasurement.read(text, source);
      if (said.time() != null) {
        WrittenTime.check(said.time());
      }
      return said;
    } catch (IllegalArgumentException e) {
      throw new BadLine(Counter.MALFORMED, String.valueOf(e.getMessage()));
    } catch (DateTimeException e) {
      throw new BadLine(Counter.UNREADABLE_TIME, String.valueOf(e.getMessage()));
    }
  }
}
