package io.tributary.log;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The sparse indexes of a partition's segments, and their files.
///
/// Safe for use by many threads. The active segment's index is shared with the writer; those of older segments are
/// loaded when they are asked for, and a few are kept.
final class PartitionIndexes implements Mender.Healed {
  private static final System.Logger LOG = System.getLogger(PartitionIndexes.class.getName());

  private static final String SUFFIX = ".index";

  private static final int KEPT = 4;

  private static final int READ_BYTES = 64 * 1024;

  private final SegmentedLog log;
  private final PartitionLogConfig config;
  private final AtomicLong damagedBytes;

  /// Guards the kept indexes and the files; nothing else is locked inside.
  private final Object lock = new Object();

  /// By the segment itself: one that was compacted has the ordinal of one that it stands for.
  private final Map<Segment, SparseIndex> kept = new LinkedHashMap<>(KEPT * 2, 0.75f, true);

  /// The newest segment's ordinal and its index, in one reference, so that none is taken for the other.
  private volatile Active active;

  private record Active(long ordinal, SparseIndex index) {}

  PartitionIndexes(
      SegmentedLog log, PartitionLogConfig config, SparseIndex index, AtomicLong damagedBytes) {
    this.log = log;
    this.config = config;
    this.damagedBytes = damagedBytes;
    this.active = new Active(log.newest().ordinal(), index);
  }

  SparseIndex ofActive() {
    return active.index();
  }

  /// Writes the active segment's index to its file, before another segment begins.
  void sealActive() {
    Segment segment = log.newest();
    store(segment, active.index());
    synchronized (lock) {
      keep(segment, active.index());
    }
  }

  void beginActive() {
    active = new Active(log.newest().ordinal(), new SparseIndex(config.indexIntervalBytes()));
  }

  /// All segments are deleted. Returns when nobody writes an index any more.
  void retire() {
    synchronized (lock) {
      kept.clear();
    }
  }

  /// A segment was deleted.
  void forget(Segment segment) throws IOException {
    synchronized (lock) {
      kept.remove(segment);
    }
    deleteFile(segment);
  }

  private void deleteFile(Segment segment) throws IOException {
    String path = path(segment);
    if (log.disk().exists(path)) {
      log.disk().delete(path);
    }
  }

  /// A compacted segment takes the place of those that it was made of, with its index.
  ///
  /// @return false when one of them has been deleted meanwhile
  boolean replace(List<Segment> replaced, CompactedSegment made) throws IOException {
    synchronized (lock) {
      // An index of other bytes must not lie beside the new ones after a power cut.
      deleteFile(replaced.get(0));
      log.forceNames();
      if (!log.replace(replaced, made)) {
        return false;
      }
      for (Segment old : replaced) {
        kept.remove(old);
      }
      for (Segment old : replaced.subList(1, replaced.size())) {
        deleteFile(old);
      }
      Segment segment = made.segment();
      keep(segment, made.index());
      if (!segment.isDeleted()) {
        store(segment, made.index());
      }
      return true;
    }
  }

  /// The index of a segment, loaded or made anew if need be; null when the segment is deleted.
  @Nullable SparseIndex of(Segment segment) throws IOException {
    Active newest = active;
    if (segment.ordinal() == newest.ordinal()) {
      return newest.index();
    }
    synchronized (lock) {
      if (segment.isDeleted()) {
        return null; // the file of its name may be another's by now
      }
      SparseIndex index = kept.get(segment);
      if (index == null) {
        index = load(segment);
        if (index == null || index.damages().length > 0) {
          // Damage may have been healed since, and a power cut have come before the index was
          // written again.
          index = rebuild(segment);
        }
        if (index != null) {
          keep(segment, index);
        }
      }
      return index;
    }
  }

  /// Makes an index anew that cannot be right. The active segment's was never in a file.
  @Override
  public void renew(Segment segment) throws IOException {
    synchronized (lock) {
      if (segment.ordinal() != active.ordinal() && !segment.isDeleted()) {
        SparseIndex index = rebuild(segment);
        if (index != null) {
          keep(segment, index);
          store(segment, index);
        }
      }
    }
  }

  /// Makes a segment's index say what a scrub has found, and its file what the index says.
  void reconcile(Segment segment, List<StreamChains.Damage> found, long maxTimestampMs)
      throws IOException {
    synchronized (lock) {
      compare(segment, found, maxTimestampMs);
    }
  }

  /// As {@link #reconcile}, when readers have been told to wait for what was found: they meet the rest of what the index
  /// says is damaged and pass over it, until other damage is noted.
  void reconcileChecked(Segment segment, List<StreamChains.Damage> found, long maxTimestampMs)
      throws IOException {
    synchronized (lock) {
      compare(segment, found, maxTimestampMs);
      segment.setChecked(true);
    }
  }

  private void compare(Segment segment, List<StreamChains.Damage> found, long maxTimestampMs)
      throws IOException {
    SparseIndex index = of(segment);
    if (index == null) {
      return;
    }
    Map<Long, Long> ranges = new HashMap<>();
    found.forEach(damage -> ranges.put(damage.from(), damage.to()));
    boolean isNews = false;
    long[] known = index.damages();
    for (int i = 0; i < known.length; i += 2) {
      if (!Long.valueOf(known[i + 1]).equals(ranges.get(known[i])) && known[i] < segment.end()) {
        index.healed(known[i], known[i + 1], maxTimestampMs);
        isNews = true;
      }
    }
    for (StreamChains.Damage damage : found) {
      if (damage.isMisplaced() || !isBatch(segment, damage.from())) {
        isNews |= noteDamage(segment, index, damage.from(), damage.to());
      }
    }
    if (segment.ordinal() != active.ordinal()
        && !segment.isDeleted()
        && (isNews || load(segment) == null)) {
      store(segment, index);
    }
  }

  /// Whether a whole batch lies at a position: it may have been healed since it was read.
  private boolean isBatch(Segment segment, long position) throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return false;
    }
    try {
      BatchReader reader = new BatchReader(config.limits(), READ_BYTES);
      reader.start(file, position, segment.end(), id -> true);
      return reader.next() == BatchReader.Step.BATCH;
    } finally {
      segment.release();
    }
  }

  /// A damaged range is whole again.
  @Override
  public void at(Segment segment, long from, long to, long maxTimestampMs) throws IOException {
    SparseIndex index = of(segment);
    if (index != null) {
      index.healed(from, to, maxTimestampMs);
      if (segment.ordinal() != active.ordinal()) {
        synchronized (lock) {
          if (!segment.isDeleted()) {
            store(segment, index);
          }
        }
      }
    }
  }

  private boolean noteDamage(Segment segment, SparseIndex index, long from, long to) {
    boolean isNews = index.addDamage(from, to);
    if (isNews) {
      segment.setChecked(false);
      damagedBytes.addAndGet(to - from);
      LOG.log(
          System.Logger.Level.ERROR,
          "{0}: {1} B at {2} are damaged and passed over",
          segment.path(),
          Long.toString(to - from),
          Long.toString(from));
    }
    return isNews;
  }

  private void keep(Segment segment, SparseIndex index) {
    kept.put(segment, index);
    if (kept.size() > KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  private @Nullable SparseIndex load(Segment segment) throws IOException {
    String path = path(segment);
    if (!log.disk().exists(path)) {
      return null;
    }
    try (DiskFile file = log.disk().open(path)) {
      return SparseIndex.read(file, segment.end(), config.indexIntervalBytes());
    }
  }

  private @Nullable SparseIndex rebuild(Segment segment) throws IOException {
    DiskFile file = segment.acquire();
    if (file == null) {
      return null;
    }
    SparseIndex index = new SparseIndex(config.indexIntervalBytes());
    OffsetChain offsets = new OffsetChain(config.isPerEdge(), new Indexing(segment, index));
    try {
      BatchReader reader = new BatchReader(config.limits(), READ_BYTES);
      reader.start(file, segment.headerBytes(), segment.end(), id -> true);
      offsets.begin(segment.baseOffset());
      for (BatchReader.Step step = reader.next();
          step != BatchReader.Step.END;
          step = reader.next()) {
        if (step == BatchReader.Step.BATCH) {
          offsets.batch(reader);
        } else {
          offsets.damage();
          noteDamage(segment, index, reader.position(), reader.nextPosition());
        }
      }
      Segment behind = log.behind(segment);
      offsets.end(behind == null ? OffsetChain.NO_OFFSET : behind.baseOffset());
      reader.stop();
    } finally {
      segment.release();
    }
    return index;
  }

  /// Makes an index of the offsets that batches should have: what else they say is met when they are read.
  private final class Indexing implements OffsetChain.Verdicts {
    private final Segment segment;
    private final SparseIndex index;

    private Indexing(Segment segment, SparseIndex index) {
      this.segment = segment;
      this.index = index;
    }

    @Override
    public void placed(OffsetChain.Place place, long offset) {
      index.add(offset, place.position(), place.maxTimestampMs());
    }

    @Override
    public void unplaced(OffsetChain.Place place) {
      noteDamage(segment, index, place.position(), place.endPosition());
    }
  }

  /// A fault here does no harm to the log: an index that is missing or wrong is made anew.
  private void store(Segment segment, SparseIndex index) {
    String path = path(segment);
    try {
      if (log.disk().exists(path)) {
        log.disk().delete(path);
      }
      try (DiskFile file = log.disk().create(path)) {
        file.write(index.encode(segment.end()), 0);
        file.force();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} could not be written: {1}", path, e.getMessage());
    }
  }

  /// A power cut may come between the deletion of a segment and that of its index.
  static void deleteStrays(SegmentedLog log) throws IOException {
    Set<String> wanted = new HashSet<>();
    for (Segment segment : log.segments()) {
      wanted.add(path(segment));
    }
    for (String name : log.disk().list(log.directory())) {
      String path = log.directory() + "/" + name;
      if (name.endsWith(SUFFIX) && !wanted.contains(path)) {
        log.disk().delete(path);
      }
    }
  }

  static String path(Segment segment) {
    return segment.path().replace(Segment.SUFFIX, SUFFIX);
  }
}
