package io.tributary.log;

import io.tributary.record.BatchView;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Seals streams and moves what lies behind the seals to their successors. Confined to the journal's writer, but for the
/// questions.
///
/// ```
/// old stream  |── the hub has it ──|at── the rest ──────|
///                                   └─ moved by at ─▶ |0 ── successor ─▶
/// ```
///
/// What is moved keeps its batches and their bytes, but for the identity; a Gap moves as a Gap. So the offset of a record in
/// the successor is the one that it had, less `at`, and how far the move has come is where the successor ends: nothing
/// else is written down, and a move that a crash has ended goes on at the next start.
final class SealMove implements AutoCloseable {
  private final JournalContents contents;
  private final OpenGroup group;
  private final GroupCommit commits;
  private final JournalLookup lookup;
  private final int groupBytes;
  private final Supplier<JournalCursor> cursors;

  /// Open while something is being moved.
  private @Nullable JournalCursor cursor;

  private JournalCursor.@Nullable Piece piece;

  SealMove(
      JournalContents contents,
      OpenGroup group,
      GroupCommit commits,
      JournalLookup lookup,
      int groupBytes,
      Supplier<JournalCursor> cursors) {
    this.contents = contents;
    this.group = group;
    this.commits = commits;
    this.lookup = lookup;
    this.groupBytes = groupBytes;
    this.cursors = cursors;
    contents.streams().forEach(this::settle);
  }

  JournalStream seal(TrackedStream stream, long at, long nowMs) throws IOException {
    requireEmptyGroup();
    if (stream.seal() != null) {
      return snapshot(stream);
    }
    long digest = lookup.digestAt(stream, at);
    if (at < 0 || at >= stream.durable().end() || digest == Digest.INSIDE) {
      throw new IllegalArgumentException(
          "stream " + stream.id() + " cannot be sealed at " + at + ": no batch ends there");
    }
    giveUp();
    JournalCursor opened = open();
    opened.resume(stream.id(), at);
    JournalCursor.Piece first = opened.next();
    if (first == null) {
      throw new IOException("what lies behind " + at + " cannot be read now");
    }
    piece = first;
    Seal seal = new Seal(at, digest, successorOf(stream.id(), at, first));
    TrackedStream known = contents.find(seal.successor());
    TrackedStream successor =
        known == null
            ? new TrackedStream(seal.successor(), stream.topic(), 0, Digest.START, 0)
            : known; // a flaw has lost the seal, not what was moved: it goes on behind that
    if (known == null) {
      contents.add(successor);
    }
    try {
      try {
        declare(stream, seal, successor, known == null);
        if (known == null) {
          fill(id -> new Moving(stream, seal, successor));
        }
        commits.commitMove(nowMs);
      } catch (LogFullException noRoomForReadings) {
        takeBack();
        declare(stream, seal, successor, known == null);
        commits.commitMove(nowMs);
      }
    } catch (IOException e) {
      takeBack();
      if (known == null) {
        contents.remove(successor);
      }
      throw e;
    }
    giveUp(); // the next part is read with all seals
    stream.setAcked(at);
    contents.streams().forEach(this::settle);
    return snapshot(stream);
  }

  boolean move(long nowMs) throws IOException {
    requireEmptyGroup();
    if (!isMoving()) {
      giveUp();
      return false;
    }
    if (cursor == null) {
      JournalCursor opened = open();
      for (TrackedStream stream : contents.streams()) {
        Moving moving = movingOf(stream);
        if (moving != null && !isFinished(stream)) {
          opened.resume(stream.id(), moving.seal.at() + moving.successor.next());
        }
      }
    }
    try {
      fill(id -> movingOf(contents.stream(id)));
      if (group.isEmpty()) {
        giveUp();
        return false;
      }
      commits.commitMove(nowMs);
    } catch (IOException e) {
      takeBack();
      throw e;
    }
    contents.streams().forEach(this::settle);
    return true;
  }

  /// A stream as it is now. Any thread.
  JournalStream snapshot(TrackedStream stream) {
    Seal seal = stream.seal();
    return stream.snapshot(seal == null ? 0 : movedEnd(seal));
  }

  /// Whether a successor is not whole yet. Any thread.
  boolean isMoving() {
    return contents.durableStreams().stream()
        .anyMatch(stream -> stream.seal() != null && !isFinished(stream));
  }

  /// Whether a stream is sealed and its successor whole. Any thread.
  boolean isFinished(TrackedStream stream) {
    Seal seal = stream.seal();
    return seal != null && movedEnd(seal) >= stream.durable().end();
  }

  /// The streams that are not whole yet. Any thread.
  Set<Long> unfinishedSuccessors() {
    Set<Long> ids = new HashSet<>();
    for (TrackedStream stream : contents.durableStreams()) {
      Seal seal = stream.seal();
      if (seal != null && !isFinished(stream)) {
        ids.add(seal.successor());
      }
    }
    return ids;
  }

  /// Below which offset nothing of a stream is needed here any more, when the hub has all below `end`: of a sealed stream
  /// what was moved is not needed either. May lie behind the stream's published end: that follows the bytes, which a cursor gives
  /// out at once, and the hub may be faster. Any thread.
  long settledTo(TrackedStream stream, long end) {
    Seal seal = stream.seal();
    return seal == null || end < seal.at() ? end : movedEnd(seal);
  }

  @Override
  public void close() throws IOException {
    giveUp();
  }

  private void declare(TrackedStream stream, Seal seal, TrackedStream successor, boolean isBorn) {
    if (isBorn) {
      int topicBytes = stream.topic().getBytes(StandardCharsets.UTF_8).length;
      group.add(new Change.StreamCreated(successor.id(), stream.topic()), topicBytes);
    }
    group.add(new Change.StreamSealed(stream.id(), seal), 0);
  }

  private record Moving(TrackedStream stream, Seal seal, TrackedStream successor) {}

  private interface Movings {
    @Nullable Moving of(long streamId);
  }

  private @Nullable Moving movingOf(TrackedStream stream) {
    Seal seal = stream.seal();
    TrackedStream successor = seal == null ? null : contents.find(seal.successor());
    return seal == null || successor == null ? null : new Moving(stream, seal, successor);
  }

  private long movedEnd(Seal seal) {
    TrackedStream successor = contents.durableStream(seal.successor());
    return seal.at() + (successor == null ? 0 : successor.durable().end());
  }

  private void settle(TrackedStream stream) {
    Seal seal = stream.seal();
    if (seal != null && stream.acked() >= seal.at()) {
      stream.setAcked(settledTo(stream, seal.at()));
    }
  }

  /// Puts into the open group what has room in it.
  private void fill(Movings movings) throws IOException {
    JournalCursor reading = cursor;
    if (reading == null) {
      return;
    }
    while (true) {
      JournalCursor.Piece next = piece == null ? reading.next() : piece;
      piece = null;
      if (next == null) {
        return;
      }
      Moving moving = movings.of(next.streamId());
      if (moving == null) {
        throw new IllegalStateException("stream " + next.streamId() + " is not being moved");
      }
      long moves = moving.seal.at();
      switch (next) {
        case JournalCursor.BatchPiece batch -> {
          if (!group.isEmpty() && group.sizeBytes() + batch.bytes().remaining() > groupBytes) {
            piece = next;
            return;
          }
          group.addMoved(moving.successor, batch.from() - moves, batch.bytes().duplicate());
        }
        case JournalCursor.GapPiece gap -> {
          if (group.isFullForChange(0)) {
            piece = next;
            return;
          }
          moveGap(moving.successor, gap.gap(), moves);
        }
      }
    }
  }

  /// Nothing of a Gap was ever under the successor's name, so its digest is the same on both sides.
  private void moveGap(TrackedStream successor, Gap gap, long moves) {
    Gap moved = new Gap(gap.from() - moves, gap.to() - moves, gap.reason());
    DeclaredGap declared = new DeclaredGap(moved, successor.digest());
    successor.setGaps(DeclaredGap.with(successor.gaps(), declared));
    group.add(new Change.GapDeclared(successor.id(), declared), 0);
    group.touch(successor);
    successor.moveTo(moved.to(), successor.digest());
  }

  private void requireEmptyGroup() {
    if (!group.isEmpty()) {
      throw new IllegalStateException("readings wait in the open group");
    }
  }

  /// The group found no room: the successors stand where they stood.
  private void takeBack() throws IOException {
    for (TrackedStream successor : group.touched()) {
      TrackedStream.Durable durable = successor.durable();
      successor.setGaps(DeclaredGap.upTo(successor.gaps(), durable.end()));
      successor.moveTo(durable.end(), durable.digest());
    }
    group.clear();
    giveUp();
  }

  private JournalCursor open() {
    JournalCursor opened = cursors.get();
    cursor = opened;
    return opened;
  }

  private void giveUp() throws IOException {
    JournalCursor open = cursor;
    cursor = null;
    piece = null;
    if (open != null) {
      open.close();
    }
  }

  private static long successorOf(long streamId, long at, JournalCursor.Piece first) {
    ByteBuffer drawn = ByteBuffer.allocate(5 * Long.BYTES).putLong(streamId).putLong(at);
    switch (first) {
      case JournalCursor.BatchPiece batch ->
          drawn.putLong(batch.to()).putLong(new BatchView().wrap(batch.bytes(), 0).crc());
      case JournalCursor.GapPiece gap ->
          drawn.putLong(gap.gap().to()).putLong(gap.gap().reason().id());
    }
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(hash.digest(drawn.array())).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
