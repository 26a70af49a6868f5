package io.tributary.core;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.session.IntakeStatus;
import io.tributary.session.StreamState;
import io.tributary.session.frame.Confirm;
import io.tributary.session.heal.Fetched;
import io.tributary.store.Checkpoint;
import io.tributary.store.Finding;
import io.tributary.store.Partition;
import io.tributary.store.Scrub;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.StreamStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Proves that what the hub holds of an edge is what the edge wrote, or names the ranges that are not.
///
/// ```
///  hub: reads every byte, makes every digest anew ─▶ digests at segment boundaries and the end
///  edge: is asked for its own digest at each of these offsets
///        equal ─▶ all below is the same     different ─▶ both ends are read batch by batch, until the range is named
/// ```
///
/// A digest is a chain over the checksums of all batches below an offset, so one equal digest proves everything before
/// it. Runs on the caller's thread, which waits for the edge.
public final class Audit {
  private static final int STEP_BYTES = 1024 * 1024;
  private static final long BYTES_BETWEEN_WORDS = 64L * 1024 * 1024;
  private static final long RECORDS_BETWEEN_WORDS = 100_000;

  /// The first byte of a batch behind what each end gives by itself.
  private static final int MAGIC_AT = 16;

  /// How long the edge may take for one answer.
  private static final long ANSWER_SECONDS = 30;

  /// Between two tries while the scrub fetches from the same edge.
  private static final long BUSY_MS = 20;

  private static final int BUSY_TRIES = 500;

  private final Store store;
  private final IntakeDesk desk;
  private final Consumer<String> progress;
  private long bytesRead;

  /// @param progress told in words what is done, now and then
  public Audit(Store store, IntakeDesk desk, Consumer<String> progress) {
    this.store = store;
    this.desk = desk;
    this.progress = progress;
  }

  /// Audits all streams of an edge, those of its earlier lives included.
  ///
  /// @param deep compare the edge's batches byte by byte as well
  /// @throws StoreRefused when the hub's own logs cannot be read
  /// @throws InterruptedIOException when the caller's thread is interrupted
  public AuditReport run(String edgeId, boolean deep) throws StoreRefused, InterruptedIOException {
    List<StreamStatus> streams =
        store.streams().stream()
            .filter(stream -> stream.stream().edgeId().equals(edgeId))
            .sorted(Comparator.comparing(stream -> stream.stream().topic()))
            .toList();
    Map<String, List<StreamStatus>> byPartition =
        streams.stream()
            .collect(
                Collectors.groupingBy(
                    stream -> stream.stream().topic() + " " + stream.partition(),
                    TreeMap::new,
                    Collectors.toList()));
    boolean isConnected = desk.session(edgeId) != null;
    List<AuditReport.Stream> reports = new ArrayList<>();
    for (List<StreamStatus> together : byPartition.values()) {
      reports.addAll(partition(together, deep));
    }
    return new AuditReport(edgeId, isConnected, deep, bytesRead, reports);
  }

  private List<AuditReport.Stream> partition(List<StreamStatus> streams, boolean deep)
      throws StoreRefused, InterruptedIOException {
    StreamStatus first = streams.get(0);
    String topic = first.stream().topic();
    Partition partition = store.partition(topic, first.partition());
    List<Finding> found = List.of();
    List<Checkpoint> checkpoints = List.of();
    try (Scrub scrub = partition == null ? null : partition.scrub()) {
      if (scrub != null) {
        readAll(scrub, topic + ", partition " + first.partition());
        found = scrub.findings();
        checkpoints = scrub.checkpoints();
        bytesRead += scrub.bytesRead();
      }
    }
    List<AuditReport.Stream> reports = new ArrayList<>();
    for (StreamStatus stream : streams) {
      long id = stream.stream().streamId();
      reports.add(
          new StreamAudit(stream, partition, ofStream(found, id), placesOf(checkpoints, id))
              .run(deep));
    }
    return reports;
  }

  private void readAll(Scrub scrub, String name) throws StoreRefused {
    long told = 0;
    while (!scrub.step(STEP_BYTES)) {
      if (scrub.bytesRead() - told >= BYTES_BETWEEN_WORDS) {
        told = scrub.bytesRead();
        progress.accept("%s: %d MB read".formatted(name, told / 1_000_000));
      }
    }
  }

  private static List<Finding> ofStream(List<Finding> findings, long streamId) {
    return findings.stream().filter(finding -> finding.streamId() == streamId).toList();
  }

  private static List<Checkpoint> placesOf(List<Checkpoint> checkpoints, long streamId) {
    return checkpoints.stream().filter(checkpoint -> checkpoint.streamId() == streamId).toList();
  }

  /// The audit of one stream.
  private final class StreamAudit {
    private final StreamStatus stream;
    private final @Nullable Partition partition;
    private final long id;
    private final List<Finding> findings;
    private final List<Checkpoint> checkpoints;
    private long provedTo = -1;
    private int digestsCompared;
    private long firstOffset;
    private final Ranges stretches = new Ranges();
    private final Ranges unproven = new Ranges();
    private long recordsCompared;
    private String remark = "";

    StreamAudit(
        StreamStatus stream,
        @Nullable Partition partition,
        List<Finding> findings,
        List<Checkpoint> checkpoints) {
      this.stream = stream;
      this.partition = partition;
      this.id = stream.stream().streamId();
      this.findings = new ArrayList<>(findings);
      this.checkpoints = checkpoints;
    }

    AuditReport.Stream run(boolean deep) throws StoreRefused, InterruptedIOException {
      long from = firstOffset();
      firstOffset = from;
      long to = Math.max(0, stream.next());
      for (Checkpoint checkpoint : checkpoints) {
        to = Math.max(to, checkpoint.offset());
      }
      for (Finding finding : findings) {
        to = Math.max(to, finding.to());
      }
      long sealedAt = sealedAt();
      if (sealedAt >= 0) {
        to = Math.min(to, sealedAt);
      }
      if (compareDigests(from, to)) {
        compareStretches();
      }
      if (deep) {
        compareBatches(from, to);
      }
      findings.sort(Comparator.comparingLong(Finding::from));
      if (!findings.isEmpty()) {
        provedTo = Math.min(provedTo, findings.get(0).from());
      }
      return new AuditReport.Stream(
          stream.stream(),
          stream.partition(),
          from,
          to,
          provedTo,
          digestsCompared,
          recordsCompared,
          findings,
          unproven.list(),
          remark);
    }

    /// Where the hub's records of the stream begin, damaged ones included.
    private long firstOffset() throws StoreRefused {
      BatchView first = new Walk(partition, id, 0, Long.MAX_VALUE).next();
      long from = first == null ? Math.max(0, stream.next()) : first.streamOffset();
      for (Finding finding : findings) {
        from = Math.min(from, finding.from());
      }
      return from;
    }

    /// Compares the digests that the hub has made anew. What they cannot tell of is left in the stretches: what a damage
    /// lies in, since the hub's chain begins anew behind it, and what lies behind the last place of which both ends know
    /// the digest.
    ///
    /// @return false when the edge does not take part
    private boolean compareDigests(long from, long to) throws StoreRefused, InterruptedIOException {
      long agreedTo = from;
      for (Checkpoint checkpoint : checkpoints) {
        long offset = checkpoint.offset();
        if (checkpoint.digest() == Digest.UNKNOWN || offset == 0 || offset > to) {
          continue;
        }
        OptionalLong answer = digestOfEdge(offset);
        if (answer.isEmpty()) {
          remark = "the edge does not mirror this stream now; only the hub's side was read";
          return false;
        }
        long digest = answer.getAsLong();
        if (digest == Digest.UNKNOWN) {
          remark = "the edge no longer knows all digests";
          continue;
        }
        digestsCompared++;
        if (digest != checkpoint.digest()) {
          narrow(agreedTo, offset);
        } else {
          if (isDamagedIn(agreedTo, offset)) {
            stretches.add(agreedTo, offset);
          }
          provedTo = offset;
        }
        agreedTo = offset;
      }
      stretches.add(agreedTo, to);
      return true;
    }

    private boolean isDamagedIn(long from, long to) {
      return findings.stream().anyMatch(finding -> finding.from() < to && finding.to() > from);
    }

    /// Proves each run of batches without a hole by the edge's digests at its two ends.
    private void compareStretches() throws StoreRefused, InterruptedIOException {
      for (AuditReport.Range stretch : stretches.list()) {
        Walk walk = new Walk(partition, id, stretch.from(), stretch.to());
        long start = stretch.from();
        long offset = start;
        long before = Digest.UNKNOWN;
        long digest = before;
        for (BatchView batch = walk.next(); batch != null; batch = walk.next()) {
          if (offset == start || batch.streamOffset() != offset) {
            compareRun(start, offset, before, digest);
            start = batch.streamOffset();
            before = start == 0 ? Digest.START : digestOfEdge(start).orElse(Digest.UNKNOWN);
            digest = before;
          }
          offset = batch.streamOffset() + batch.count();
          digest = before == Digest.UNKNOWN ? Digest.UNKNOWN : Digest.extend(digest, batch);
        }
        compareRun(start, offset, before, digest);
      }
    }

    private void compareRun(long start, long end, long before, long digest)
        throws StoreRefused, InterruptedIOException {
      if (start == end) {
        return;
      }
      long atEdge = digestOfEdge(end).orElse(Digest.UNKNOWN);
      if (before == Digest.UNKNOWN || atEdge == Digest.UNKNOWN) {
        unproven.add(start, end);
        return;
      }
      digestsCompared++;
      if (digest != atEdge) {
        narrow(start, end);
      } else if (start <= Math.max(provedTo, firstOffset)) {
        provedTo = Math.max(provedTo, end);
      }
    }

    /// Where the edge has sealed the stream: what the hub holds behind that is of another life of it. -1: nowhere.
    private long sealedAt() {
      HubSession session = desk.session(stream.stream().edgeId());
      if (session == null) {
        return -1;
      }
      for (IntakeStatus.Stream open : session.status().streams()) {
        if (open.spec().streamId() == id
            && open.state() == StreamState.STREAMING
            && open.confirmed() == Confirm.Kind.SEALED) {
          remark = "sealed by its edge at " + open.edgeEnd() + "; it goes on as another stream";
          return open.edgeEnd();
        }
      }
      return -1;
    }

    /// Names the batches between two offsets in which the two ends differ: from one whose digest agrees to the next.
    private void narrow(long from, long to) throws StoreRefused, InterruptedIOException {
      Walk walk = new Walk(partition, id, from, to);
      long offset = from;
      long digest = from == 0 ? Digest.START : digestOfEdge(from).orElse(Digest.UNKNOWN);
      for (BatchView batch = walk.next(); batch != null; batch = walk.next()) {
        if (batch.streamOffset() != offset) { // a Gap, or what a finding names already
          digest = digestOfEdge(batch.streamOffset()).orElse(Digest.UNKNOWN);
        }
        offset = batch.streamOffset() + batch.count();
        long atEdge = digestOfEdge(offset).orElse(Digest.UNKNOWN);
        boolean isComparable = digest != Digest.UNKNOWN && atEdge != Digest.UNKNOWN;
        if (!isComparable) {
          unproven.add(batch.streamOffset(), offset);
        }
        if (isComparable && Digest.extend(digest, batch) == atEdge) {
          provedTo = Math.max(provedTo, offset);
        } else if (isComparable) {
          differ(batch.streamOffset(), offset);
        }
        digest = atEdge;
      }
    }

    /// Fetches every batch that the edge still holds and compares it with the hub's.
    private void compareBatches(long from, long to) throws StoreRefused, InterruptedIOException {
      Walk walk = new Walk(partition, id, from, to);
      long told = 0;
      for (BatchView batch = walk.next(); batch != null; batch = walk.next()) {
        long end = batch.streamOffset() + batch.count();
        Fetched theirs = fetch(batch.streamOffset());
        switch (theirs.outcome()) {
          case WHOLE -> {
            ByteBuffer copy = theirs.batch();
            if (copy != null && isSame(walk.bytes(), copy)) {
              recordsCompared += batch.count();
              unproven.remove(new AuditReport.Range(batch.streamOffset(), end));
            } else if (copy != null && beginsBehind(copy, batch.streamOffset())) {
              remark = "the edge no longer holds all records";
            } else {
              differ(batch.streamOffset(), end);
            }
          }
          case ABSENT -> remark = "the edge no longer holds all records";
          case BUSY, GONE -> {
            remark = "the edge went away while it was compared record by record";
            return;
          }
        }
        if (recordsCompared - told >= RECORDS_BETWEEN_WORDS) {
          told = recordsCompared;
          progress.accept(stream.stream().topic() + ": " + told + " records compared");
        }
      }
    }

    /// The same but for the base offset and the leader epoch, which each end gives by itself (docs/formats/batch.md).
    private static boolean isSame(ByteBuffer ours, ByteBuffer theirs) {
      return ours.remaining() == theirs.remaining() && tail(ours).equals(tail(theirs));
    }

    private static boolean beginsBehind(ByteBuffer theirs, long offset) {
      return theirs.remaining() >= BatchView.HEADER_BYTES
          && new BatchView().wrap(theirs, theirs.position()).streamOffset() > offset;
    }

    private static ByteBuffer tail(ByteBuffer batch) {
      return batch.slice(batch.position() + MAGIC_AT, Math.max(0, batch.remaining() - MAGIC_AT));
    }

    private void differ(long from, long to) {
      unproven.remove(new AuditReport.Range(from, to));
      if (!isDamagedIn(from, to)) {
        findings.add(
            new Finding(
                Finding.Kind.CHANGED,
                stream.stream().topic(),
                stream.partition(),
                id,
                from,
                to,
                "",
                -1,
                0));
      }
    }

    private OptionalLong digestOfEdge(long offset) throws InterruptedIOException {
      HubSession session = desk.session(stream.stream().edgeId());
      if (session == null) {
        return OptionalLong.empty();
      }
      OptionalLong digest = await(session.digest(id, offset));
      return digest == null ? OptionalLong.empty() : digest;
    }

    private Fetched fetch(long offset) throws InterruptedIOException {
      for (int i = 0; i < BUSY_TRIES; i++) {
        HubSession session = desk.session(stream.stream().edgeId());
        Fetched fetched = session == null ? null : await(session.fetch(id, offset));
        if (fetched == null) {
          return Fetched.without(Fetched.Outcome.GONE);
        }
        if (fetched.outcome() != Fetched.Outcome.BUSY) {
          return fetched;
        }
        pause();
      }
      return Fetched.without(Fetched.Outcome.BUSY);
    }
  }

  /// The batches of one stream in a partition, in order.
  private static final class Walk {
    private final @Nullable Partition partition;
    private final long streamId;
    private final long from;
    private final long to;
    private final BatchView view = new BatchView();
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private int position;
    private long offset = -1;

    /// @param from the first offset of the stream that counts
    Walk(@Nullable Partition partition, long streamId, long from, long to) {
      this.partition = partition;
      this.streamId = streamId;
      this.from = from;
      this.to = to;
    }

    /// Valid until the next call; null at the end.
    @Nullable BatchView next() throws StoreRefused {
      while (true) {
        if (position >= chunk.limit() && !read()) {
          return null;
        }
        view.wrap(chunk, position);
        position += view.sizeBytes();
        offset = Math.max(offset, view.nextOffset());
        if (!view.isControl() && view.hasIdentity() && view.streamId() == streamId) {
          if (view.streamOffset() >= to) {
            return null;
          }
          if (view.streamOffset() >= from) {
            return view;
          }
        }
      }
    }

    /// The bytes of the batch.
    ByteBuffer bytes() {
      return chunk.slice(position - view.sizeBytes(), view.sizeBytes());
    }

    private boolean read() throws StoreRefused {
      if (partition == null) {
        return false;
      }
      offset = Math.max(offset, partition.startOffset());
      if (offset >= partition.endOffset()) {
        return false;
      }
      try (StoredBatches batches = partition.readPresent(offset, STEP_BYTES)) {
        ByteBuffer bytes = ByteBuffer.allocate(batches.length());
        batches.readInto(bytes, 0);
        chunk = bytes.flip();
        position = 0;
        return chunk.hasRemaining();
      } catch (IOException e) {
        throw new StoreRefused(StoreRefused.Code.UNREADABLE, String.valueOf(e.getMessage()), e);
      }
    }
  }

  private static <T> @Nullable T await(CompletableFuture<T> answer) throws InterruptedIOException {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException | TimeoutException e) {
      return null; // the link went away under the question
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(BUSY_MS);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("the audit was interrupted");
  }
}
