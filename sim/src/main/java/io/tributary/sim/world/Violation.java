package io.tributary.sim.world;

import java.io.Serial;

/// A promise was broken.
final class Violation extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Kind kind;

  /// In which way.
  enum Kind {
    MISSING,
    DUPLICATED,
    DISORDERED,
    OTHER
  }

  Violation(String what) {
    this(Kind.OTHER, what);
  }

  Violation(Kind kind, String what) {
    super(what);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  static void check(boolean holds, String format, Object... values) {
    check(Kind.OTHER, holds, format, values);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a library's
  static void check(Kind kind, boolean holds, String format, Object... values) {
    if (!holds) {
      throw new Violation(kind, String.format(java.util.Locale.ROOT, format, values));
    }
  }
}
