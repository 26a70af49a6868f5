package io.tributary.adapter.file;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns of a file, and which of them are asked for.
///
/// @param valueAt -1: the value is all columns
/// @param timeAt -1: there is none
/// @param sourceAt -1: the source is not in the file
record Columns(List<String> names, int valueAt, int timeAt, int sourceAt) {
  /// The names that a section asks for; null where it does not.
  record Asked(@Nullable String value, @Nullable String time, @Nullable String source) {}

  /// @throws IllegalArgumentException when they do not have what is asked for, or one twice
  static Columns of(List<String> names, Asked asked) {
    if (new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException("names a column twice");
    }
    return new Columns(
        List.copyOf(names),
        find(names, asked.value()),
        find(names, asked.time()),
        find(names, asked.source()));
  }

  private static int find(List<String> names, @Nullable String name) {
    int at = name == null ? -1 : names.indexOf(name);
    if (name != null && at < 0) {
      throw new IllegalArgumentException(
          "has no column '" + name + "'; there are " + String.join(", ", names));
    }
    return at;
  }
}
