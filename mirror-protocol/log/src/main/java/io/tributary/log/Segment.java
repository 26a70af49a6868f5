package io.tributary.log;

import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One file of a log. Its file is open while somebody uses it; the one that is written to, always.
///
/// A reader takes the file with {@link #acquire} and gives it back with {@link #release}; retention may delete the
/// segment meanwhile: then the name is gone at once, and the bytes when the last reader has given it back.
final class Segment {
  static final String SUFFIX = ".segment";
  private static final int ORDINAL_DIGITS = 20;

  private final Disk disk;
  private final String path;
  private final SegmentHeader.Kind kind;
  private final long ordinal;
  private final long baseOffset;
  private final long arrivalMs;
  private final int headerBytes;
  private final long compactedTo;

  /// Where the durable bytes end, read by all; written by the log's writer, and behind an older segment by its mender.
  private volatile long end;

  private volatile boolean isDeleted;
  private volatile boolean isChecked;

  // Guarded by this.
  private @Nullable DiskFile file;
  private int users;

  Segment(Disk disk, String directory, SegmentHeader header, long end) {
    this.disk = disk;
    this.path = path(directory, header.ordinal());
    this.kind = header.kind();
    this.ordinal = header.ordinal();
    this.baseOffset = header.baseOffset();
    this.arrivalMs = header.arrivalMs();
    this.headerBytes = header.headerBytes();
    this.compactedTo = header.compactedTo();
    this.end = end;
  }

  static String path(String directory, long ordinal) {
    return directory
        + "/"
        + String.format(Locale.ROOT, "%0" + ORDINAL_DIGITS + "d", ordinal)
        + SUFFIX;
  }

  /// The ordinal that a file's name says, or -1 when the file is no segment.
  static long ordinalOf(String name) {
    if (name.length() != ORDINAL_DIGITS + SUFFIX.length() || !name.endsWith(SUFFIX)) {
      return -1;
    }
    long ordinal = 0;
    for (int i = 0; i < ORDINAL_DIGITS; i++) {
      char digit = name.charAt(i);
      if (digit < '0' || digit > '9' || ordinal > (Long.MAX_VALUE - 9) / 10) {
        return -1;
      }
      ordinal = ordinal * 10 + (digit - '0');
    }
    return ordinal;
  }

  String path() {
    return path;
  }

  /// The file's name without its directory.
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  long ordinal() {
    return ordinal;
  }

  long baseOffset() {
    return baseOffset;
  }

  long arrivalMs() {
    return arrivalMs;
  }

  /// Where the batches begin.
  int headerBytes() {
    return headerBytes;
  }

  boolean isCompacted() {
    return compactedTo != SegmentHeader.NOT_COMPACTED;
  }

  /// Whether what is left of a segment lies in this one: it was compacted, and the power went before the other was deleted.
  boolean holds(SegmentHeader behind) {
    return behind.baseOffset() < compactedTo;
  }

  /// Where the durable bytes end, which is the size of the file when nothing is being appended.
  long end() {
    return end;
  }

  void setEnd(long position) {
    end = position;
  }

  boolean isDeleted() {
    return isDeleted;
  }

  /// Whether it is known to readers what is lacking in it.
  boolean isChecked() {
    return isChecked;
  }

  void setChecked(boolean checked) {
    isChecked = checked;
  }

  /// The open file, to be given back by {@link #release}; null when the segment is deleted.
  synchronized @Nullable DiskFile acquire() throws IOException {
    if (isDeleted) {
      return null;
    }
    DiskFile open = file;
    if (open == null) {
      open = disk.open(path);
      file = open;
    }
    users++;
    return open;
  }

  /// Closes the file when nobody uses it any more.
  synchronized void release() throws IOException {
    users--;
    DiskFile open = file;
    if (users == 0 && open != null) {
      file = null;
      open.close();
    }
  }

  /// Hands over a file that was just created, as one use of it.
  synchronized void adopt(DiskFile created) {
    file = created;
    users++;
  }

  /// Unlinks the file. The directory is not forced: what comes back after a power cut is deleted again.
  void delete() throws IOException {
    markDeleted(true);
    try {
      disk.delete(path);
    } catch (IOException e) {
      markDeleted(false);
      throw e;
    }
  }

  /// It counts as deleted, although its file is still there.
  void retire() {
    markDeleted(true);
  }

  private synchronized void markDeleted(boolean deleted) {
    isDeleted = deleted;
  }

  /// The whole header, read from the file; null when the segment is deleted.
  ///
  /// @throws IOException also when the header can no longer be believed
  @Nullable SegmentHeader header(UUID logId) throws IOException {
    DiskFile open = acquire();
    if (open == null) {
      return null;
    }
    try {
      SegmentHeader header = SegmentHeader.read(open, kind, logId);
      if (header == null) {
        throw new IOException("the header of " + path + " is damaged");
      }
      return header;
    } finally {
      release();
    }
  }
}
