package io.tributary.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a value was written: a line of a file, or a flag.
///
/// @param source the file's name, or `--flag`
/// @param line from 1; 0 for a flag
/// @param directory what relative paths are relative to; null for the working directory
record Place(String source, int line, @Nullable Path directory) {
  static Place flag(String key) {
    return new Place("--" + key, 0, null);
  }

  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line;
  }
}
