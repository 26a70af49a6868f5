package io.tributary.adapter.file;

import java.io.IOException;
import java.nio.file.Path;

/// A file is not at the path any more at which it was seen a moment ago: it was renamed or deleted, and another one may have its
/// name. Nothing is wrong; the next look at the directory finds it.
final class Moved extends IOException {
  private static final long serialVersionUID = 1;

  Moved(Path path) {
    super(path + ": was renamed or deleted just now");
  }
}
