package io.tributary.log;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The readings and changes that a journal will commit together: built batches one behind the other in one buffer, and
/// for each stream at most one batch that is being built. Confined to the journal's writer.
final class OpenGroup {
  private static final int INITIAL_BODY_BYTES = 64 * 1024;

  /// What a record takes beside key, value and headers, at most: lengths, deltas and counts.
  private static final int RECORD_OVERHEAD_BYTES = 40;

  private static final int NOTE = 4;

  private final int groupBytes;
  private final Compression compression;
  private final Limits limits;
  private final Deque<BatchBuilder> idleBuilders = new ArrayDeque<>();
  private final BatchView view = new BatchView();

  private ByteBuffer body;

  /// What the batches being built hold, in sum.
  private int builtSoonBytes;

  private final List<TrackedStream> touched = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private int changeBytes;

  /// For the index, four numbers for each built batch: stream, offset, position in the body, digest before it.
  private long[] notes = new long[64 * NOTE];

  private int noted;

  OpenGroup(JournalConfig config) {
    this.groupBytes = config.groupBytes();
    this.compression = config.compression();
    this.limits = config.buildLimits();
    this.body = ByteBuffer.allocateDirect(Math.min(INITIAL_BODY_BYTES, groupBytes));
  }

  /// The most that a record may add to the group.
  static int recordBytesMost(
      byte @Nullable [] key, byte @Nullable [] value, EncodedHeaders headers) {
    return RECORD_OVERHEAD_BYTES
        + BatchView.HEADER_BYTES
        + (key == null ? 0 : key.length)
        + (value == null ? 0 : value.length)
        + headers.sizeBytes();
  }

  /// Whether a record of this size must wait for the next group. A group takes at least one.
  boolean isFullFor(int recordBytes) {
    int bytes = body.position() + builtSoonBytes;
    return bytes > 0 && bytes + recordBytes > groupBytes;
  }

  /// Adds a record with the stream's next offset.
  void add(
      TrackedStream stream,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value,
      EncodedHeaders headers)
      throws RecordRefused {
    BatchBuilder builder = stream.builder();
    if (builder == null) {
      builder = idleBuilders.isEmpty() ? new BatchBuilder(compression, limits) : idleBuilders.pop();
      stream.setBuilder(builder);
    }
    int before = builder.isEmpty() ? 0 : builder.sizeBytes();
    if (!builder.tryAppend(timestampMs, key, value, headers)) {
      build(stream, builder);
      builder.reset();
      stream.setBuilder(builder);
      before = 0;
      if (!builder.tryAppend(timestampMs, key, value, headers)) {
        throw new IllegalStateException("an empty batch takes any record that is not refused");
      }
    }
    builtSoonBytes += builder.sizeBytes() - before;
    touch(stream);
  }

  /// Adds a batch of a sealed stream to its successor: the same records under the identity that they have there.
  ///
  /// @param batch from 0 to its limit
  void addMoved(TrackedStream successor, long from, ByteBuffer batch) {
    int size = batch.remaining();
    if (size > body.remaining()) {
      grow(size);
    }
    int at = body.position();
    body.put(batch);
    Placement.identify(body, at, size, new BatchIdentity(successor.id(), from));
    note(successor.id(), from, at, successor.digest());
    successor.moved(view.wrap(body, at));
    touch(successor);
  }

  /// The stream's next record begins a new batch, because its offset does not go on.
  void breakOff(TrackedStream stream) {
    BatchBuilder builder = stream.builder();
    if (builder == null) {
      return;
    }
    if (!builder.isEmpty()) {
      build(stream, builder);
    }
    builder.reset();
    stream.setBuilder(null);
    if (idleBuilders.size() < LogLimits.POOLED_BUILDERS) {
      idleBuilders.push(builder);
    }
  }

  /// Builds every batch; nothing but a commit may follow.
  void buildAll() {
    for (TrackedStream stream : touched) {
      breakOff(stream);
    }
  }

  void touch(TrackedStream stream) {
    if (!stream.isTouched()) {
      stream.setTouched(true);
      touched.add(stream);
    }
  }

  /// Whether changes of this size, their overhead counted, must wait for the next group.
  boolean isFullForChange(long bytes) {
    return changeBytes > 0 && changeBytes + bytes > LogLimits.STATE_UPDATES_BYTES;
  }

  void add(Change change, int bytes) {
    changes.add(change);
    changeBytes += bytes + GroupHeader.CHANGE_OVERHEAD_BYTES;
  }

  List<Change> changes() {
    return changes;
  }

  List<TrackedStream> touched() {
    return touched;
  }

  boolean isEmpty() {
    return touched.isEmpty() && changes.isEmpty();
  }

  boolean hasReadings() {
    return body.position() + builtSoonBytes > 0;
  }

  int sizeBytes() {
    return body.position() + builtSoonBytes + changeBytes;
  }

  /// The built batches; neither moved nor copied.
  ByteBuffer body() {
    return body.duplicate().flip();
  }

  /// Tells an index of every batch, when the group's body lies at a position of a segment.
  void index(JournalIndex index, long bodyPosition) {
    for (int i = 0; i < noted; i += NOTE) {
      index.add(notes[i], notes[i + 1], bodyPosition + notes[i + 2], notes[i + 3]);
    }
  }

  /// Takes the readings and the Gaps between them out again and leaves the other changes; the offsets stay taken.
  void dropReadings() {
    changes.removeIf(change -> change instanceof Change.GapDeclared);
    for (TrackedStream stream : touched) {
      BatchBuilder builder = stream.builder();
      if (builder != null) {
        builder.reset();
        stream.setBuilder(null);
      }
    }
    body.clear();
    builtSoonBytes = 0;
    noted = 0;
  }

  /// Begins the next group.
  void clear() {
    for (TrackedStream stream : touched) {
      stream.setTouched(false);
    }
    touched.clear();
    changes.clear();
    changeBytes = 0;
    body.clear();
    builtSoonBytes = 0;
    noted = 0;
  }

  private void build(TrackedStream stream, BatchBuilder builder) {
    builtSoonBytes -= builder.sizeBytes();
    long from = stream.batchStart();
    ByteBuffer batch = builder.build(new BatchIdentity(stream.id(), from));
    note(stream.id(), from, body.position(), stream.digest());
    stream.built(view.wrap(batch, 0));
    if (batch.remaining() > body.remaining()) {
      grow(batch.remaining());
    }
    body.put(batch);
  }

  private void note(long streamId, long offset, long position, long digest) {
    if (noted == notes.length) {
      notes = Arrays.copyOf(notes, notes.length * 2);
    }
    notes[noted++] = streamId;
    notes[noted++] = offset;
    notes[noted++] = position;
    notes[noted++] = digest;
  }

  private void grow(int bytes) {
    int needed = body.position() + bytes;
    int doubled = Math.max(needed, Math.min(body.capacity() * 2, groupBytes));
    body = ByteBuffer.allocateDirect(doubled).put(body.flip());
  }
}
