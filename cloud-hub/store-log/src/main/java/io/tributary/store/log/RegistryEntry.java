package io.tributary.store.log;

import io.tributary.store.CleanupPolicy;
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
import org.jspecify.annotations.Nullable;

/// One line of the registry: its key, and its value as bytes.
///
/// ```
/// hub         | version 1 | hub id 16 |
/// topic/NAME  | version 1 | topic id 16 | layout 1 | count 4 | mirrored 1 | retention ms 8 |
///             | retention bytes 8 | segment bytes 8 | max message bytes 4 |
///             of a later life: version 2, and | life 4 | at the end
///             provisional, or not with the policy `delete` alone: version 3, and | life 4
///             | 1: deletes, 2: compacts, 4: provisional 1 | delete retention ms 8 | dirty ratio as a double 8 |
/// stream/ID   | version 2 | partition 4 | incarnation 16 | edge, topic, class as `DataOutput.writeUTF` | topic id 16 |
///             version 1: without the topic id
/// start/ID/N  | version 1 | offset 8 |        N: the partition, ID: the topic's
/// deleted/ID  | version 1 | is removed 1 | deleted at ms 8 | life 4 | partitions 4 | end of `_gaps` 8 | topic |
/// ```
sealed interface RegistryEntry {
  byte VERSION = 1;

  /// Entries that say more than those of the first hubs.
  byte VERSION_2 = 2;

  byte VERSION_3 = 3;

  default byte version() {
    return VERSION;
  }

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
      return bytes(version(), out -> putUuid(out, hubId));
    }

    static Hub read(byte[] value) throws IOException {
      return new Hub(uuid(open(KEY, value, VERSION)));
    }
  }

  /// A topic. Its partitions are not written down: they follow from the layout and the streams.
  ///
  /// @param life tells its files from those of a deleted topic of the same name that are not removed yet; 0: there are
  ///     none
  record Topic(TopicSpec spec, UUID topicId, int life) implements RegistryEntry {
    public Topic {
      notNegative(life);
    }

    static final String PREFIX = "topic/";
    private static final byte PARTITIONS = 1;
    private static final byte PER_EDGE = 2;
    private static final byte DELETES = 1;
    private static final byte COMPACTS = 2;
    private static final byte PROVISIONAL = 4;

    @Override
    public String key() {
      return PREFIX + spec.name();
    }

    @Override
    public byte version() {
      if (spec.provisional() || !spec.limits().cleanup().equals(CleanupPolicy.DELETE)) {
        return VERSION_3;
      }
      return life == 0 ? VERSION : VERSION_2;
    }

    @Override
    public byte[] value() {
      return bytes(
          version(),
          out -> {
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
            if (version() > VERSION) {
              out.writeInt(life);
            }
            if (version() > VERSION_2) {
              putPolicy(out, spec);
            }
          });
    }

    private static void putLayout(DataOutputStream out, byte kind, int count) throws IOException {
      out.writeByte(kind);
      out.writeInt(count);
    }

    private static void putPolicy(DataOutputStream out, TopicSpec spec) throws IOException {
      CleanupPolicy cleanup = spec.limits().cleanup();
      out.writeByte(
          (cleanup.deletes() ? DELETES : 0)
              | (cleanup.compacts() ? COMPACTS : 0)
              | (spec.provisional() ? PROVISIONAL : 0));
      out.writeLong(cleanup.deleteRetentionMs());
      out.writeDouble(cleanup.minCleanableDirtyRatio());
    }

    private static CleanupPolicy cleanup(byte does, DataInputStream in) throws IOException {
      return new CleanupPolicy(
          (does & DELETES) != 0, (does & COMPACTS) != 0, in.readLong(), in.readDouble());
    }

    static Topic read(String key, byte[] value) throws IOException {
      DataInputStream in = open(key, value, VERSION_3);
      UUID topicId = uuid(in);
      byte kind = in.readByte();
      int count = in.readInt();
      boolean mirrored = in.readBoolean();
      long retentionMs = in.readLong();
      long retentionBytes = in.readLong();
      long segmentBytes = in.readLong();
      int maxMessageBytes = in.readInt();
      int life = value[0] >= VERSION_2 ? in.readInt() : 0;
      String name = key.substring(PREFIX.length());
      try {
        Layout layout =
            switch (kind) {
              case PARTITIONS -> new Layout.Partitions(count);
              case PER_EDGE -> new Layout.PerEdge(count);
              default -> throw new IOException(key + ": no layout has the number " + kind);
            };
        byte does = value[0] > VERSION_2 ? in.readByte() : DELETES;
        boolean provisional = (does & PROVISIONAL) != 0;
        CleanupPolicy cleanup = value[0] > VERSION_2 ? cleanup(does, in) : CleanupPolicy.DELETE;
        TopicLimits limits =
            new TopicLimits(retentionMs, retentionBytes, segmentBytes, maxMessageBytes, cleanup);
        return new Topic(new TopicSpec(name, layout, mirrored, limits, provisional), topicId, life);
      } catch (IllegalArgumentException e) {
        throw new IOException(key + ": " + e.getMessage(), e);
      }
    }
  }

  /// A stream and its partition, as long as there is the topic.
  ///
  /// @param topicId null: written by a hub that could not delete topics
  record Stream(StreamSpec spec, int partition, @Nullable UUID topicId) implements RegistryEntry {
    static final String PREFIX = "stream/";

    @Override
    public byte version() {
      return topicId == null ? VERSION : VERSION_2;
    }

    @Override
    public String key() {
      return PREFIX + spec.streamId();
    }

    @Override
    public byte[] value() {
      return bytes(
          version(),
          out -> {
            out.writeInt(partition);
            putUuid(out, spec.incarnation());
            out.writeUTF(spec.edgeId());
            out.writeUTF(spec.topic());
            out.writeUTF(spec.className());
            if (topicId != null) {
              putUuid(out, topicId);
            }
          });
    }

    static Stream read(String key, byte[] value) throws IOException {
      DataInputStream in = open(key, value, VERSION_2);
      int partition = in.readInt();
      UUID incarnation = uuid(in);
      String edgeId = in.readUTF();
      String topic = in.readUTF();
      String className = in.readUTF();
      UUID topicId = value[0] == VERSION ? null : uuid(in);
      try {
        long streamId = Long.parseLong(key.substring(PREFIX.length()));
        return new Stream(
            new StreamSpec(streamId, edgeId, incarnation, topic, className), partition, topicId);
      } catch (IllegalArgumentException e) {
        throw new IOException(key + ": " + e.getMessage(), e);
      }
    }
  }

  /// Where a partition begins, because the records below were deleted by request.
  record Start(UUID topicId, int partition, long offset) implements RegistryEntry {
    static final String PREFIX = "start/";

    public Start {
      notNegative(partition);
      if (offset < 0) {
        throw new IllegalArgumentException("an offset below 0: " + offset);
      }
    }

    static String key(UUID topicId, int partition) {
      return PREFIX + topicId + '/' + partition;
    }

    @Override
    public String key() {
      return key(topicId, partition);
    }

    @Override
    public byte[] value() {
      return bytes(version(), out -> out.writeLong(offset));
    }

    static Start read(String key, byte[] value) throws IOException {
      DataInputStream in = open(key, value, VERSION);
      long offset = in.readLong();
      int separator = key.lastIndexOf('/');
      try {
        return new Start(
            UUID.fromString(key.substring(PREFIX.length(), separator)),
            Integer.parseInt(key.substring(separator + 1)),
            offset);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IOException(key + ": " + e.getMessage(), e);
      }
    }
  }

  /// A topic that was deleted. What is left of it is removed bit by bit; the entry outlives that, since a topic that a
  /// damaged copy of the registry still names must not come back.
  ///
  /// @param isRemoved whether no file of it is left
  /// @param partitions how many of them may have files
  /// @param gapsEnd where `_gaps` ended at that time: what is told before is told of this topic
  record Deleted(
      UUID topicId,
      String topic,
      int life,
      int partitions,
      long gapsEnd,
      long deletedAtMs,
      boolean isRemoved)
      implements RegistryEntry {
    static final String PREFIX = "deleted/";

    public Deleted {
      notNegative(life);
      notNegative(partitions);
    }

    @Override
    public String key() {
      return PREFIX + topicId;
    }

    @Override
    public byte[] value() {
      return bytes(
          version(),
          out -> {
            out.writeBoolean(isRemoved);
            out.writeLong(deletedAtMs);
            out.writeInt(life);
            out.writeInt(partitions);
            out.writeLong(gapsEnd);
            out.writeUTF(topic);
          });
    }

    Deleted removed() {
      return new Deleted(topicId, topic, life, partitions, gapsEnd, deletedAtMs, true);
    }

    static Deleted read(String key, byte[] value) throws IOException {
      DataInputStream in = open(key, value, VERSION);
      boolean isRemoved = in.readBoolean();
      long deletedAtMs = in.readLong();
      int life = in.readInt();
      int partitions = in.readInt();
      long gapsEnd = in.readLong();
      String topic = in.readUTF();
      try {
        UUID topicId = UUID.fromString(key.substring(PREFIX.length()));
        return new Deleted(topicId, topic, life, partitions, gapsEnd, deletedAtMs, isRemoved);
      } catch (IllegalArgumentException e) {
        throw new IOException(key + ": " + e.getMessage(), e);
      }
    }
  }

  /// What writes the fields behind the version.
  interface Fields {
    void putInto(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(byte version, Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(version);
      fields.putInto(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream into memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static DataInputStream open(String key, byte[] value, byte newest) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
    byte version = in.readByte();
    if (version < VERSION || version > newest) {
      throw new IOException(key + ": version " + version + " was written by a newer hub");
    }
    return in;
  }

  private static void notNegative(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("a number below 0: " + number);
    }
  }

  private static void putUuid(DataOutputStream out, UUID uuid) throws IOException {
    out.writeLong(uuid.getMostSignificantBits());
    out.writeLong(uuid.getLeastSignificantBits());
  }

  private static UUID uuid(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }
}
