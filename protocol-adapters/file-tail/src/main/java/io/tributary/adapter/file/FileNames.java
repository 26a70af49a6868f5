package io.tributary.adapter.file;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;

/// Which files of one directory are read: one by its name, or those that fit a glob.
///
/// @param directory absolute
/// @param pattern the last element of the path
record FileNames(Path directory, String pattern, PathMatcher matcher) {
  /// What a rotation has packed was read before, and holds no lines as it is.
  private static final List<String> PACKED = List.of(".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip");

  /// @throws IllegalArgumentException when it names no file, or has a glob where none may be
  static FileNames of(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    Path last = absolute.getFileName();
    if (directory == null || last == null) {
      throw new IllegalArgumentException("names no file");
    }
    if (isGlob(directory.toString())) {
      throw new IllegalArgumentException("has a glob before its last element");
    }
    String pattern = last.toString();
    PathMatcher matcher =
        isGlob(pattern) ? FileSystems.getDefault().getPathMatcher("glob:" + pattern) : last::equals;
    return new FileNames(directory, pattern, matcher);
  }

  private static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /// Whether it is one file, so that there is no need to look at all of the directory.
  boolean isOne() {
    return !isGlob(pattern);
  }

  /// As in a shell, a hidden file is asked for by its dot. What is packed is never meant.
  boolean includes(Path name) {
    String text = name.toString();
    return (isOne() || !text.startsWith(".") || pattern.startsWith("."))
        && PACKED.stream().noneMatch(text::endsWith)
        && matcher.matches(name);
  }

  @Override
  public String toString() {
    return directory.resolve(pattern).toString();
  }
}
