package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.record.Header;
import io.tributary.record.Record;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a topic holds, beside what it must hold.
///
/// @param records how many it holds
/// @param due how many it must
/// @param difference the first one, in words; null: none
record ComparedTopic(String topic, int records, int due, @Nullable String difference) {
  /// The edge gives these to each of its records, whatever it comes from.
  private static final Set<String> OF_THE_EDGE = Set.of("edge", "source", "clock", "origin");

  private static final int SHOWN_CHARS = 60;

  static ComparedTopic of(String topic, List<Record> held, List<Record> due) {
    String difference = null;
    for (int i = 0; difference == null && i < Math.max(held.size(), due.size()); i++) {
      String one = i < held.size() ? words(held.get(i), false) : "nothing";
      String other = i < due.size() ? words(due.get(i), false) : "nothing";
      if (!one.equals(other)) {
        difference =
            "at offset %d is %s; due is %s"
                .formatted(
                    i,
                    i < held.size() ? words(held.get(i), true) : one,
                    i < due.size() ? words(due.get(i), true) : other);
      }
    }
    return new ComparedTopic(topic, held.size(), due.size(), difference);
  }

  boolean isSame() {
    return difference == null;
  }

  /// Timestamp, key, value and headers.
  private static String words(Record record, boolean isShort) {
    StringBuilder words = new StringBuilder();
    words.append(record.timestampMs()).append(' ').append(text(record.key(), isShort));
    words.append('=').append(text(record.value(), isShort));
    for (Header header : record.headers()) {
      if (!OF_THE_EDGE.contains(header.key())) {
        words.append(' ').append(header.key()).append(':').append(text(header.value(), isShort));
      }
    }
    return words.toString();
  }

  private static String text(byte @Nullable [] bytes, boolean isShort) {
    String text = bytes == null ? "null" : new String(bytes, UTF_8);
    return isShort && text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
  }
}
