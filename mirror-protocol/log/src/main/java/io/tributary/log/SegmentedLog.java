package io.tributary.log;

import io.tributary.log.SegmentHeader.Stamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The files of a log and the rules that both views share: how bytes are appended and proved, how a segment begins,
/// how it goes. Knows nothing of what is in the batches.
///
/// OPEN --a write or force fails--> FAILED; OPEN --no room--> OPEN, cut back to the end before
///
/// One thread writes; {@link #segments} may be read by all. The order that makes it safe: a new segment's header is
/// forced with its name before it is listed; a deleted one is taken from the list before it is unlinked.
final class SegmentedLog implements AutoCloseable {
  private static final Segment[] NO_SEGMENTS = {};
  private static final String SET_ASIDE = ".damaged";
  private static final System.Logger LOG = System.getLogger(SegmentedLog.class.getName());

  private final Disk disk;
  private final String directory;
  private final SegmentHeader.Kind kind;
  private final UUID logId;

  /// Oldest first; replaced, never changed in place.
  private volatile Segment[] segments = NO_SEGMENTS;

  /// Why nothing more is taken, or null.
  private volatile @Nullable String failure;

  private @Nullable DiskFile file;
  private long lastOrdinal;

  private SegmentedLog(Disk disk, String directory, SegmentHeader.Kind kind, UUID logId) {
    this.disk = disk;
    this.directory = directory;
    this.kind = kind;
    this.logId = logId;
  }

  /// What was found in a log's directory: a segment without a header that can be believed has none.
  record Found(long ordinal, String path, @Nullable SegmentHeader header, long sizeBytes) {}

  /// Finds the segments of a log, oldest first, and begins none.
  static SegmentedLog open(Disk disk, String directory, SegmentHeader.Kind kind, UUID logId)
      throws IOException {
    disk.createDirectories(directory);
    return new SegmentedLog(disk, directory, kind, logId);
  }

  List<Found> find() throws IOException {
    List<Long> ordinals = new ArrayList<>();
    for (String name : disk.list(directory)) {
      long ordinal = Segment.ordinalOf(name);
      if (ordinal >= 0) {
        ordinals.add(ordinal);
      }
    }
    Collections.sort(ordinals);
    List<Found> found = new ArrayList<>();
    for (long ordinal : ordinals) {
      String path = Segment.path(directory, ordinal);
      try (DiskFile open = disk.open(path)) {
        SegmentHeader header = SegmentHeader.read(open, kind, logId);
        boolean isOurs = header != null && header.ordinal() == ordinal;
        found.add(new Found(ordinal, path, isOurs ? header : null, open.size()));
      }
      lastOrdinal = ordinal;
    }
    return found;
  }

  /// Lists a segment that was found, as the newest.
  Segment add(SegmentHeader header, long sizeBytes) {
    Segment segment = new Segment(disk, directory, header, sizeBytes);
    append(segment);
    return segment;
  }

  /// Puts a file that cannot be understood out of the way, and keeps it.
  void setAside(String path) throws IOException {
    LOG.log(System.Logger.Level.ERROR, "{0} is damaged, kept as {0}{1}", path, SET_ASIDE);
    disk.rename(path, path + SET_ASIDE);
    disk.forceDirectory(directory);
  }

  /// Removes what is left of a segment whose beginning was cut off.
  void discard(String path) throws IOException {
    disk.delete(path);
    disk.forceDirectory(directory);
  }

  /// Makes the newest segment the one that is written to: cuts off what lies behind `end`, writes what is not proven
  /// once more, so that bytes which a failed force left behind in memory reach the medium, and forces all of it.
  void resume(long provenEnd, long end) throws IOException {
    Segment newest = newest();
    DiskFile open = newest.acquire();
    if (open == null) {
      throw new IllegalStateException("the newest segment is never deleted");
    }
    file = open;
    if (open.size() > end) {
      open.truncate(end);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(LogLimits.CHUNK_BYTES);
    for (long at = Math.min(provenEnd, end); at < end; at += bytes.limit()) {
      bytes.clear().limit((int) Math.min(bytes.capacity(), end - at));
      while (bytes.hasRemaining() && open.read(bytes, at + bytes.position()) > 0) {
        continue;
      }
      if (bytes.hasRemaining()) {
        throw new IOException(newest.path() + " is shorter than it was");
      }
      open.write(bytes.flip(), at);
    }
    open.force();
    newest.setEnd(end);
  }

  Segment[] segments() {
    return segments;
  }

  Segment oldest() {
    return segments[0];
  }

  Segment newest() {
    Segment[] all = segments;
    return all[all.length - 1];
  }

  boolean isEmpty() {
    return segments.length == 0;
  }

  long nextOrdinal() {
    return lastOrdinal + 1;
  }

  UUID logId() {
    return logId;
  }

  String directory() {
    return directory;
  }

  Disk disk() {
    return disk;
  }

  /// The bytes of all segments.
  long sizeBytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.end();
    }
    return bytes;
  }

  @Nullable String failure() {
    return failure;
  }

  void checkOpen() throws LogFailedException {
    String why = failure;
    if (why != null) {
      throw new LogFailedException(directory + " has failed and takes nothing more: " + why, null);
    }
  }

  /// Appends the parts to the newest segment and returns when they are durable.
  ///
  /// @param stamp written in the same force, or null
  /// @throws LogFullException when there is no room: the file is as it was
  /// @throws LogFailedException when it is not known what lies on the medium
  void append(ByteBuffer[] parts, @Nullable Stamp stamp) throws IOException {
    checkOpen();
    DiskFile open = openFile();
    Segment newest = newest();
    long end = newest.end();
    long newEnd = end;
    for (ByteBuffer part : parts) {
      newEnd += part.remaining();
    }
    try {
      open.write(parts, end);
      if (stamp != null) {
        open.write(stamp.encode(newest.ordinal()), stamp.slotPosition());
      }
    } catch (NoSpaceException e) {
      cutBack(open, end, e);
      throw new LogFullException("no room for " + (newEnd - end) + " B in " + directory, e);
    } catch (IOException e) {
      throw fail("a write failed", e);
    }
    try {
      open.force();
    } catch (IOException e) {
      throw fail("a force failed", e);
    }
    newest.setEnd(newEnd);
  }

  /// Begins a new segment and returns when its header and its name are durable.
  void roll(SegmentHeader header) throws IOException {
    checkOpen();
    String path = Segment.path(directory, header.ordinal());
    DiskFile created = null;
    try {
      if (disk.exists(path)) {
        disk.delete(path); // what a beginning without room left behind
      }
      created = disk.create(path);
      created.write(header.encode(), 0);
    } catch (NoSpaceException e) {
      if (created != null) {
        abandon(created, path);
      }
      throw new LogFullException("no room for a new segment in " + directory, e);
    } catch (IOException e) {
      throw fail("a new segment could not be written", e);
    }
    try {
      created.force();
      disk.forceDirectory(directory);
    } catch (IOException e) {
      throw fail("a force of a new segment failed", e);
    }
    lastOrdinal = header.ordinal();
    boolean isFirst = isEmpty();
    Segment before = isFirst ? null : newest();
    Segment segment = new Segment(disk, directory, header, header.headerBytes());
    segment.adopt(created);
    file = created;
    append(segment);
    if (before != null) {
      before.release();
    }
  }

  /// Deletes a segment, which is not the newest. Readers that have it open read on.
  void delete(Segment segment) throws IOException {
    assert segment != newest() : "the newest segment is written to";
    segments = Arrays.stream(segments).filter(listed -> listed != segment).toArray(Segment[]::new);
    segment.delete();
    disk.forceDirectory(directory);
  }

  /// Nothing is written. Readers that have a file open read on.
  @Override
  public void close() throws IOException {
    if (file != null) {
      file = null;
      newest().release();
    }
    if (failure == null) {
      failure = "closed";
    }
  }

  private DiskFile openFile() {
    DiskFile open = file;
    if (open == null) {
      throw new IllegalStateException("the log has no segment to write to");
    }
    return open;
  }

  private void append(Segment segment) {
    Segment[] all = Arrays.copyOf(segments, segments.length + 1);
    all[all.length - 1] = segment;
    segments = all;
  }

  private void cutBack(DiskFile open, long end, IOException cause) throws LogFailedException {
    try {
      open.truncate(end);
    } catch (IOException e) {
      e.addSuppressed(cause);
      throw fail("could not be cut back after the disk was full", e);
    }
  }

  private void abandon(DiskFile created, String path) {
    try {
      created.close();
      disk.delete(path);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "left behind: " + path, e);
    }
  }

  private LogFailedException fail(String what, IOException cause) {
    failure = what + ": " + cause.getMessage();
    LOG.log(System.Logger.Level.ERROR, directory + ": " + what + "; nothing more is taken", cause);
    return new LogFailedException(directory + ": " + what, cause);
  }
}
