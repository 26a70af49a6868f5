package io.tributary.adapter.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /// Opens it, and no other: a path is a name, which a rotation gives to another file between a look and what follows from it.
  ///
  /// @throws Moved when it is not at its path any more
  FileChannel open() throws IOException {
    return open(path, id.key());
  }

  /// @param key of the file that is meant
  /// @throws Moved when another file, or none, is at the path
  static FileChannel open(Path path, String key) throws IOException {
    try {
      FileChannel opened = FileChannel.open(path, StandardOpenOption.READ);
      try {
        if (of(path, "").id().key().equals(key)) {
          return opened;
        }
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      opened.close();
    } catch (NoSuchFileException e) {
      throw new Moved(path);
    }
    throw new Moved(path);
  }

  String name() {
    return String.valueOf(path.getFileName());
  }
}
