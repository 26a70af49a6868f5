package io.tributary.log;

import io.tributary.record.BatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The file that takes the place of segments which were compacted, until it has their name. Confined to one thread.
///
/// ```
/// create ─ write, write, … ─▶ finish: forced ─▶ SegmentedLog.replace: renamed
///                └────────────────┴─▶ close: deleted
/// ```
final class CompactedSegment implements AutoCloseable {
  /// Of a file that does not count yet.
  static final String SUFFIX = ".compacted";

  private static final System.Logger LOG = System.getLogger(CompactedSegment.class.getName());

  private final SegmentedLog log;
  private final SegmentHeader header;
  private final String path;
  private final DiskFile file;
  private final SparseIndex index;
  private final ByteBuffer gathered;
  private final BatchView view = new BatchView();

  /// Where the next bytes go that are gathered.
  private long position;

  private long batchPosition;
  private boolean isTaken;
  private @Nullable Segment segment;

  private CompactedSegment(
      SegmentedLog log,
      SegmentHeader header,
      String path,
      DiskFile file,
      PartitionLogConfig config,
      ByteBuffer gathered) {
    this.log = log;
    this.header = header;
    this.path = path;
    this.file = file;
    this.index = new SparseIndex(config.indexIntervalBytes());
    this.gathered = gathered.clear();
    this.position = header.headerBytes();
    this.batchPosition = position;
  }

  /// Begins the file that takes the place of a segment and those behind it.
  ///
  /// @param header of the new segment
  /// @param gathered outside the heap; what is written is gathered there
  /// @throws IOException also when the log is closed
  static CompactedSegment create(
      SegmentedLog log, SegmentHeader header, PartitionLogConfig config, ByteBuffer gathered)
      throws IOException {
    String path = Segment.path(log.directory(), header.ordinal()) + SUFFIX;
    DiskFile file = log.createBeside(path);
    CompactedSegment made = new CompactedSegment(log, header, path, file, config, gathered);
    try {
      header.write(file);
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  /// Adds a batch from position 0 to its limit.
  void write(ByteBuffer batch) throws IOException {
    view.wrap(batch, 0);
    index.add(view.baseOffset(), batchPosition, view.maxTimestampMs());
    batchPosition += batch.limit();
    while (batch.hasRemaining()) {
      if (!gathered.hasRemaining()) {
        writeGathered();
      }
      int bytes = Math.min(batch.remaining(), gathered.remaining());
      gathered.put(batch.slice(batch.position(), bytes));
      batch.position(batch.position() + bytes);
    }
  }

  /// Returns when all of it is durable but its name.
  void finish() throws IOException {
    writeGathered();
    file.force();
    Segment made = new Segment(log.disk(), log.directory(), header, position);
    made.adopt(file);
    segment = made;
  }

  /// Where it lies until it has its name.
  String path() {
    return path;
  }

  /// The segment that it is, once it is finished.
  Segment segment() {
    Segment made = segment;
    if (made == null) {
      throw new IllegalStateException("not finished: " + path);
    }
    return made;
  }

  SparseIndex index() {
    return index;
  }

  long sizeBytes() {
    return batchPosition;
  }

  /// It has its name now.
  void taken() {
    isTaken = true;
  }

  /// Deletes the file unless it has its name, and gives it back.
  @Override
  public void close() throws IOException {
    Segment made = segment;
    if (made == null) {
      file.close();
    } else {
      made.release();
    }
    if (isTaken) {
      return;
    }
    try {
      if (log.disk().exists(path)) {
        log.disk().delete(path);
      }
    } catch (IOException e) {
      // The next start deletes it, or whoever deletes the whole log has.
      LOG.log(System.Logger.Level.DEBUG, "left behind: " + path, e);
    }
  }

  private void writeGathered() throws IOException {
    gathered.flip();
    int bytes = gathered.remaining();
    file.write(gathered, position);
    position += bytes;
    gathered.clear();
  }

  /// Deletes what a pass left behind that a power cut or a kill ended.
  static void deleteUnfinished(Disk disk, String directory) throws IOException {
    for (String name : disk.list(directory)) {
      if (name.endsWith(SUFFIX)) {
        disk.delete(directory + "/" + name);
      }
    }
  }
}
