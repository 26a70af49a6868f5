package io.tributary.adapter.mqtt.mapping;

import java.util.Arrays;
import java.util.regex.Pattern;

/// A topic filter with MQTT's wildcards (MQTT 5, section 4.7): `+` is one level, `#` at the end is all that follows, and
/// neither matches a first level that begins with `$`.
public final class TopicFilter {
  private static final Pattern SEPARATOR = Pattern.compile("/", Pattern.LITERAL);

  private final String text;
  private final String[] levels;
  private final boolean openEnd;

  /// Checks and takes a filter.
  ///
  /// @throws IllegalArgumentException when a wildcard stands where none may, or the filter is empty
  public TopicFilter(String text) {
    this.text = text;
    String[] all = levels(text);
    openEnd = all[all.length - 1].equals("#");
    levels = openEnd ? Arrays.copyOf(all, all.length - 1) : all;
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(text);
    }
    for (String level : levels) {
      boolean wild = level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
      if (wild && !level.equals("+")) {
        throw new IllegalArgumentException(text);
      }
    }
  }

  /// The levels of a topic name or filter; there is always one, and levels may be empty.
  public static String[] levels(String topic) {
    return SEPARATOR.split(topic, -1);
  }

  /// Its levels, a `#` at the end among them.
  public String[] parts() {
    return levels(text);
  }

  public boolean hasWildcards() {
    return openEnd || text.indexOf('+') >= 0;
  }

  /// How many levels a topic has at least that this filter matches.
  int minLevels() {
    return levels.length;
  }

  public boolean matches(String[] topic) {
    if (openEnd ? topic.length < levels.length : topic.length != levels.length) {
      return false;
    }
    if (topic[0].startsWith("$") && (levels.length == 0 || levels[0].equals("+"))) {
      return false;
    }
    for (int i = 0; i < levels.length; i++) {
      if (!levels[i].equals("+") && !levels[i].equals(topic[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
