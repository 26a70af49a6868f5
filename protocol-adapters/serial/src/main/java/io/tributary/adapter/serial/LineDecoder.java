package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Measurement;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lines of text. A line's value is the line, or what a pattern finds in it; what is a number becomes one.
final class LineDecoder implements Decoder {
  /// The groups that a pattern may name.
  static final String VALUE = "value";

  static final String UNIT = "unit";
  static final String SOURCE = "source";

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,18}(\\.\\d{0,18})?|\\.\\d{1,18})([eE][+-]?\\d{1,2})?");

  private final String source;
  private final @Nullable Pattern pattern;
  private final @Nullable String unit;
  private final Counts<Counter> counts;

  /// @param pattern with a group `value`, and perhaps `unit` and `source`; null: the line is the value
  LineDecoder(
      String source, @Nullable Pattern pattern, @Nullable String unit, Counts<Counter> counts) {
    this.source = source;
    this.pattern = pattern;
    this.unit = unit;
    this.counts = counts;
  }

  @Override
  public void take(byte[] frame, long nowNanos, Consumer<Measurement> out) {
    String line;
    try {
      line = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(frame)).toString().strip();
    } catch (CharacterCodingException e) {
      counts.count(Counter.MALFORMED, "a line is not UTF-8: " + Listener.shown(frame));
      return;
    }
    if (line.isEmpty()) {
      return;
    }
    Measurement measurement =
        pattern == null ? Measurement.good(source, value(line)).in(unit) : found(line, pattern);
    if (measurement == null) {
      counts.count(Counter.MALFORMED, "a line does not match the pattern: '" + line + "'");
    } else {
      counts.count(Counter.TAKEN);
      out.accept(measurement.of(frame));
    }
  }

  private @Nullable Measurement found(String line, Pattern wanted) {
    Matcher matcher = wanted.matcher(line);
    if (!matcher.find() || matcher.group(VALUE) == null) {
      return null;
    }
    String name = group(matcher, SOURCE);
    String ownUnit = group(matcher, UNIT);
    return Measurement.good(
            name == null ? source : source + "/" + name, value(matcher.group(VALUE).strip()))
        .in(ownUnit == null ? unit : ownUnit);
  }

  private static @Nullable String group(Matcher matcher, String name) {
    return matcher.namedGroups().containsKey(name) ? matcher.group(name) : null;
  }

  private static Object value(String text) {
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : text;
  }
}
