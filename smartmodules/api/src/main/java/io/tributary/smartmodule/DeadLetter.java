package io.tributary.smartmodule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.record.Header;
import io.tributary.record.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A record that a guest failed on.
///
/// @param origin which of the batch's records it came from
/// @param module the guest's name
/// @param reason why, stable enough to be counted
/// @param text why, in words
public record DeadLetter(int origin, String module, GuestFailed.Reason reason, String text) {
  /// Of what a guest says of itself.
  private static final int TEXT_CHARS_MOST = 500;

  /// A module's name comes from a configuration, but a path may be long.
  private static final int NAME_CHARS_MOST = 200;

  /// What {@link #letters} adds to a record at most: the text and two names in four bytes a letter, two topics' names, numbers and
  /// keys.
  public static final int HEADER_BYTES_MOST = 4 * (TEXT_CHARS_MOST + 2 * NAME_CHARS_MOST) + 1_024;

  /// Where the record stands.
  ///
  /// @param pipeline empty before the log
  /// @param partition negative at an edge, whose topics have none
  /// @param offset negative while it has none
  public record Place(String pipeline, String topic, int partition, long offset) {}

  /// What goes to the topic of dead letters: the record as it was, with headers that say where it came from and why it is here. Where
  /// there is no room for that, the next of them: without its value, or these headers alone; `dead-letter.left-out` says what is
  /// missing then.
  public List<Record> letters(Record record, Place place) {
    List<Header> own = headers(place);
    return List.of(
        new Record(record.timestampMs(), record.key(), record.value(), with(record, own)),
        without("value", record, record.key(), with(record, own)),
        without("everything", record, null, own));
  }

  private List<Header> headers(Place place) {
    List<Header> own = new ArrayList<>();
    if (!place.pipeline().isEmpty()) {
      own.add(header("pipeline", place.pipeline()));
    }
    own.add(header("module", cut(module, NAME_CHARS_MOST)));
    own.add(header("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-')));
    own.add(header("text", cut(text, TEXT_CHARS_MOST)));
    own.add(header("topic", place.topic()));
    if (place.partition() >= 0) {
      own.add(header("partition", Integer.toString(place.partition())));
    }
    if (place.offset() >= 0) {
      own.add(header("offset", Long.toString(place.offset())));
    }
    return own;
  }

  private static List<Header> with(Record record, List<Header> own) {
    List<Header> all = new ArrayList<>(record.headers());
    all.addAll(own);
    return all;
  }

  private static Record without(
      String what, Record record, byte @Nullable [] key, List<Header> headers) {
    List<Header> all = new ArrayList<>(headers);
    all.add(header("left-out", what));
    return new Record(record.timestampMs(), key, null, all);
  }

  private static Header header(String name, String value) {
    return new Header("dead-letter." + name, value.getBytes(UTF_8));
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }
}
