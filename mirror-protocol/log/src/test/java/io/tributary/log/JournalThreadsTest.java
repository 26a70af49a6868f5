package io.tributary.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.log.JournalCursor.BatchPiece;
import io.tributary.log.JournalCursor.GapPiece;
import io.tributary.log.JournalCursor.Piece;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The writer on one thread, the cursor on another, as in an edge.
@Timeout(120)
class JournalThreadsTest {
  private static final long A = 11;
  private static final long B = 12;

  @TempDir private Path root;

  @Test
  void theCursorFollowsTheWriterAndAcknowledges() throws Exception {
    Reader reader = run(FullPolicy.BLOCK, 40_000, false);
    assertEquals(0, reader.gapRecords);
  }

  @Test
  void aSlowCursorSeesGapsWhereSegmentsWereDroppedUnderIt() throws Exception {
    Reader reader = run(FullPolicy.DROP_OLDEST, 40_000, true);
    assertTrue(reader.gapRecords > 0, "nothing was dropped");
  }

  private Reader run(FullPolicy policy, int records, boolean isSlow) throws Exception {
    JournalConfig config =
        new JournalConfig(
            new UUID(1, 1),
            "normal",
            64 * 1024,
            32 * 1024,
            8 * 1024,
            JournalConfig.QUOTA_BYTES_LEAST,
            policy,
            Compression.none(),
            0,
            Limits.EDGE);
    try (Journal journal = Journal.open(new FileDisk(root), policy.name(), config, 1)) {
      journal.createStream(A, "a");
      journal.createStream(B, "b");
      journal.commit(1);
      Reader reader = new Reader(journal, isSlow, records);
      Thread thread = new Thread(reader, "reader");
      thread.start();
      for (int i = 0; i < records; ) {
        byte[] value = new byte[100 + i % 300];
        switch (journal.add(i % 3 == 0 ? B : A, 1_000, null, value, EncodedHeaders.NONE)) {
          case ADMITTED -> i++;
          case GROUP_FULL -> journal.commit(i);
          case FULL -> {
            journal.commit(i);
            Thread.onSpinWait();
          }
          case DROPPED -> throw new AssertionError("not this policy");
        }
        assertEquals(null, reader.failure.get());
      }
      journal.commit(records);
      thread.join();
      assertEquals(null, reader.failure.get());
      for (JournalStream stream : journal.streams().values()) {
        assertEquals(stream.end(), stream.id() == A ? reader.dueOfA : reader.dueOfB);
        assertEquals(stream.digestAtEnd(), stream.id() == A ? reader.digestOfA : reader.digestOfB);
      }
      return reader;
    }
  }

  private static final class Reader implements Runnable {
    private final Journal journal;
    private final boolean isSlow;
    private final int records;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long dueOfA;
    private long dueOfB;
    private long digestOfA = Digest.START;
    private long digestOfB = Digest.START;
    private long gapRecords;

    Reader(Journal journal, boolean isSlow, int records) {
      this.journal = journal;
      this.isSlow = isSlow;
      this.records = records;
    }

    @Override
    public void run() {
      try (JournalCursor cursor = journal.cursor()) {
        cursor.resume(A, 0);
        cursor.resume(B, 0);
        long pieces = 0;
        while (dueOfA + dueOfB < records) {
          // A slow reader waits until much was dropped under it, then goes on for a while.
          JournalStream a = journal.stream(A);
          assertNotNull(a);
          boolean isHeldUp = isSlow && pieces % 20 == 0 && a.start() <= dueOfA;
          if (isHeldUp && a.end() + 1_000 < records * 2L / 3) {
            Thread.onSpinWait();
            continue;
          }
          Piece piece = cursor.next();
          if (piece == null) {
            Thread.onSpinWait();
            continue;
          }
          pieces++;
          take(piece);
          journal.acked(piece.streamId(), piece.streamId() == A ? dueOfA : dueOfB);
        }
      } catch (Throwable e) {
        failure.set(e);
      }
    }

    private void take(Piece piece) throws Exception {
      boolean isA = piece.streamId() == A;
      long due = isA ? dueOfA : dueOfB;
      long digest = isA ? digestOfA : digestOfB;
      switch (piece) {
        case BatchPiece batch -> {
          assertEquals(due, batch.from());
          BatchView view = new BatchView().wrap(batch.bytes(), 0);
          view.checkFromEdge(Limits.EDGE);
          due = batch.to();
          digest = Digest.extend(digest, view);
        }
        case GapPiece gap -> {
          assertEquals(due, gap.gap().from());
          assertEquals(GapReason.DROP_OLDEST, gap.gap().reason(), gap.toString());
          due = gap.gap().to();
          digest = gap.digestAtTo();
          gapRecords += gap.gap().count();
        }
      }
      if (isA) {
        dueOfA = due;
        digestOfA = digest;
      } else {
        dueOfB = due;
        digestOfB = digest;
      }
    }
  }
}
