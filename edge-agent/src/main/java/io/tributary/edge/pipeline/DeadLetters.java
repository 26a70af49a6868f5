package io.tributary.edge.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.adapter.Reading;
import io.tributary.record.Header;
import io.tributary.smartmodule.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The reading that tells of one that a guest failed on: as it was, with headers that say why.
public final class DeadLetters {
  /// Of a header, which may quote the guest.
  private static final int TEXT_CHARACTERS = 300;

  private DeadLetters() {}

  /// @param topic the topic of dead letters
  /// @param of the topic that the record is of
  /// @param offset its offset there, or -1 where it has none yet
  public static Reading reading(
      String topic,
      String of,
      long offset,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      DeadLetter why) {
    List<Header> all = new ArrayList<>(headers);
    all.add(header("dead-letter.module", why.module()));
    all.add(
        header(
            "dead-letter.reason", why.reason().name().toLowerCase(Locale.ROOT).replace('_', '-')));
    all.add(header("dead-letter.text", shortened(why.text())));
    all.add(header("dead-letter.topic", of));
    if (offset >= 0) {
      all.add(header("dead-letter.offset", Long.toString(offset)));
    }
    return new Reading(topic, timestampMs, key, value, all, List.of());
  }

  private static String shortened(String text) {
    return text.length() <= TEXT_CHARACTERS ? text : text.substring(0, TEXT_CHARACTERS);
  }

  private static Header header(String name, String value) {
    return new Header(name, value.getBytes(UTF_8));
  }
}
