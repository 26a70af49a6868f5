package io.tributary.adapter.file;

import io.tributary.adapter.measurement.Measurement;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the lines of a file are. Pure.
sealed interface Grammar permits CsvLines, NdjsonLines, TextLines {
  /// Where the newline is that ends the line which begins at `from`; -1 when it is not there.
  ///
  /// @param to exclusive
  default int end(byte[] bytes, int from, int to) {
    return newline(bytes, from, to);
  }

  /// Whether the first line of each file must name its columns.
  default boolean needsHeader() {
    return false;
  }

  /// The columns, when the first line of a file names them.
  ///
  /// @return null when it is a line like all others
  /// @throws BadLine when it should name them and does not
  default @Nullable Columns header(byte[] line) throws BadLine {
    return null;
  }

  /// Reads a line, without its end and not empty.
  ///
  /// @param columns as its file's header names them, or null without one
  /// @param source of a line that names none
  Measurement read(byte[] line, @Nullable Columns columns, String source) throws BadLine;

  static int newline(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  static String utf8(byte[] line) throws BadLine {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw new BadLine(Counter.NOT_UTF8, "is not UTF-8");
    }
  }
}
