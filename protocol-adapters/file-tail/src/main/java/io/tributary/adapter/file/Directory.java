package io.tributary.adapter.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What is in the directory at one moment. A test has it change right behind a look.
class Directory {
  /// Names that are looked at: without it, a directory of a million would fill the heap, four times a second.
  static final int NAMES_MOST = 10_000;

  private final FileNames names;
  private String birthDevice = "";

  Directory(FileNames names) {
    this.names = names;
  }

  /// @param found by their names
  /// @param unreadable what fits and is no file that can be read, with the reason
  record Look(List<Sighting> found, List<String> unreadable) {}

  /// The files that are to be read. One name twice, such as a link beside its target, is one file: the first.
  ///
  /// @throws IOException when the directory does not tell; one that is not there has no files
  Look matching() throws IOException {
    lookAtItself();
    Look look = new Look(new ArrayList<>(), new ArrayList<>());
    for (Path path : names.isOne() ? one() : list(true)) {
      try {
        look.found.add(Sighting.of(path, birthDevice));
      } catch (NoSuchFileException e) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          look.unreadable.add(path + ": is a link to nothing");
        }
      } catch (IOException e) {
        look.unreadable.add(path + ": " + reason(path, e));
      }
    }
    return look;
  }

  /// Where the directory has a birth, the files on its device have theirs.
  private void lookAtItself() throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(names.directory(), BasicFileAttributes.class);
      Object key = attributes.fileKey();
      if (FileId.tellsBirth(attributes) && key != null) {
        birthDevice = FileId.device(key.toString());
      }
    } catch (NoSuchFileException e) {
      birthDevice = "";
    }
  }

  String birthDevice() {
    return birthDevice;
  }

  private List<Path> one() {
    return List.of(names.directory().resolve(names.pattern()));
  }

  /// All files of the directory by their keys, whatever their names.
  ///
  /// It is listed twice: a file that is renamed while it is listed may be at neither of its names, and would be taken for deleted.
  Map<String, Sighting> all() throws IOException {
    Map<String, Sighting> all = listed();
    all.putAll(listed());
    return all;
  }

  private Map<String, Sighting> listed() throws IOException {
    Map<String, Sighting> listed = new HashMap<>();
    for (Path path : list(false)) {
      try {
        Sighting sighting = Sighting.of(path, birthDevice);
        listed.putIfAbsent(sighting.id().key(), sighting);
      } catch (IOException e) {
        continue; // no file that was ever read, or renamed just now
      }
    }
    return listed;
  }

  private Iterable<Path> list(boolean isMatching) throws IOException {
    TreeSet<Path> sorted = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(names.directory())) {
      for (Path path : stream) {
        Path name = path.getFileName();
        if (name != null && (!isMatching || names.includes(name))) {
          sorted.add(path);
        }
        if (sorted.size() == NAMES_MOST) {
          break;
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return sorted;
  }

  /// What an error says beside the path, which it often says alone.
  static String reason(Path path, IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.equals(path.toString()) ? e.getClass().getSimpleName() : message;
  }
}
