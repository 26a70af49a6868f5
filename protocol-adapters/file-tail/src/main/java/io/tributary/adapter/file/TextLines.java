package io.tributary.adapter.file;

import io.tributary.adapter.measurement.Measurement;
import org.jspecify.annotations.Nullable;

/// Lines that are themselves the values.
///
/// @param isRaw the reading is the line's bytes, whatever they are
record TextLines(boolean isRaw) implements Grammar {
  @Override
  public Measurement read(byte[] line, @Nullable Columns columns, String source) throws BadLine {
    return Measurement.good(source, isRaw ? null : Grammar.utf8(line)).of(line);
  }
}
