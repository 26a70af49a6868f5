package io.tributary.log;

import io.tributary.record.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Reads a log from its oldest to its newest segment, again and again, and checks all that is in it: each batch, the
/// offsets and digests from batch to batch and from header to header, the headers' copies, the indexes. What has a copy
/// in the log itself (a header, an offset outside a batch's CRC, an index) it writes again; what it cannot mend so it
/// tells as a {@link Finding}.
///
/// Whoever drives it decides how fast it reads. Confined to one thread; readers and the writer go on meanwhile.
public final class Scrub implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Scrub.class.getName());

  /// Writes what a segment should hold once more.
  interface Mending {
    void mend(Segment segment, DiskFile file, List<SegmentedLog.Patch> patches, String what)
        throws IOException;
  }

  /// Hears of what was found and what is healed.
  interface Ledger {
    void found(Finding finding);

    boolean isHealed(Finding finding);

    void passed(long damagedBytes);
  }

  private final SegmentedLog log;
  private final ScrubView view;
  private final Mending mending;
  private final Ledger ledger;
  private final BatchReader reader;
  private final StreamChains chains;

  private final List<Finding> passed = new ArrayList<>();
  private final List<Finding> current = new ArrayList<>();
  private List<StreamPosition> checkpoints = List.of();
  private final Deque<StreamPosition> gathered = new ArrayDeque<>();

  /// The pass that goes on; no segment is left when none does.
  private final Deque<Segment> due = new ArrayDeque<>();

  private Collection<StreamPosition> durable = List.of();
  private long newestEnd;

  /// The segment that is being read, of which this holds one use.
  private @Nullable Segment segment;

  private @Nullable DiskFile file;
  private long segmentEnd;
  private long bytesRead;
  private int passes;
  private @Nullable IOException unwritten;
  private int findingsLeftOut;
  private long damagedBytes;

  Scrub(
      SegmentedLog log,
      Limits limits,
      ScrubView view,
      LongFunction<List<DeclaredGap>> gaps,
      Mending mending,
      Ledger ledger) {
    this.log = log;
    this.view = view;
    this.mending = mending;
    this.ledger = ledger;
    this.reader = new BatchReader(limits);
    this.chains = new StreamChains(this::found, gaps, view.takesMore());
  }

  /// Reads about so many bytes further.
  ///
  /// @return whether a pass over all that was durable when it began has ended; the next call begins another
  /// @throws IOException when something could not be read or written; the next call goes on
  public boolean step(int maxBytes) throws IOException {
    long until = bytesRead + maxBytes;
    if (segment == null && due.isEmpty()) {
      beginPass();
    }
    do {
      Segment reading = segment;
      if (reading != null && reading.isDeleted()) {
        leave();
        continue;
      }
      if (reading == null) {
        Segment next = due.poll();
        if (next == null) {
          endPass();
          return true;
        }
        enter(next);
      } else if (!readOn(until)) {
        end(reading);
      }
      throwUnwritten();
    } while (bytesRead < until);
    return false;
  }

  /// Reads one segment, and nothing else, to its end: somebody has met something in it that cannot be right.
  void check(Segment doubtful) throws IOException {
    leave();
    beginPass();
    due.removeIf(listed -> listed.ordinal() < doubtful.ordinal());
    try {
      Segment first = due.poll();
      if (first == doubtful) {
        enter(doubtful);
        while (segment == doubtful && !doubtful.isDeleted()) {
          if (!readOn(Long.MAX_VALUE)) {
            end(doubtful);
          }
        }
      }
    } finally {
      leave();
      due.clear();
    }
  }

  /// What is wrong, oldest first: as the last whole pass found it, and what the pass that goes on has found so far. What
  /// was healed since is left out; there are at most {@link LogLimits#FINDINGS} of each pass.
  public List<Finding> findings() {
    List<Finding> all = new ArrayList<>(passed);
    for (Finding finding : current) {
      if (!all.contains(finding)) {
        all.add(finding);
      }
    }
    all.removeIf(ledger::isHealed);
    return all;
  }

  /// Places of streams with their digests, as the last whole pass read them: at the beginning of each segment and at the
  /// end. A place whose digest nobody knows is left out.
  public List<StreamPosition> checkpoints() {
    return checkpoints;
  }

  /// Since this was made.
  public long bytesRead() {
    return bytesRead;
  }

  /// Whole ones, since this was made.
  public int passes() {
    return passes;
  }

  /// Gives up the pass.
  @Override
  public void close() throws IOException {
    leave();
    due.clear();
  }

  private void beginPass() {
    durable = view.durable();
    Segment[] all = log.segments();
    newestEnd = all[all.length - 1].end();
    due.addAll(List.of(all));
    chains.clear();
    gathered.clear();
    current.clear();
    findingsLeftOut = 0;
    damagedBytes = 0;
  }

  private void endPass() {
    passes++;
    passed.clear();
    passed.addAll(current);
    current.clear();
    checkpoints = List.copyOf(gathered);
    ledger.passed(damagedBytes);
    if (findingsLeftOut > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: {1} more findings are left out",
          log.directory(),
          findingsLeftOut);
    }
  }

  /// What cannot be read is left out of this pass.
  private void enter(Segment next) throws IOException {
    DiskFile open = next.acquire();
    if (open == null) {
      return;
    }
    SegmentHeader header;
    try {
      header = SegmentHeader.read(open, log.kind(), log.logId());
    } catch (IOException e) {
      next.release();
      throw e;
    }
    segment = next;
    file = open;
    segmentEnd = due.isEmpty() ? newestEnd : next.end();
    bytesRead += next.headerBytes();
    Collection<StreamPosition> table = header == null ? null : view.table(header);
    gather(table == null ? List.of() : chains.positionsBefore(table));
    chains.begin(next, table);
    if (header == null) {
      found(
          new Finding(
              Finding.Kind.DAMAGED, Finding.NO_STREAM, 0, 0, next.name(), 0, next.headerBytes()));
    }
    view.begin(next, header, chains);
    reader.start(open, next.headerBytes(), segmentEnd, view::isKnown);
    if (header != null && !header.isWhole(open)) {
      mend(header.patches(), "a copy of the header");
    }
  }

  /// @return false at the end of the segment
  private boolean readOn(long until) throws IOException {
    while (bytesRead < until) {
      BatchReader.Step step = reader.next();
      bytesRead += reader.sizeBytes();
      switch (step) {
        case BATCH -> view.batch(reader, this::patch);
        case DAMAGE -> {
          damagedBytes += reader.sizeBytes();
          view.damage(chains.damaged(reader.position(), reader.nextPosition()), this::patch);
        }
        case END -> {
          return false;
        }
      }
    }
    return true;
  }

  private void end(Segment reading) throws IOException {
    Segment following = due.peek();
    SegmentHeader header = following == null ? null : headerOf(following);
    view.end(reading, header, this::patch);
    if (following == null) {
      durable.forEach(chains::endsAt);
    } else if (header != null) {
      view.table(header).forEach(chains::endsWithSegment);
    }
    chains.end();
    view.close(reading, following != null);
    if (following == null) {
      gather(chains.positions());
    }
    leave();
  }

  private @Nullable SegmentHeader headerOf(Segment following) throws IOException {
    DiskFile open = following.acquire();
    if (open == null) {
      return null;
    }
    try {
      return SegmentHeader.read(open, log.kind(), log.logId());
    } finally {
      following.release();
    }
  }

  private void leave() throws IOException {
    Segment left = segment;
    if (left != null) {
      segment = null;
      file = null;
      reader.stop();
      left.release();
    }
  }

  private void patch(ByteBuffer bytes, long position) {
    mend(
        List.of(new SegmentedLog.Patch(bytes, position)), "the offset of the batch at " + position);
  }

  /// A failure is told when the step is done: to be thrown out of the middle of a batch would leave it unread.
  private void mend(List<SegmentedLog.Patch> patches, String what) {
    Segment reading = segment;
    DiskFile open = file;
    if (reading != null && open != null) {
      try {
        mending.mend(reading, open, patches, what);
      } catch (IOException e) {
        unwritten = e;
      }
    }
  }

  private void throwUnwritten() throws IOException {
    IOException failure = unwritten;
    if (failure != null) {
      unwritten = null;
      throw new IOException("what was damaged cannot be written again now", failure);
    }
  }

  private void found(Finding finding) {
    if (current.size() >= LogLimits.FINDINGS) {
      findingsLeftOut++;
    } else if (!current.contains(finding)) {
      current.add(finding);
      ledger.found(finding);
    }
  }

  private void gather(Collection<StreamPosition> positions) {
    for (StreamPosition position : positions) {
      if (gathered.size() >= LogLimits.CHECKPOINTS) {
        gathered.poll();
      }
      gathered.add(position);
    }
  }
}
