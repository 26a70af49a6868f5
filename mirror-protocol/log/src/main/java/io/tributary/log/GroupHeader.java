package io.tributary.log;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Crc32C;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import io.tributary.record.RecordRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The batch that begins each group of a journal: a control batch of no stream (producer id -1), whose records are the
/// group's changes and, as the last one, its stamp.
///
/// That the batch is there proves that all before it was durable: a group is written only after the force of the one
/// before. Its stamp says where it belongs, so that no other bytes are taken for it, and how long the group is: all of
/// the group's batches are kept, or none. It says as well where the group leaves its streams, so that a flaw in a
/// stream's last batch does not make its offsets be given out again.
///
/// Every record has the key `version int16 = 0 | type int16`, and a value by its type:
///
/// ```
/// 0x5401 stamp           log id 16 | ordinal int64 | position int64 | bodyBytes int32 | arrivalMs int64
///                        and for each stream with readings here: streamId int64 | next int64 | digest int64
/// 0x5402 stream created  streamId int64 | topic UTF-8
/// 0x5403 acked           streamId int64 | end int64
/// 0x5404 gap             streamId int64 | from int64 | to int64 | reason int8 | digestAtTo int64
/// 0x5405 state set       keyBytes int16 | key UTF-8 | value
/// 0x5406 state removed   key UTF-8
/// 0x5407 stream sealed   streamId int64 | at int64 | digest at `at` int64 | successor int64
/// ```
///
/// @param ordinal of the segment in which the group lies
/// @param position of this batch in the segment's file
/// @param bodyBytes of the group's batches behind this one
/// @param ends where the streams stand behind the group
record GroupHeader(
    UUID logId,
    long ordinal,
    long position,
    int bodyBytes,
    long arrivalMs,
    List<Change> changes,
    List<StreamPosition> ends) {
  /// No stream has this id; as in Kafka, no producer.
  static final long NO_STREAM = -1;

  /// What one change takes beside its own bytes, at most.
  static final int CHANGE_OVERHEAD_BYTES = 64;

  private static final int STAMP_BYTES = 44;
  private static final int END_BYTES = 24;
  private static final int CRC = 17;
  private static final int ATTRIBUTES = 21;
  private static final short CONTROL = 0x20;

  private static final short STAMP = 0x5401;
  private static final short STREAM = 0x5402;
  private static final short ACKED = 0x5403;
  private static final short GAP = 0x5404;
  private static final short STATE_SET = 0x5405;
  private static final short STATE_REMOVED = 0x5406;
  private static final short SEALED = 0x5407;

  private static final Limits LIMITS = Limits.topic(LogLimits.GROUP_HEADER_BYTES);

  static BatchBuilder builder() {
    return new BatchBuilder(Compression.none(), LIMITS);
  }

  /// Encodes into the builder's own bytes, valid until it is used again.
  ByteBuffer encode(BatchBuilder builder) {
    builder.reset();
    try {
      for (Change change : changes) {
        put(builder, change);
      }
      ByteBuffer stamp = ByteBuffer.allocate(STAMP_BYTES + ends.size() * END_BYTES);
      stamp.putLong(logId.getMostSignificantBits()).putLong(logId.getLeastSignificantBits());
      stamp.putLong(ordinal).putLong(position).putInt(bodyBytes).putLong(arrivalMs);
      for (StreamPosition end : ends) {
        stamp.putLong(end.streamId()).putLong(end.next()).putLong(end.digest());
      }
      put(builder, STAMP, stamp.flip());
    } catch (RecordRefused e) {
      throw new IllegalStateException("changes are bounded when they are made", e);
    }
    ByteBuffer batch = builder.build(0, NO_STREAM, (short) -1, -1);
    batch.putShort(ATTRIBUTES, CONTROL);
    batch.putInt(CRC, Crc32C.of(batch, ATTRIBUTES, batch.limit() - ATTRIBUTES));
    return batch;
  }

  /// Reads the header of a group from a checked batch.
  ///
  /// @return null when the batch is none
  static @Nullable GroupHeader decode(BatchView batch) {
    if (!batch.isControl() || batch.producerId() != NO_STREAM) {
      return null;
    }
    try {
      return read(new RecordCursor(LIMITS).wrap(batch));
    } catch (BatchRefused | RuntimeException notOurs) {
      return null; // a right CRC over bytes that nobody here wrote
    }
  }

  /// Where the group ends, when its header is a batch of this size.
  long endPosition(int headerBytes) {
    return position + headerBytes + bodyBytes;
  }

  private static void put(BatchBuilder builder, Change change) throws RecordRefused {
    switch (change) {
      case Change.StreamCreated created -> {
        byte[] topic = created.topic().getBytes(StandardCharsets.UTF_8);
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES + topic.length);
        put(builder, STREAM, value.putLong(created.streamId()).put(topic).flip());
      }
      case Change.Acked acked -> {
        ByteBuffer value = ByteBuffer.allocate(2 * Long.BYTES);
        put(builder, ACKED, value.putLong(acked.streamId()).putLong(acked.end()).flip());
      }
      case Change.GapDeclared declared -> {
        DeclaredGap gap = declared.gap();
        ByteBuffer value = ByteBuffer.allocate(4 * Long.BYTES + 1);
        value.putLong(declared.streamId()).putLong(gap.from()).putLong(gap.to());
        put(builder, GAP, value.put(gap.gap().reason().id()).putLong(gap.digestAtTo()).flip());
      }
      case Change.StreamSealed sealed -> {
        Seal seal = sealed.seal();
        ByteBuffer value = ByteBuffer.allocate(4 * Long.BYTES);
        value.putLong(sealed.streamId()).putLong(seal.at()).putLong(seal.digest());
        put(builder, SEALED, value.putLong(seal.successor()).flip());
      }
      case Change.StateSet set -> {
        byte[] key = set.key().getBytes(StandardCharsets.UTF_8);
        ByteBuffer value = ByteBuffer.allocate(Short.BYTES + key.length + set.value().length);
        put(
            builder,
            STATE_SET,
            value.putShort((short) key.length).put(key).put(set.value()).flip());
      }
      case Change.StateRemoved removed ->
          put(
              builder,
              STATE_REMOVED,
              ByteBuffer.wrap(removed.key().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void put(BatchBuilder builder, short type, ByteBuffer value) throws RecordRefused {
    ByteBuffer key = ByteBuffer.allocate(2 * Short.BYTES).putShort((short) 0).putShort(type).flip();
    if (!builder.tryAppend(0, key, value, EncodedHeaders.NONE)) {
      throw new IllegalStateException("changes are bounded when they are made");
    }
  }

  private static @Nullable GroupHeader read(RecordCursor records) throws BatchRefused {
    List<Change> changes = new ArrayList<>();
    while (records.next()) {
      ByteBuffer key = records.key();
      ByteBuffer value = records.value();
      if (key == null
          || key.remaining() != 2 * Short.BYTES
          || key.getShort() != 0
          || value == null) {
        return null;
      }
      switch (key.getShort()) {
        case STREAM -> changes.add(new Change.StreamCreated(value.getLong(), rest(value)));
        case ACKED -> changes.add(new Change.Acked(value.getLong(), value.getLong()));
        case GAP -> {
          long streamId = value.getLong();
          long from = value.getLong();
          long to = value.getLong();
          Gap gap = new Gap(from, to, GapReason.byId(value.get()));
          changes.add(new Change.GapDeclared(streamId, new DeclaredGap(gap, value.getLong())));
        }
        case STATE_SET -> {
          byte[] name = new byte[value.getShort()];
          value.get(name);
          byte[] content = new byte[value.remaining()];
          value.get(content);
          changes.add(new Change.StateSet(new String(name, StandardCharsets.UTF_8), content));
        }
        case STATE_REMOVED -> changes.add(new Change.StateRemoved(rest(value)));
        case SEALED -> {
          long streamId = value.getLong();
          Seal seal = new Seal(value.getLong(), value.getLong(), value.getLong());
          changes.add(new Change.StreamSealed(streamId, seal));
        }
        case STAMP -> {
          return new GroupHeader(
              new UUID(value.getLong(), value.getLong()),
              value.getLong(),
              value.getLong(),
              value.getInt(),
              value.getLong(),
              changes,
              ends(value));
        }
        default -> {
          return null;
        }
      }
    }
    return null;
  }

  private static List<StreamPosition> ends(ByteBuffer value) {
    List<StreamPosition> ends = new ArrayList<>();
    while (value.hasRemaining()) {
      StreamPosition end = new StreamPosition(value.getLong(), value.getLong(), value.getLong());
      if (end.next() < 0 || end.next() > BatchIdentity.STREAM_OFFSET_END) {
        throw new IllegalArgumentException("no stream ends at " + end.next());
      }
      ends.add(end);
    }
    return ends;
  }

  private static String rest(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
