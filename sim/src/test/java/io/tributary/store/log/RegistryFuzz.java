package io.tributary.store.log;

import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import io.tributary.store.GapEntry;
import io.tributary.store.Layout;
import io.tributary.store.StreamSpec;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// The lines of the registry and of `_gaps`: refused by type, or read again as they are written.
public final class RegistryFuzz implements FuzzTarget {
  private static final int KINDS = 5;
  private static final int GAP = 3;
  private static final int DELETED = 4;

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int kind = in.u8() % KINDS;
    byte[] key = in.take(in.u8() % 40);
    byte[] value = in.rest();
    String suffix = new String(key, StandardCharsets.UTF_8);
    if (kind == GAP) {
      GapEntry entry = GapEntry.read(value);
      boolean isOwn = entry != null && Arrays.equals(entry.value(), value);
      if (isOwn && !entry.equals(GapEntry.read(entry.value()))) {
        throw new AssertionError(entry + " came back as another");
      }
      return;
    }
    RegistryEntry entry;
    try {
      entry = read(kind, suffix, value);
    } catch (IOException refused) {
      return;
    }
    try {
      if (!entry.equals(read(kind, suffix, entry.value()))) {
        throw new AssertionError(entry + " came back as another");
      }
    } catch (IOException refused) {
      throw new AssertionError(entry + " is written so that nobody reads it", refused);
    }
  }

  private static RegistryEntry read(int kind, String suffix, byte[] value) throws IOException {
    return switch (kind) {
      case 0 -> RegistryEntry.Hub.read(value);
      case 1 -> RegistryEntry.Topic.read(RegistryEntry.Topic.PREFIX + suffix, value);
      case DELETED -> RegistryEntry.Deleted.read(RegistryEntry.Deleted.PREFIX + suffix, value);
      default -> RegistryEntry.Stream.read(RegistryEntry.Stream.PREFIX + suffix, value);
    };
  }

  @Override
  public List<byte[]> seeds() {
    UUID id = new UUID(1, 2);
    TopicSpec topic = new TopicSpec("t", new Layout.Partitions(3), true, TopicLimits.DEFAULT);
    StreamSpec stream = new StreamSpec(42, "press-7", id, "t", "normal");
    return List.of(
        seed(0, "", new RegistryEntry.Hub(id).value()),
        seed(1, "t", new RegistryEntry.Topic(topic, id, 0).value()),
        seed(1, "t", new RegistryEntry.Topic(topic, id, 2).value()),
        seed(2, "42", new RegistryEntry.Stream(stream, 1, null).value()),
        seed(2, "42", new RegistryEntry.Stream(stream, 1, id).value()),
        seed(
            DELETED,
            id.toString(),
            new RegistryEntry.Deleted(id, "t", 1, 8, 5, 1000, false).value()),
        seed(
            GAP,
            "",
            """
            {"edge":"press-7","topic":"t","stream":"42","from":100,"to":150,"count":50,\
            "reason":"drop-oldest","declaredAtMs":1790000000000}\
            """
                .getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] seed(int kind, String key, byte[] value) {
    byte[] seed = new byte[2 + key.length() + value.length];
    seed[0] = (byte) kind;
    seed[1] = (byte) key.length();
    System.arraycopy(key.getBytes(StandardCharsets.UTF_8), 0, seed, 2, key.length());
    System.arraycopy(value, 0, seed, 2 + key.length(), value.length);
    return seed;
  }
}
