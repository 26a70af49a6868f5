package io.tributary.log;

import io.tributary.log.SegmentHeader.Stamp;
import io.tributary.record.Limits;
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
/// One thread writes; {@link #segments} may be read by all, and another one may put compacted segments in the place of
/// those that it read. The order that makes it safe: a new segment's header is forced with its name before it is listed; a
/// deleted one is taken from the list before it is unlinked, a replaced one before it counts as deleted.
final class SegmentedLog implements AutoCloseable {
  private static final Segment[] NO_SEGMENTS = {};
  static final String SET_ASIDE = ".damaged";
  private static final System.Logger LOG = System.getLogger(SegmentedLog.class.getName());

  private final Disk disk;
  private final String directory;
  private final SegmentHeader.Kind kind;
  private final UUID logId;

  /// Held while files are taken away or put in the place of others, and to end the log, so that nobody does one of these
  /// to a file that is another's by now.
  private final Object filesLock = new Object();

  /// Held to replace the list, within `filesLock` if with it.
  private final Object listLock = new Object();

  /// Oldest first; replaced, never changed in place.
  private volatile Segment[] segments = NO_SEGMENTS;

  /// Why nothing more is taken, or null.
  private volatile @Nullable String failure;

  /// Held from a write to its force, so that nobody's force takes the fault of another's write upon itself.
  private final Object forceLock = new Object();

  private @Nullable DiskFile file;
  private long lastOrdinal;
  private long setAsideBytes;

  private SegmentedLog(Disk disk, String directory, SegmentHeader.Kind kind, UUID logId) {
    this.disk = disk;
    this.directory = directory;
    this.kind = kind;
    this.logId = logId;
  }

  /// The log of a directory, of which nothing is listed yet.
  static SegmentedLog open(Disk disk, String directory, SegmentHeader.Kind kind, UUID logId)
      throws IOException {
    disk.createDirectories(directory);
    return new SegmentedLog(disk, directory, kind, logId);
  }

  /// Segments to look at, of which none is written to.
  static SegmentedLog ofFound(
      Disk disk, String directory, SegmentHeader.Kind kind, UUID logId, List<Segment> found) {
    SegmentedLog log = new SegmentedLog(disk, directory, kind, logId);
    log.segments = found.toArray(NO_SEGMENTS);
    log.failure = "only looked at";
    return log;
  }

  /// Makes the header of a segment anew from what lies before it.
  interface HeaderSource {
    /// The header of a segment, from what the one before it says and holds.
    ///
    /// @param before the segment before, or null when there is none
    /// @param file of the segment
    /// @param headerBytes where its batches begin
    /// @return null when what must be known is not there
    @Nullable SegmentHeader headerBehind(
        @Nullable Segment before,
        @Nullable SegmentHeader header,
        long ordinal,
        DiskFile file,
        int headerBytes)
        throws IOException;
  }

  /// Finds the segments and lists them, oldest first.
  ///
  /// A newest one without a whole header that is no longer than one is one whose beginning was cut off, since a header is
  /// forced before anything is written behind it. Where any other header is damaged, it is made anew; a file for which
  /// that is not possible, or whose whole header says that it belongs elsewhere, is put out of the way and kept. One that
  /// a compacted segment holds was to be deleted.
  List<SegmentHeader> find(HeaderSource source) throws IOException {
    List<Long> ordinals = new ArrayList<>();
    for (String name : disk.list(directory)) {
      long ordinal = Segment.ordinalOf(name);
      if (ordinal >= 0) {
        ordinals.add(ordinal);
      }
    }
    Collections.sort(ordinals);
    List<SegmentHeader> headers = new ArrayList<>();
    for (long ordinal : ordinals) {
      SegmentHeader before = headers.isEmpty() ? null : headers.get(headers.size() - 1);
      boolean isNewest = ordinal == ordinals.get(ordinals.size() - 1);
      SegmentHeader header = find(ordinal, isNewest, before, source);
      if (header != null) {
        headers.add(header);
      }
      lastOrdinal = ordinal;
    }
    return headers;
  }

  private @Nullable SegmentHeader find(
      long ordinal, boolean isNewest, @Nullable SegmentHeader before, HeaderSource source)
      throws IOException {
    String path = Segment.path(directory, ordinal);
    SegmentHeader header;
    long sizeBytes;
    try (DiskFile open = disk.open(path)) {
      sizeBytes = open.size();
      header = SegmentHeader.readAny(open);
      if (header != null && !isOurs(header, ordinal)) {
        setAside(path, sizeBytes, "belongs elsewhere");
        return null;
      }
      if (header == null) {
        long firstBatch = findBatch(open);
        header = firstBatch < sizeBytes ? restore(open, ordinal, firstBatch, before, source) : null;
        if (header == null && !(isNewest && isBarelyBegun(open, ordinal, before, source))) {
          setAside(path, sizeBytes, "is damaged");
          return null;
        }
      }
    }
    boolean isHeld = header != null && !isNewest && !isEmpty() && newest().holds(header);
    if (header == null || isHeld || (isNewest && sizeBytes < header.headerBytes())) {
      disk.delete(path);
      disk.forceDirectory(directory);
      return null;
    }
    append(new Segment(disk, directory, header, sizeBytes));
    return header;
  }

  private boolean isOurs(SegmentHeader header, long ordinal) {
    return header.kind() == kind && header.logId().equals(logId) && header.ordinal() == ordinal;
  }

  /// Whether the file is no longer than the header that it was to get.
  private boolean isBarelyBegun(
      DiskFile file, long ordinal, @Nullable SegmentHeader before, HeaderSource source)
      throws IOException {
    SegmentHeader due = headerBehind(file, ordinal, SegmentHeader.BYTES_LEAST, before, source);
    return file.size() <= (due == null ? SegmentHeader.BYTES_LEAST : due.leastBytes());
  }

  /// Where the first batch lies in a segment without a header; the end when there is none.
  static long findBatch(DiskFile file) throws IOException {
    BatchReader reader = new BatchReader(Limits.FROM_EDGE);
    reader.start(file, SegmentHeader.BYTES_LEAST, file.size(), id -> true);
    if (reader.next() == BatchReader.Step.DAMAGE) {
      reader.next();
    }
    return reader.position();
  }

  private @Nullable SegmentHeader restore(
      DiskFile file,
      long ordinal,
      long firstBatch,
      @Nullable SegmentHeader before,
      HeaderSource source)
      throws IOException {
    SegmentHeader header = headerBehind(file, ordinal, Math.toIntExact(firstBatch), before, source);
    if (header == null || !header.fits()) {
      return null;
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "{0}: the header of segment {1} was damaged, it is made anew",
        directory,
        Long.toString(ordinal));
    header.write(file);
    file.force();
    return header;
  }

  private @Nullable SegmentHeader headerBehind(
      DiskFile file,
      long ordinal,
      int headerBytes,
      @Nullable SegmentHeader before,
      HeaderSource source)
      throws IOException {
    return source.headerBehind(
        before == null ? null : newest(), before, ordinal, file, headerBytes);
  }

  /// Puts a file that is of no use here out of the way, and keeps it.
  private void setAside(String path, long sizeBytes, String why) throws IOException {
    LOG.log(System.Logger.Level.ERROR, "{0} {1}; it is kept as {0}{2}", path, why, SET_ASIDE);
    setAsideBytes += sizeBytes;
    disk.rename(path, path + SET_ASIDE);
    disk.forceDirectory(directory);
  }

  /// Makes the newest segment the one that is written to: cuts off what lies behind `end`, writes what is not proven
  /// once more, so that bytes which a failed force left behind in memory reach the medium, and forces all of it.
  void resume(SegmentHeader header, long provenEnd, long end) throws IOException {
    Segment newest = newest();
    DiskFile open = newest.acquire();
    if (open == null) {
      throw new IllegalStateException("the newest segment is never deleted");
    }
    file = open;
    if (open.size() > end) {
      open.truncate(end);
    }
    if (provenEnd <= newest.headerBytes()) {
      header.write(open); // when nothing is proven, the header is not proven either
    }
    rewrite(open, Math.min(provenEnd, end), end);
    open.force();
    disk.forceDirectory(directory);
    newest.setEnd(end);
  }

  private static void rewrite(DiskFile file, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LogLimits.CHUNK_BYTES, to - from));
    for (long at = from; at < to; at += bytes.limit()) {
      bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
      if (!file.readFully(bytes, at)) {
        throw new IOException("the file is shorter than it was");
      }
      file.write(bytes.flip(), at);
    }
  }

  Segment[] segments() {
    return segments;
  }

  Segment oldest() {
    return segments[0];
  }

  /// By the file's name; null when there is none any more.
  @Nullable Segment named(String name) {
    for (Segment segment : segments) {
      if (segment.name().equals(name)) {
        return segment;
      }
    }
    return null;
  }

  /// The one behind a segment, or null.
  @Nullable Segment behind(Segment segment) {
    for (Segment listed : segments) {
      if (listed.ordinal() > segment.ordinal()) {
        return listed;
      }
    }
    return null;
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

  SegmentHeader.Kind kind() {
    return kind;
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

  /// The bytes of the files that {@link #find} has put out of the way.
  long setAsideBytes() {
    return setAsideBytes;
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
    synchronized (forceLock) {
      writeAndForce(parts, stamp);
    }
  }

  private void writeAndForce(ByteBuffer[] parts, @Nullable Stamp stamp) throws IOException {
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

  /// Bytes and the place of a segment's file where they belong.
  record Patch(ByteBuffer bytes, long position) {}

  /// Writes bytes again that lie below a segment's end, or its header, and returns when they are durable. From any thread
  /// that has acquired the file.
  void mend(Segment segment, DiskFile open, List<Patch> patches) throws IOException {
    synchronized (forceLock) {
      checkOpen();
      for (Patch patch : patches) {
        open.write(patch.bytes(), patch.position());
      }
      try {
        open.force();
      } catch (IOException e) {
        // The system tells of a failed write once: the writer, who would not hear of it, must not
        // go on.
        throw segment == newest() ? fail("a force failed", e) : e;
      }
    }
  }

  /// Proves all that is durable; without room for that the proof comes with the next group.
  void prove(Stamp stamp) throws IOException {
    try {
      append(new ByteBuffer[0], stamp);
    } catch (LogFullException e) {
      LOG.log(System.Logger.Level.DEBUG, "the proof can wait until there is room", e);
    }
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
      header.write(created);
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
  ///
  /// @return false when it is not listed any more: another stands in its place
  /// @throws IOException when it is still there: it stays listed, since a file that nobody knows of would come back with
  ///     the next start, before a hole
  boolean delete(Segment segment) throws IOException {
    assert segment != newest() : "the newest segment is written to";
    synchronized (filesLock) {
      int at = indexOf(segment);
      if (at < 0) {
        return false;
      }
      replaceInList(at, 1, List.of());
      try {
        segment.delete();
      } catch (IOException e) {
        replaceInList(at, 0, List.of(segment));
        throw e;
      }
      disk.forceDirectory(directory);
      return true;
    }
  }

  /// Creates a file beside the segments, which does not count, unless the log is closed or deleted.
  DiskFile createBeside(String path) throws IOException {
    synchronized (filesLock) {
      checkOpen();
      if (disk.exists(path)) {
        disk.delete(path);
      }
      return disk.create(path);
    }
  }

  /// Lets a compacted segment take the place of those that it was made of, none of which is the newest. Readers that have
  /// one of them open read on.
  ///
  /// The new file gets the name of the first, and then the others are deleted: what a power cut leaves of them lies
  /// wholly in the new one, and {@link #find} deletes it. Whoever calls holds a use of the first, so that nobody opens
  /// the new file for the old one.
  ///
  /// @return false when one of them is not listed any more
  /// @throws LogFailedException when the names may not be durable: the writer would not hear of it
  boolean replace(List<Segment> replaced, CompactedSegment made) throws IOException {
    synchronized (filesLock) {
      checkOpen();
      int at = indexOf(replaced.get(0));
      for (int i = 0; i < replaced.size(); i++) {
        if (at < 0 || at + i >= segments.length || segments[at + i] != replaced.get(i)) {
          return false;
        }
      }
      disk.rename(made.path(), made.segment().path());
      made.taken();
      replaceInList(at, replaced.size(), List.of(made.segment()));
      for (Segment old : replaced) {
        old.retire();
      }
      forceNames();
      for (Segment old : replaced.subList(1, replaced.size())) {
        deleteHeld(old.path());
      }
      return true;
    }
  }

  /// What is not deleted now is by {@link #find}.
  private void deleteHeld(String path) {
    try {
      disk.delete(path);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "left behind: " + path, e);
    }
  }

  /// Returns when the names in the directory are durable.
  ///
  /// @throws LogFailedException when they may not be: the system tells it once, and it may be the name of the segment that
  ///     the writer has just begun
  void forceNames() throws LogFailedException {
    try {
      disk.forceDirectory(directory);
    } catch (IOException e) {
      throw fail("a force of names failed", e);
    }
  }

  private int indexOf(Segment segment) {
    return Arrays.asList(segments).indexOf(segment);
  }

  /// All of the log counts as deleted: no file of it is opened any more, and nothing is written. Readers that have a file
  /// open read on. Whoever calls deletes the files.
  void retire() throws IOException {
    synchronized (filesLock) {
      for (Segment segment : segments) {
        segment.retire();
      }
      if (failure == null) {
        failure = "deleted";
      }
      close();
    }
  }

  /// Nothing is written. Readers that have a file open read on.
  @Override
  public void close() throws IOException {
    synchronized (filesLock) {
      if (file != null) {
        file = null;
        newest().release();
      }
      if (failure == null) {
        failure = "closed";
      }
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
    synchronized (listLock) {
      replaceInList(segments.length, 0, List.of(segment));
    }
  }

  /// Lists some segments in the place of `count` others.
  private void replaceInList(int at, int count, List<Segment> by) {
    synchronized (listLock) {
      List<Segment> all = new ArrayList<>(Arrays.asList(segments));
      all.subList(at, at + count).clear();
      all.addAll(at, by);
      segments = all.toArray(NO_SEGMENTS);
    }
  }

  private void cutBack(DiskFile open, long end, IOException cause) throws LogFailedException {
    try {
      open.truncate(end);
      // Or a power cut brings back what was given up, behind the end that the next segment knows.
      open.force();
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
    return new LogFailedException(directory + ": " + what, cause);
  }
}
