package io.tributary.store.log;

import io.tributary.store.Layout;
import io.tributary.store.StreamSpec;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

/// One line of the registry: its key, and its value as bytes.
///
/// ```
/// hub         | version 1 | hub id 16 |
/// topic/NAME  | version 1 | topic id 16 | layout 1 | count 4 | mirrored 1 | retention ms 8 |
///             | retention bytes 8 | segment bytes 8 | max message bytes 4 |
/// stream/ID   | version 1 | partition 4 | incarnation 16 | edge, topic, class as `DataOutput.writeUTF` |
/// ```
sealed interface RegistryEntry {
  byte VERSION = 1;

  String key();

  byte[] value();

  /// Whose registry it is.
  record Hub(UUID hubId) implements RegistryEntry {
    static final String KEY = "hub";

    @Override
    public String key() {
      return KEY;
    }

    @Override
    public byte[] value() {
      return bytes(out -> putUuid(out, hubId));
    }

    static Hub read(byte[] value) throws IOException {
      return new Hub(uuid(open(KEY, value)));
    }
  }

  /// A topic. Its partitions are not written down: they follow from the layout and the streams.
  record Topic(TopicSpec spec, UUID topicId) implements RegistryEntry {
    static final String PREFIX = "topic/";
    private static final byte PARTITIONS = 1;
    private static final byte PER_EDGE = 2;

    @Override
    public String key() {
      return PREFIX + spec.name();
    }

    @Override
    public byte[] value() {
      return bytes(out -> {
        putUuid(out, topicId);
        switch (spec.layout()) {
          case Layout.Partitions(int count) -> putLayout(out, PARTITIONS, count);
          case Layout.PerEdge(int reserve) -> putLayout(out, PER_EDGE, reserve);
        }
        out.writeBoolean(spec.mirrored());
        out.writeLong(spec.limits().retentionMs());
        out.writeLong(spec.limits().retentionBytes());
        out.writeLong(spec.limits().segmentBytes());
        out.writeInt(spec.limits().maxMessageBytes());
      });
    }

    private static void putLayout(DataOutputStream out, byte kind, int count) throws IOException {
      out.writeByte(kind);
      out.writeInt(count);
    }

    static Topic read(String key, byte[] value) throws IOException {
      DataInputStream in = open(key, value);
      UUID topicId = uuid(in);
      byte kind = in.readByte();
      int count = in.readInt();
      boolean mirrored = in.readBoolean();
      long retentionMs = in.readLong();
      long retentionBytes = in.readLong();
      long segmentBytes = in.readLong();
      int maxMessageBytes = in.readInt();
      String name = key.substring(PREFIX.length());
      try {
        Layout layout =
            switch (kind) {
              case PARTITIONS -> new Layout.Partitions(count);
              case PER_EDGE -> new Layout.PerEdge(count);
              default -> throw new IOException(key + ": no layout has the number " + kind);
            };
        TopicLimits limits =
            new TopicLimits(retentionMs, retentionBytes, segmentBytes, maxMessageBytes);
        return new Topic(new TopicSpec(name, layout, mirrored, limits), topicId);
      } catch (IllegalArgumentException e) {
        throw new IOException(key + ": " + e.getMessage(), e);
      }
    }
  }

  /// A stream and its partition, for ever.
  record Stream(StreamSpec spec, int partition) implements RegistryEntry {
    static final String PREFIX = "stream/";

    @Override
    public String key() {
      return PREFIX + spec.streamId();
    }

    @Override
    public byte[] value() {
      return bytes(out -> {
        out.writeInt(partition);
        putUuid(out, spec.incarnation());
        out.writeUTF(spec.edgeId());
        out.writeUTF(spec.topic());
        out.writeUTF(spec.className());
      });
    }

    static Stream read(String key, byte[] value) throws IOException {
      DataInputStream in = open(key, value);
      int partition = in.readInt();
      UUID incarnation = uuid(in);
      String edgeId = in.readUTF();
      String topic = in.readUTF();
      String className = in.readUTF();
      try {
        long streamId = Long.parseLong(key.substring(PREFIX.length()));
        return new Stream(
            new StreamSpec(streamId, edgeId, incarnation, topic, className), partition);
      } catch (IllegalArgumentException e) {
        throw new IOException(key + ": " + e.getMessage(), e);
      }
    }
  }

  /// What writes the fields behind the version.
  interface Fields {
    void putInto(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      fields.putInto(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream into memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream open(String key, byte[] value) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
    byte version = in.readByte();
    if (version != VERSION) {
      throw new IOException(key + ": version " + version + " was written by a newer hub");
    }
    return in;
  }

  private static void putUuid(DataOutputStream out, UUID uuid) throws IOException {
    out.writeLong(uuid.getMostSignificantBits());
    out.writeLong(uuid.getLeastSignificantBits());
  }

  private static UUID uuid(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }
}
