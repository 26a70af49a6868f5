package io.tributary.adapter.http;

import java.util.Collection;
import java.util.stream.Collectors;

/// Parts of what is said to people.
final class Words {
  private Words() {}

  /// The beginning of what a client sent, without what is no text.
  static String excerpt(String text) {
    String part =
        text.length() > Bounds.EXAMPLE_CHARACTERS
            ? text.substring(0, Bounds.EXAMPLE_CHARACTERS) + "..."
            : text;
    return part.replaceAll("[^\\p{Print}\\p{L}]", "?");
  }

  /// The names, or as many of them as an answer lists.
  static String list(Collection<String> names) {
    int more = names.size() - Bounds.LISTED_TOPICS;
    return names.stream().limit(Bounds.LISTED_TOPICS).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
