package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The table of a journal's segment: where every stream stood when the segment began, and the state then.
///
/// ```
/// streams int32, and each:
///   id int64 | topicBytes int16 | topic UTF-8 | next int64 | digest int64 | acked int64
///   gaps int32, and each: from int64 | to int64 | reason int8 | digestAtTo int64
/// entries of the state int32, and each:
///   keyBytes int16 | key UTF-8 | valueBytes int32 | value
/// seals int32, and each (a table of streams that all go on ends before them):
///   streamId int64 | at int64 | digest int64 | successor int64
/// ```
record JournalTable(Map<Long, Stream> streams, Map<String, byte[]> state) {
  /// A stream at the beginning of a segment.
  record Stream(
      long id,
      String topic,
      long next,
      long digest,
      long acked,
      List<DeclaredGap> gaps,
      @Nullable Seal seal) {

    Stream sealed(Seal newSeal) {
      return new Stream(id, topic, next, digest, acked, gaps, newSeal);
    }
  }

  static final JournalTable EMPTY = new JournalTable(Map.of(), Map.of());

  /// What is durable of the streams, and the state: the state may be large, and is put where it stays.
  static byte[] encode(Collection<TrackedStream> streams, Map<String, byte[]> state) {
    byte[] head = encoded(out -> writeStreams(out, streams));
    byte[] tail = encoded(out -> writeSeals(out, streams));
    int stateBytes = 4;
    for (Map.Entry<String, byte[]> entry : state.entrySet()) {
      stateBytes += 2 + utf8(entry.getKey()).length + 4 + entry.getValue().length;
    }
    ByteBuffer table = ByteBuffer.allocate(head.length + stateBytes + tail.length);
    table.put(head).putInt(state.size());
    state.forEach((key, value) -> {
      byte[] name = utf8(key);
      table.putShort((short) name.length).put(name).putInt(value.length).put(value);
    });
    return table.put(tail).array();
  }

  private interface Part {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] encoded(Part part) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      part.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream into memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static void writeStreams(DataOutputStream out, Collection<TrackedStream> streams)
      throws IOException {
    out.writeInt(streams.size());
    for (TrackedStream stream : streams) {
      TrackedStream.Durable durable = stream.durable();
      byte[] topic = utf8(stream.topic());
      out.writeLong(stream.id());
      out.writeShort(topic.length);
      out.write(topic);
      out.writeLong(durable.end());
      out.writeLong(durable.digest());
      out.writeLong(stream.acked());
      List<DeclaredGap> gaps = DeclaredGap.upTo(stream.gaps(), durable.end());
      out.writeInt(gaps.size());
      for (DeclaredGap gap : gaps) {
        out.writeLong(gap.from());
        out.writeLong(gap.to());
        out.writeByte(gap.gap().reason().id());
        out.writeLong(gap.digestAtTo());
      }
    }
  }

  /// The bytes have passed their CRC.
  static JournalTable decode(byte[] table) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(table))) {
      Map<Long, Stream> streams = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        Stream stream =
            new Stream(
                in.readLong(),
                readName(in),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                readGaps(in),
                null);
        streams.put(stream.id(), stream);
      }
      Map<String, byte[]> state = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        String key = readName(in);
        state.put(key, in.readNBytes(in.readInt()));
      }
      readSeals(in, streams);
      return new JournalTable(streams, state);
    } catch (IOException | BatchRefused e) {
      throw new IllegalStateException("a table with a right CRC cannot be read", e);
    }
  }

  /// Where a stream stood; 0 when it was not born yet.
  long next(long streamId) {
    Stream stream = streams.get(streamId);
    return stream == null ? 0 : stream.next();
  }

  private static List<DeclaredGap> readGaps(DataInputStream in) throws IOException, BatchRefused {
    List<DeclaredGap> gaps = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      long from = in.readLong();
      long to = in.readLong();
      Gap gap = new Gap(from, to, GapReason.byId(in.readByte()));
      gaps.add(new DeclaredGap(gap, in.readLong()));
    }
    return List.copyOf(gaps);
  }

  private static void writeSeals(DataOutputStream out, Collection<TrackedStream> streams)
      throws IOException {
    List<TrackedStream> sealed = streams.stream().filter(each -> each.seal() != null).toList();
    if (sealed.isEmpty()) {
      return;
    }
    out.writeInt(sealed.size());
    for (TrackedStream stream : sealed) {
      Seal seal = Objects.requireNonNull(stream.seal());
      out.writeLong(stream.id());
      out.writeLong(seal.at());
      out.writeLong(seal.digest());
      out.writeLong(seal.successor());
    }
  }

  private static void readSeals(DataInputStream in, Map<Long, Stream> streams) throws IOException {
    for (int left = in.available() == 0 ? 0 : in.readInt(); left > 0; left--) {
      long id = in.readLong();
      Seal seal = new Seal(in.readLong(), in.readLong(), in.readLong());
      streams.computeIfPresent(id, (known, stream) -> stream.sealed(seal));
    }
  }

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static String readName(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.UTF_8);
  }
}
