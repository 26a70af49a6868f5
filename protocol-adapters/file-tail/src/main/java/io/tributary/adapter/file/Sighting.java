package io.tributary.adapter.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// A file as it was seen at a path.
///
/// @param changedNanos when it was last written to, since 1970
record Sighting(Path path, FileId id, long sizeBytes, long changedNanos) {
  /// Looks, through links.
  ///
  /// @param birthDevice as for {@link FileId#of}
  /// @throws IOException when it cannot be looked at, or is no file of bytes: to open a pipe would wait for its writer
  static Sighting of(Path path, String birthDevice) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new IOException(attributes.isDirectory() ? "is a directory" : "is no regular file");
    }
    return new Sighting(
        path,
        FileId.of(path, attributes, birthDevice),
        attributes.size(),
        FileId.nanos(attributes.lastModifiedTime()));
  }

  String name() {
    return String.valueOf(path.getFileName());
  }
}
