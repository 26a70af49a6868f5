package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Columns for the eye. Wide enough for what is common; what is longer moves its own line only.
record TableFormat() implements RecordFormat {
  private static final int TIME = 24;
  private static final int EDGE = 16;
  private static final int PARTITION = 4;
  private static final int OFFSET = 10;
  private static final int KEY = 16;

  @Override
  public void begin(Output out) {
    column("TIME", TIME, out);
    column("EDGE", EDGE, out);
    column("PART", PARTITION, out);
    column("OFFSET", OFFSET, out);
    column("EDGE-OFFSET", OFFSET + 1, out);
    column("KEY", KEY, out);
    out.put("VALUE");
    out.endRecord();
  }

  @Override
  public void print(Shown shown, Output out) {
    column(Instant.ofEpochMilli(shown.record.timestampMs()).toString(), TIME, out);
    column(text(shown.edge(), "-"), EDGE, out);
    column(Integer.toString(shown.partition), PARTITION, out);
    column(Long.toString(shown.record.offset()), OFFSET, out);
    long edgeOffset = shown.edgeOffset;
    column(edgeOffset == Shown.NO_EDGE_OFFSET ? "-" : Long.toString(edgeOffset), OFFSET + 1, out);
    column(text(shown.record.key(), "-"), KEY, out);
    TextFormat.put(shown.record.value(), out);
  }

  private static String text(@Nullable ByteBuffer bytes, String none) {
    return bytes == null ? none : UTF_8.decode(bytes).toString();
  }

  private static void column(String text, int width, Output out) {
    out.put(text);
    for (int i = text.length(); i < width; i++) {
      out.put((byte) ' ');
    }
    out.put("  ");
  }
}
