package io.tributary.log;

import java.io.IOException;
import java.util.List;

/// The only seam between a log and the files of a machine, so that a test may own what a disk does.
///
/// Paths are relative to a root and separated by `/`. What is created, renamed or deleted outlives a power cut only
/// after {@link #forceDirectory} of the directory that names it; what is written, only after {@link DiskFile#force}.
/// Every method throws {@link NoSpaceException} where the disk or its quota is full, and another IOException for any
/// other fault. Safe for use by many threads.
public interface Disk {
  /// The names of the files in a directory, in no order; empty when there is no such directory.
  List<String> list(String directory) throws IOException;

  boolean exists(String path) throws IOException;

  /// Opens an existing file for reading and writing.
  DiskFile open(String path) throws IOException;

  /// Creates a file that must not exist.
  DiskFile create(String path) throws IOException;

  /// Creates a directory and its parents as far as they are missing, and forces their names.
  void createDirectories(String directory) throws IOException;

  /// Replaces `to` where it exists.
  void rename(String from, String to) throws IOException;

  /// Unlinks a file. Whoever has it open may go on reading; the room is free when all have closed it.
  void delete(String path) throws IOException;

  void forceDirectory(String directory) throws IOException;

  /// Removes a directory that is empty, and returns when neither its name nor those that were in it can come back.
  /// Nothing happens where there is none.
  void deleteDirectory(String directory) throws IOException;

  /// How many bytes may still be written; an estimate.
  long usableBytes() throws IOException;
}
