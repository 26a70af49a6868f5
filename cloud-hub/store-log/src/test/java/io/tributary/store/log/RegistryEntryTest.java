package io.tributary.store.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.CleanupPolicy;
import io.tributary.store.Layout;
import io.tributary.store.StreamSpec;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The bytes of docs/formats/registry.md.
class RegistryEntryTest {
  private static final UUID ID = new UUID(0x0102030405060708L, 0x1112131415161718L);
  private static final RegistryEntry.Topic TOPIC =
      new RegistryEntry.Topic(
          new TopicSpec("t", new Layout.PerEdge(4), true, new TopicLimits(-1, 1000, 1 << 20, 2048)),
          ID,
          0);
  private static final RegistryEntry.Stream STREAM =
      new RegistryEntry.Stream(new StreamSpec(77, "edge-1", ID, "t", "alarm"), 3, ID);
  private static final RegistryEntry.Deleted DELETED =
      new RegistryEntry.Deleted(ID, "t", 1, 8, 5, 1000, false);

  @Test
  void theHubIsWrittenAsThePageSays() throws IOException {
    RegistryEntry.Hub hub = new RegistryEntry.Hub(ID);
    assertEquals("hub", hub.key());
    assertEquals("01" + "01020304050607081112131415161718", HexFormat.of().formatHex(hub.value()));
    assertEquals(hub, RegistryEntry.Hub.read(hub.value()));
  }

  @Test
  void aTopicIsWrittenAsThePageSays() throws IOException {
    assertEquals("topic/t", TOPIC.key());
    assertEquals(
        "01"
            + "01020304050607081112131415161718"
            + "02"
            + "00000004"
            + "01"
            + "ffffffffffffffff"
            + "00000000000003e8"
            + "0000000000100000"
            + "00000800",
        HexFormat.of().formatHex(TOPIC.value()));
    assertEquals(TOPIC, RegistryEntry.Topic.read(TOPIC.key(), TOPIC.value()));
  }

  @Test
  void aTopicThatIsCompactedSaysHow() throws IOException {
    CleanupPolicy both = new CleanupPolicy(true, true, 5_000, 0.25);
    TopicSpec spec =
        new TopicSpec(
            "t", new Layout.Partitions(4), false, new TopicLimits(-1, 1000, 1 << 20, 2048, both));
    RegistryEntry.Topic topic = new RegistryEntry.Topic(spec, ID, 0);
    assertEquals(
        "03"
            + "01020304050607081112131415161718"
            + "01"
            + "00000004"
            + "00"
            + "ffffffffffffffff"
            + "00000000000003e8"
            + "0000000000100000"
            + "00000800"
            + "00000000"
            + "03"
            + "0000000000001388"
            + "3fd0000000000000",
        HexFormat.of().formatHex(topic.value()));
    assertEquals(topic, RegistryEntry.Topic.read(topic.key(), topic.value()));
  }

  @Test
  void aProvisionalTopicSaysSo() throws IOException {
    TopicSpec spec = new TopicSpec("t", new Layout.Partitions(4), false, TopicLimits.DEFAULT, true);
    RegistryEntry.Topic topic = new RegistryEntry.Topic(spec, ID, 2);
    assertEquals(topic, RegistryEntry.Topic.read(topic.key(), topic.value()));
    RegistryEntry.Topic settled = new RegistryEntry.Topic(spec.settled(), ID, 2);
    assertEquals(settled, RegistryEntry.Topic.read(settled.key(), settled.value()));
  }

  @Test
  void aTopicOfALaterLifeSaysWhich() throws IOException {
    RegistryEntry.Topic later = new RegistryEntry.Topic(TOPIC.spec(), ID, 3);
    String first = HexFormat.of().formatHex(TOPIC.value());
    assertEquals("02" + first.substring(2) + "00000003", HexFormat.of().formatHex(later.value()));
    assertEquals(later, RegistryEntry.Topic.read(later.key(), later.value()));
  }

  @Test
  void aDeletedTopicIsWrittenAsThePageSays() throws IOException {
    assertEquals("deleted/" + ID, DELETED.key());
    assertEquals(
        "01" + "00" + "00000000000003e8" + "00000001" + "00000008" + "0000000000000005" + "000174",
        HexFormat.of().formatHex(DELETED.value()));
    assertEquals(DELETED, RegistryEntry.Deleted.read(DELETED.key(), DELETED.value()));
    RegistryEntry.Deleted removed = DELETED.removed();
    assertEquals(removed, RegistryEntry.Deleted.read(removed.key(), removed.value()));
  }

  @Test
  void aStartIsWrittenAsThePageSays() throws IOException {
    RegistryEntry.Start start = new RegistryEntry.Start(ID, 12, 1000);
    assertEquals("start/" + ID + "/12", start.key());
    assertEquals("01" + "00000000000003e8", HexFormat.of().formatHex(start.value()));
    assertEquals(start, RegistryEntry.Start.read(start.key(), start.value()));
    byte[] cut = Arrays.copyOf(start.value(), 8);
    assertThrows(IOException.class, () -> RegistryEntry.Start.read(start.key(), cut));
    for (String key : new String[] {"start/", "start/x/1", "start/" + ID, start.key() + "x"}) {
      assertThrows(IOException.class, () -> RegistryEntry.Start.read(key, start.value()), key);
    }
  }

  @Test
  void aStreamIsWrittenAsThePageSays() throws IOException {
    assertEquals("stream/77", STREAM.key());
    String fields =
        "00000003"
            + "01020304050607081112131415161718"
            + "0006656467652d31"
            + "000174"
            + "0005616c61726d";
    assertEquals(
        "02" + fields + "01020304050607081112131415161718",
        HexFormat.of().formatHex(STREAM.value()));
    assertEquals(STREAM, RegistryEntry.Stream.read(STREAM.key(), STREAM.value()));
    RegistryEntry.Stream old = new RegistryEntry.Stream(STREAM.spec(), 3, null);
    assertEquals("01" + fields, HexFormat.of().formatHex(old.value()));
    assertEquals(old, RegistryEntry.Stream.read(old.key(), old.value()));
  }

  @Test
  void whatANewerHubWroteIsRefusedByName() {
    byte[] newer = TOPIC.value();
    newer[0] = 100;
    IOException why =
        assertThrows(IOException.class, () -> RegistryEntry.Topic.read(TOPIC.key(), newer));
    assertTrue(String.valueOf(why.getMessage()).contains("topic/t"), why.getMessage());
  }

  @Test
  void aValueThatWasCutShortIsRefusedAtEveryLength() {
    for (int length = 0; length < STREAM.value().length; length++) {
      byte[] cut = Arrays.copyOf(STREAM.value(), length);
      assertThrows(IOException.class, () -> RegistryEntry.Stream.read(STREAM.key(), cut));
    }
    for (int length = 0; length < DELETED.value().length; length++) {
      byte[] cut = Arrays.copyOf(DELETED.value(), length);
      assertThrows(IOException.class, () -> RegistryEntry.Deleted.read(DELETED.key(), cut));
    }
    for (int length = 0; length < TOPIC.value().length; length++) {
      byte[] cut = Arrays.copyOf(TOPIC.value(), length);
      assertThrows(IOException.class, () -> RegistryEntry.Topic.read(TOPIC.key(), cut));
    }
  }
}
