package io.tributary.sim.field.modbus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What a device has sent undamaged, one line for each answer to a read: unit, request, answer, each as hexadecimal digits but the unit.
///
/// ```
/// 1 0400000002 0404025800c9
/// ```
///
/// A judge holds what others have read against it. A line is written before its answer is sent.
final class SentRecord implements AutoCloseable {
  private final @Nullable Writer out;

  /// @param file null: nothing is recorded
  SentRecord(@Nullable Path file) throws IOException {
    this.out = file == null ? null : Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
  }

  synchronized void sent(int unit, byte[] request, byte[] answer) {
    if (out == null || !Pdu.isRead(Pdu.function(request))) {
      return;
    }
    HexFormat hex = HexFormat.of();
    try {
      out.write(unit + " " + hex.formatHex(request) + " " + hex.formatHex(answer) + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the record of what was sent", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
