package io.tributary.store.log;

import io.tributary.log.Disk;
import io.tributary.log.LogSlice;
import io.tributary.log.PartitionLog;
import io.tributary.log.PartitionLogConfig;
import io.tributary.log.TimeAndOffset;
import io.tributary.store.Finding;
import io.tributary.store.Healing;
import io.tributary.store.Partition;
import io.tributary.store.Scrub;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.StoredBatches;
import io.tributary.store.Subscription;
import io.tributary.store.TimedOffset;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// One partition over its log, which is opened when it is first asked for: a hub with thousands of
/// partitions starts at once, and one that was never written to has no file.
///
/// ```
/// UNSEEN --look--> ABSENT --first append--> OPEN --close--> CLOSED
///            \---> ON_DISK --open-------------^      any --its topic is deleted--> DELETED
/// ```
///
/// The log is opened by whichever thread comes first, under this object's lock, and then written by
/// the store's thread alone.
final class LogPartition implements Partition {
  private static final Logger LOG = System.getLogger(LogPartition.class.getName());

  private final Disk disk;
  private final String directory;
  private final String topic;
  private final int index;
  private final InstantSource clock;
  private final LongPredicate isStream;
  private final BiConsumer<Partition, Finding> onHeld;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  private volatile PartitionLogConfig config;
  private volatile @Nullable PartitionLog log;
  private volatile boolean absent;

  /// What lies below was deleted by request.
  private volatile long firstKept;

  private volatile boolean closed;
  private volatile boolean deleted;
  private volatile @Nullable String trouble;
  private volatile @Nullable StoreRefused failure;

  /// @param isStream whether the registry knows a stream; for any thread
  /// @param onHeld see `Store`
  LogPartition(
      Disk disk,
      String directory,
      PartitionLogConfig config,
      String topic,
      int index,
      InstantSource clock,
      LongPredicate isStream,
      BiConsumer<Partition, Finding> onHeld) {
    this.disk = disk;
    this.directory = directory;
    this.config = config;
    this.topic = topic;
    this.index = index;
    this.clock = clock;
    this.isStream = isStream;
    this.onHeld = onHeld;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public long startOffset() throws StoreRefused {
    PartitionLog opened = toRead();
    return opened == null ? 0 : opened.startOffset();
  }

  @Override
  public long endOffset() throws StoreRefused {
    PartitionLog opened = toRead();
    return opened == null ? 0 : opened.endOffset();
  }

  @Override
  public long sizeBytes() throws StoreRefused {
    PartitionLog opened = toRead();
    return opened == null ? 0 : opened.sizeBytes();
  }

  @Override
  public StoredBatches read(long offset, int maxBytes) throws StoreRefused {
    return read(offset, opened -> opened.read(offset, maxBytes));
  }

  @Override
  public StoredBatches readPresent(long offset, int maxBytes) throws StoreRefused {
    return read(offset, opened -> opened.readPresent(offset, maxBytes));
  }

  /// One way to read a log.
  private interface Reading {
    @Nullable LogSlice of(PartitionLog log) throws IOException;
  }

  private StoredBatches read(long offset, Reading reading) throws StoreRefused {
    PartitionLog opened = toRead();
    long start = opened == null ? 0 : opened.startOffset();
    long end = opened == null ? 0 : opened.endOffset();
    if (offset < start || offset > end) {
      throw outOfRange(offset, start, end);
    }
    if (opened == null || offset == end) {
      return LogSlices.EMPTY;
    }
    try {
      LogSlice slice = reading.of(opened);
      if (slice != null) {
        return new LogSlices(slice);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    checkNotDeleted();
    if (offset < opened.startOffset()) { // retention was faster
      throw outOfRange(offset, opened.startOffset(), end);
    }
    return LogSlices.EMPTY; // nothing but damage up to the end, which nobody can heal
  }

  @Override
  public @Nullable TimedOffset offsetForTime(long timestampMs) throws StoreRefused {
    PartitionLog opened = toRead();
    if (opened == null) {
      return null;
    }
    try {
      TimeAndOffset found = opened.offsetForTime(timestampMs);
      return found == null ? null : new TimedOffset(found.timestampMs(), found.offset());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public @Nullable Scrub scrub() throws StoreRefused {
    PartitionLog opened = toRead();
    return opened == null ? null : new LogScrub(this, topic, opened.scrub());
  }

  @Override
  public Healing heal(Finding finding, List<ByteBuffer> batches) throws StoreRefused {
    PartitionLog opened = toRead();
    if (opened == null) {
      return Healing.GONE;
    }
    try {
      var healing = opened.heal(LogScrub.inWordsOfLog(finding), batches);
      checkNotDeleted();
      return switch (healing) {
        case HEALED -> Healing.HEALED;
        case KEPT -> Healing.KEPT;
        case UNFIT -> Healing.UNFIT;
        case GONE -> Healing.GONE;
      };
    } catch (IOException e) {
      StoreRefused why = refusalOf(e);
      if (why.code() == Code.FAILED) {
        troubled(why);
      }
      throw why;
    }
  }

  @Override
  public boolean isHeld(Finding finding) {
    PartitionLog opened = log;
    return opened != null && opened.isHeld(LogScrub.inWordsOfLog(finding));
  }

  @Override
  public void passOver(Finding finding) {
    PartitionLog opened = log;
    if (opened != null) {
      opened.passOver(LogScrub.inWordsOfLog(finding));
    }
  }

  /// The whole batch of a stream that begins at one of its offsets, copied, or null.
  @Nullable ByteBuffer batchFrom(long streamId, long from) throws StoreRefused {
    PartitionLog opened = toRead();
    try {
      return opened == null ? null : opened.batchFrom(streamId, from);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public boolean isDeleted() {
    return deleted;
  }

  @Override
  public Subscription subscribe(Runnable advanced) {
    // Its own object, so that one listener subscribed twice is two subscriptions.
    Runnable own = () -> advanced.run();
    listeners.add(own);
    return () -> listeners.remove(own);
  }

  /// The end or the start moved up. Called by the store's thread.
  void advanced() {
    listeners.forEach(Replies::quietly);
  }

  /// Where the partition begins at the earliest. Called before anything is opened.
  void startAt(long offset) {
    firstKept = offset;
  }

  /// Nothing below an offset is given any more, and files that hold nothing else go. The registry says so already. Called
  /// by the store's thread; nothing may wait for the log's force.
  synchronized void deleteBelow(long offset, long nowMs) throws IOException {
    firstKept = Math.max(firstKept, offset);
    PartitionLog opened = ifPresent();
    if (opened != null) {
      opened.deleteBelow(offset, nowMs);
    }
  }

  /// The topic is deleted. Nobody opens a file of it from now on, or makes one; whoever reads a piece reads on. Called by
  /// the store's thread.
  void delete() {
    synchronized (this) {
      deleted = true;
      PartitionLog opened = log;
      log = null;
      if (opened != null) {
        try {
          opened.retire();
        } catch (IOException e) {
          LOG.log(Level.WARNING, this + " did not close", e);
        }
      }
    }
    advanced(); // whoever waits hears that nothing more comes
  }

  /// What a fault of the disk is to whoever asked.
  StoreRefused refusalOf(IOException fault) {
    return deleted ? gone() : Refusals.of(directory, fault);
  }

  /// @throws StoreRefused TOPIC_UNKNOWN
  void checkNotDeleted() throws StoreRefused {
    if (deleted) {
      throw gone();
    }
  }

  private StoreRefused gone() {
    return new StoreRefused(Code.TOPIC_UNKNOWN, "the topic '" + topic + "' was deleted");
  }

  /// The log to append to; creates it. Called by the store's thread.
  PartitionLog toWrite() throws IOException {
    PartitionLog opened = log;
    return opened == null ? open() : opened;
  }

  /// Other bounds hold from now on. Nothing may wait for the log's force. Called by the store's
  /// thread.
  synchronized void reconfigure(PartitionLogConfig changed) throws IOException {
    if (changed.equals(config)) {
      return;
    }
    config = changed;
    PartitionLog opened = log;
    if (opened != null && failure == null) { // a failed one is opened again by the next start
      log = null;
      opened.close();
      open();
    }
  }

  /// The log if it is open already.
  @Nullable PartitionLog ifOpen() {
    return log;
  }

  /// The log to look into, or null if nothing was ever written to the partition.
  @Nullable PartitionLog ifPresent() throws IOException {
    PartitionLog opened = log;
    if (opened != null || absent) {
      return opened;
    }
    synchronized (this) {
      if (log == null && !deleted && disk.list(directory).isEmpty()) {
        absent = true;
        return null;
      }
      return open();
    }
  }

  /// Opens the log ahead of its use. What goes wrong is told to whoever uses it.
  void openIfPresent() {
    if (deleted) {
      return;
    }
    try {
      ifPresent();
    } catch (IOException e) {
      LOG.log(Level.WARNING, this + " cannot be opened", e); // status says so as well
    }
  }

  /// Why the partition takes no appends, or null.
  @Nullable String trouble() {
    return trouble;
  }

  /// The last attempt to write failed.
  void troubled(StoreRefused why) {
    trouble = why.getMessage();
    if (why.code() == Code.FAILED) {
      failure = why;
    }
  }

  /// The last attempt to write succeeded.
  void untroubled() {
    trouble = null;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /// What a failed log says of its streams is not durable, so nothing is appended or told any more.
  ///
  /// @throws StoreRefused FAILED
  void checkNotFailed() throws StoreRefused {
    StoreRefused why = failure;
    if (why != null) {
      throw new StoreRefused(Code.FAILED, directory + " failed; start the hub again", why);
    }
  }

  @Override
  public String toString() {
    return directory;
  }

  /// Called by the store's thread when it ends.
  synchronized void close() throws IOException {
    closed = true;
    PartitionLog opened = log;
    if (opened != null) {
      opened.close();
    }
  }

  private synchronized PartitionLog open() throws IOException {
    if (closed || deleted) {
      throw new IOException(deleted ? "the topic was deleted" : "the store is closed");
    }
    PartitionLog opened = log;
    if (opened == null) {
      try {
        opened = PartitionLog.open(disk, directory, config, isStream, clock.millis());
      } catch (IOException e) {
        trouble = directory + " cannot be opened: " + e.getMessage();
        throw e;
      }
      opened.startAt(firstKept);
      opened.onHeld(found -> onHeld.accept(this, LogScrub.inWordsOfStore(found, topic, index)));
      trouble = null;
      absent = false;
      log = opened;
    }
    return opened;
  }

  private @Nullable PartitionLog toRead() throws StoreRefused {
    checkNotDeleted();
    if (closed) {
      throw new StoreRefused(Code.CLOSED, "the store is closed");
    }
    try {
      return ifPresent();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private StoreRefused outOfRange(long offset, long start, long end) {
    return new StoreRefused(
        Code.OFFSET_OUT_OF_RANGE, directory + " holds [" + start + ", " + end + "), not " + offset);
  }

  private StoreRefused unreadable(IOException e) {
    if (deleted) {
      return gone();
    }
    return closed
        ? new StoreRefused(Code.CLOSED, "the store is closed", e)
        : new StoreRefused(Code.UNREADABLE, directory + ": " + e.getMessage(), e);
  }
}
