package io.tributary.sim.world;

import java.io.Serial;

/// A promise was broken.
final class Violation extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  Violation(String what) {
    super(what);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a library's
  static void check(boolean holds, String format, Object... values) {
    if (!holds) {
      throw new Violation(String.format(java.util.Locale.ROOT, format, values));
    }
  }
}
