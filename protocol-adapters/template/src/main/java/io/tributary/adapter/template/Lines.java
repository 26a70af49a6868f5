package io.tributary.adapter.template;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Hands lines to the journal, each once. Confined to the listener's thread.
///
/// Numbers of a key rise, also over a restart of the device. The highest is kept in the journal with its reading, so a line that
/// comes again, after whatever end of the connection or of the edge, is known. Every answer decides all lines of its key up to its
/// number.
final class Lines {
  private static final Pattern FORMAT =
      Pattern.compile("([^\\s\\uFFFD]+) ([0-9]{1,18}) ([^\\uFFFD]+)");

  /// Without it, a device that makes its keys up would fill the heap and the journal's state.
  private static final int KEYS_MOST = 10_000;

  private final String topic;
  private final String className;
  private final Emitter emitter;
  private final Counts<Counter> counters;
  private final Map<String, Line> latest = new HashMap<>();

  Lines(String topic, Outlet outlet, Emitter emitter, Counts<Counter> counters) {
    this.topic = topic;
    this.className = outlet.classOf(topic);
    this.emitter = emitter;
    this.counters = counters;
    for (StateEntry entry : outlet.restored()) {
      Line known =
          new Line(
              entry.key(), ByteBuffer.wrap(entry.value()).getLong(), new Counts<>(Counter.class));
      known.durable(0);
      latest.merge(entry.key(), known, (a, b) -> a.number > b.number ? a : b);
    }
  }

  /// Takes a line in.
  ///
  /// @return whose answer the device is owed; null when there is no room: nothing was taken, and the same line is to be offered again
  @Nullable Line take(String text) {
    Matcher parts = FORMAT.matcher(text);
    if (!parts.matches()) {
      counters.count(Counter.MALFORMED, "'" + text + "' is not KEY NUMBER VALUE");
      return Line.answered("malformed: a line is KEY NUMBER VALUE", counters);
    }
    String key = parts.group(1);
    long number = Long.parseLong(parts.group(2));
    Line known = latest.get(key);
    if (known != null && number <= known.number) {
      counters.count(Counter.REPEATED);
      return known;
    }
    if (known == null && (latest.size() == KEYS_MOST || !emitter.mayKeepMore(className))) {
      counters.count(Counter.REFUSED, "'" + key + "' is one key too many");
      return Line.answered("no " + key + " " + number + " too-many-keys", counters);
    }
    Line line = new Line(key, number, counters);
    if (!emitter.emit(reading(key, number, parts.group(3)), line)) {
      return null;
    }
    latest.put(key, line);
    return line;
  }

  private Reading reading(String key, long number, String value) {
    byte[] kept = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    return new Reading(
        topic,
        System.currentTimeMillis(),
        key.getBytes(StandardCharsets.UTF_8),
        value.getBytes(StandardCharsets.UTF_8),
        List.of(),
        List.of(new StateChange(key, kept)));
  }
}
