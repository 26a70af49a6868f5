package io.tributary.session.story;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One input of a story: a verb, plain words, and `key=value` words.
final class Line {
  private static final Pattern RANGE = Pattern.compile("(\\d+)\\.\\.(\\d+)");
  private static final Pattern TIME = Pattern.compile("(\\d+)(ms|s|m|h|d)");

  private final String verb;
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> named = new LinkedHashMap<>();

  Line(String text) {
    List<String> all = List.of(text.strip().splitWithDelimiters(" +", 0));
    verb = all.get(0);
    for (int i = 2; i < all.size(); i += 2) {
      String word = all.get(i);
      int equals = word.indexOf('=');
      if (equals > 0) {
        named.put(word.substring(0, equals), word.substring(equals + 1));
      } else {
        words.add(word);
      }
    }
  }

  String verb() {
    return verb;
  }

  String word(int index) {
    return words.get(index);
  }

  long number(int index) {
    return Long.parseLong(words.get(index));
  }

  /// The words from here on, as a sentence.
  String rest(int index) {
    return String.join(" ", words.subList(index, words.size()));
  }

  long from(int index) {
    return range(index, 1);
  }

  long to(int index) {
    return range(index, 2);
  }

  long nanos(int index) {
    Matcher time = TIME.matcher(words.get(index));
    if (!time.matches()) {
      throw new IllegalArgumentException("no time: " + words.get(index));
    }
    TimeUnit unit =
        switch (time.group(2)) {
          case "ms" -> TimeUnit.MILLISECONDS;
          case "s" -> TimeUnit.SECONDS;
          case "m" -> TimeUnit.MINUTES;
          case "h" -> TimeUnit.HOURS;
          default -> TimeUnit.DAYS;
        };
    return unit.toNanos(Long.parseLong(time.group(1)));
  }

  long named(String key, long otherwise) {
    String value = named.get(key);
    return value == null ? otherwise : Long.parseLong(value);
  }

  String named(String key, String otherwise) {
    return named.getOrDefault(key, otherwise);
  }

  /// A short name stands for a UUID.
  static UUID uuid(String name) {
    return new UUID(0, name.hashCode());
  }

  private long range(int index, int group) {
    Matcher range = RANGE.matcher(words.get(index));
    if (!range.matches()) {
      throw new IllegalArgumentException("no range: " + words.get(index));
    }
    return Long.parseLong(range.group(group));
  }
}
