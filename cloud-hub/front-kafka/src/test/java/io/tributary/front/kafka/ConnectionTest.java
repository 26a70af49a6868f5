package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchView;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The front beyond what well-behaved clients do: waiting, order, bounds, and peers that lie.
@Timeout(30)
class ConnectionTest {
  private static final long PRESS = 7;
  private static final int API_VERSIONS = 18;
  private static final int METADATA = 3;
  private static final short OFFSET_OUT_OF_RANGE = 1;
  private static final short UNKNOWN_TOPIC = 3;
  private static final short STORAGE_ERROR = 56;
  private static final FrontLimits LIMITS =
      new FrontLimits(4, 4096, 6_000, 30_000, 1 << 20, 5_000, 60_000);

  @TempDir Path directory;
  private Hub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new Hub(directory, LIMITS);
    hub.topic("t", new Layout.Partitions(1));
  }

  @AfterEach
  void stop() {
    hub.close();
    assertEquals(0, hub.store.open.get(), "batches that nobody closed");
    assertEquals(0, hub.store.subscriptions.get(), "subscriptions that nobody closed");
  }

  @Test
  void sendsTheVeryBytesOfTheFile() throws Exception {
    hub.put("t", 0, PRESS, 0, 10); // small: copied
    hub.put("t", 0, PRESS, 10, 5_000); // large: by sendfile
    try (RawClient client = client()) {
      client.send(RawClient.fetch(1, "t", 0, 0, 1, 0));
      RawClient.Fetched fetched = client.fetched();
      assertEquals(5_010, fetched.highWatermark());
      ByteBuffer bytes = ByteBuffer.wrap(fetched.batches());
      BatchView first = new BatchView().wrap(bytes, 0);
      assertTrue(first.crcMatches());
      BatchView second = new BatchView().wrap(bytes, first.sizeBytes());
      assertTrue(second.crcMatches());
      assertTrue(second.sizeBytes() > Payload.COPIED_BYTES_MOST);
      assertEquals(5_010, second.nextOffset());
      assertEquals(bytes.limit(), first.sizeBytes() + second.sizeBytes());

      client.send(RawClient.fetch(2, "t", 0, 10, 1, 0));
      assertArrayEquals(
          Arrays.copyOfRange(fetched.batches(), first.sizeBytes(), bytes.limit()),
          client.fetched().batches());
    }
  }

  @Test
  void answersInTheOrderOfTheRequestsThoughOneWaits() throws Exception {
    try (RawClient client = client()) {
      byte[] versions = RawClient.request(API_VERSIONS, 0, 2, out -> {});
      client.send(RawClient.fetch(1, "t", 0, 0, 1, 5_000), versions, versions);
      await(() -> hub.store.subscriptions.get() == 1);
      hub.put("t", 0, PRESS, 0, 10);
      RawClient.Fetched fetched = client.fetched();
      assertEquals(1, fetched.correlationId());
      assertTrue(fetched.batches().length > 0);
      assertEquals(2, client.answer().getInt());
      assertEquals(2, client.answer().getInt());
    }
  }

  @Test
  void servesThousandsOfRequestsThatCameAtOnce() throws Exception {
    try (RawClient client = client()) {
      int count = 3_000;
      List<byte[]> requests = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        requests.add(RawClient.request(API_VERSIONS, 0, i, out -> {}));
      }
      client.send(requests.toArray(byte[][]::new));
      for (int i = 0; i < count; i++) {
        assertEquals(i, client.answer().getInt());
      }
    }
  }

  @Test
  void waitsForAsManyBytesAsTheClientWants() throws Exception {
    hub.put("t", 0, PRESS, 0, 10);
    try (RawClient client = client()) {
      client.send(RawClient.fetch(1, "t", 0, 0, 1_000, 5_000));
      await(() -> hub.store.subscriptions.get() == 1);
      for (int i = 1; i <= 10; i++) {
        hub.put("t", 0, PRESS, i * 10L, 10);
      }
      assertTrue(client.fetched().batches().length >= 1_000);
      // The time is up before there are enough: what there is comes anyway.
      client.send(RawClient.fetch(2, "t", 0, 0, 1 << 20, 50));
      assertTrue(client.fetched().batches().length >= 1_000);
      client.send(RawClient.fetch(3, "t", 0, 110, 1, 50));
      assertEquals(0, client.fetched().batches().length);
    }
  }

  @Test
  void forgetsAClientThatLeftWhileItWaited() throws Exception {
    try (RawClient client = client()) {
      client.send(RawClient.fetch(1, "t", 0, 0, 1, 4_000));
      await(() -> hub.store.subscriptions.get() == 1);
    }
    hub.put("t", 0, PRESS, 0, 5_000); // wakes it; the answer finds nobody
    await(() -> hub.store.subscriptions.get() == 0 && hub.store.open.get() == 0);
    await(() -> hub.front.status().connections() == 0);
  }

  @Test
  void saysWhatIsWrongWithAPartitionAtOnce() throws Exception {
    hub.put("t", 0, PRESS, 0, 10);
    try (RawClient client = client()) {
      client.send(RawClient.fetch(1, "t", 0, 11, 1, 5_000));
      assertEquals(OFFSET_OUT_OF_RANGE, client.fetched().error());
      client.send(RawClient.fetch(2, "t", 1, 0, 1, 5_000));
      assertEquals(UNKNOWN_TOPIC, client.fetched().error());
      client.send(RawClient.fetch(3, "u", 0, 0, 1, 5_000));
      assertEquals(UNKNOWN_TOPIC, client.fetched().error());
      hub.store.file("t", 0).fail(StoreRefused.Code.UNREADABLE);
      client.send(RawClient.fetch(4, "t", 0, 0, 1, 5_000));
      assertEquals(STORAGE_ERROR, client.fetched().error());
      assertEquals(1, hub.front.status().unreadable());
    }
  }

  @Test
  void leavesNobodyWaitingForAnAnswerThatABugPrevents() throws Exception {
    hub.topic("sound", new Layout.Partitions(1));
    hub.put("sound", 0, PRESS, 0, 10);
    try (RawClient waiting = client();
        RawClient late = client();
        RawClient bystander = client()) {
      waiting.send(RawClient.fetch(1, "t", 0, 0, 1, 5_000));
      await(() -> hub.store.subscriptions.get() == 1);
      hub.store.file("t", 0).breakDown();
      assertTrue(waiting.isClosed());
      late.send(RawClient.fetch(1, "t", 0, 0, 1, 5_000));
      assertTrue(late.isClosed());
      bystander.send(RawClient.fetch(1, "sound", 0, 0, 1, 0));
      assertTrue(bystander.fetched().batches().length > 0);
    }
    assertEquals(2, hub.front.status().refused());
  }

  /// As Kafka's own client asks when another topic stands between two partitions of one.
  @Test
  void servesATopicThatIsNamedTwiceInOneFetch() throws Exception {
    hub.topic("u", new Layout.Partitions(1));
    hub.put("t", 0, PRESS, 0, 10);
    hub.put("u", 0, PRESS, 0, 10);
    byte[] fetch =
        RawClient.request(
            1,
            4,
            7,
            out -> {
              out.writeInt(-1);
              out.writeInt(0); // maxWait
              out.writeInt(1); // minBytes
              out.writeInt(Integer.MAX_VALUE);
              out.writeByte(0);
              String[] topics = {"t", "u", "t"};
              out.writeInt(topics.length);
              for (int i = 0; i < topics.length; i++) {
                RawClient.string(out, topics[i]);
                out.writeInt(1);
                out.writeInt(i / 2); // t-0, u-0, t-1
                out.writeLong(0);
                out.writeInt(Integer.MAX_VALUE);
              }
            });
    try (RawClient client = client()) {
      client.send(fetch);
      ByteBuffer answer = client.answer();
      assertEquals(7, answer.getInt());
      answer.getInt(); // throttle time
      assertEquals(2, answer.getInt()); // topics, each once
    }
    assertEquals(0, hub.front.status().refused());
  }

  @Test
  void stopsBeforeABatchThatRotted() throws Exception {
    hub.put("t", 0, PRESS, 0, 10);
    hub.put("t", 0, PRESS, 10, 10);
    hub.store.file("t", 0).rot(10);
    try (RawClient client = client()) {
      client.send(RawClient.fetch(1, "t", 0, 0, 1, 0));
      RawClient.Fetched fetched = client.fetched();
      BatchView first = new BatchView().wrap(ByteBuffer.wrap(fetched.batches()), 0);
      assertEquals(fetched.batches().length, first.sizeBytes());
      assertTrue(first.crcMatches());
      client.send(RawClient.fetch(2, "t", 0, 10, 1, 0));
      assertEquals(STORAGE_ERROR, client.fetched().error());
    }
  }

  @Test
  void tellsANewerClientWhichVersionsItMaySpeak() throws Exception {
    try (RawClient client = client()) {
      client.send(RawClient.request(API_VERSIONS, 99, 5, out -> out.writeByte(0))); // no tags
      ByteBuffer answer = client.answer();
      assertEquals(5, answer.getInt());
      assertEquals(35, answer.getShort()); // UNSUPPORTED_VERSION, in version 0
      assertTrue(answer.getInt() > 0);
    }
  }

  @Test
  void closesAConnectionThatSpeaksNonsenseAndNoOther() throws Exception {
    hub.put("t", 0, PRESS, 0, 10);
    byte[] notOffered = RawClient.request(11, 0, 1, out -> {}); // JoinGroup
    byte[] tooNew = RawClient.request(METADATA, 99, 1, out -> {});
    byte[] cutShort = RawClient.request(METADATA, 1, 1, out -> out.writeInt(3));
    byte[] lyingCount = RawClient.request(METADATA, 1, 1, out -> out.writeInt(Integer.MAX_VALUE));
    byte[] noHeader = {0, 0, 0, 1, 0};
    byte[] negativeLength = {-1, -1, -1, -1};
    byte[] tooLong = ByteBuffer.allocate(8).putInt(LIMITS.requestBytes() + 1).array();
    byte[] web = Hub.bytes("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
    byte[] twice =
        RawClient.request(
            2,
            1,
            1,
            out -> { // ListOffsets of one partition, twice
              out.writeInt(-1);
              out.writeInt(1);
              RawClient.string(out, "t");
              out.writeInt(2);
              for (int i = 0; i < 2; i++) {
                out.writeInt(0);
                out.writeLong(-1);
              }
            });
    byte[] silentProducer =
        RawClient.request(
            0,
            3,
            1,
            out -> { // acks=0
              out.writeShort(-1);
              out.writeShort(0);
              out.writeInt(1_000);
              out.writeInt(1);
              RawClient.string(out, "t");
              out.writeInt(1);
              out.writeInt(0);
              out.writeInt(-1); // no records
            });
    List<byte[]> lies =
        List.of(
            notOffered,
            tooNew,
            cutShort,
            lyingCount,
            noHeader,
            negativeLength,
            tooLong,
            web,
            twice,
            silentProducer);
    try (RawClient bystander = client()) {
      for (byte[] lie : lies) {
        try (RawClient liar = client()) {
          liar.send(lie);
          assertTrue(liar.isClosed());
        }
      }
      bystander.send(RawClient.fetch(1, "t", 0, 0, 1, 0));
      assertTrue(bystander.fetched().batches().length > 0);
    }
    assertEquals(lies.size(), hub.front.status().refused());
    assertNotNull(hub.front.status().lastRefusal());
  }

  @Test
  void survivesAnyBytes() throws Exception {
    Random random = new Random(42);
    int[] apis = {0, 1, 2, 3, 18, 22, 32, 60};
    try (Hub roomy = new Hub(Files.createDirectory(directory.resolve("roomy")))) {
      roomy.topic("t", new Layout.Partitions(1));
      roomy.put("t", 0, PRESS, 0, 10);
      for (int i = 0; i < 500; i++) {
        byte[] rubbish = new byte[random.nextInt(200)];
        random.nextBytes(rubbish);
        int api = apis[random.nextInt(apis.length)];
        int version = random.nextInt(14);
        byte[] request = RawClient.request(api, version, i, out -> out.write(rubbish));
        if (i % 4 == 0) { // no header either
          random.nextBytes(request);
          ByteBuffer.wrap(request).putInt(request.length - Integer.BYTES);
        }
        try (RawClient client = new RawClient(roomy.front.address())) {
          client.send(request);
        }
      }
      try (RawClient client = new RawClient(roomy.front.address())) {
        client.send(RawClient.fetch(1, "t", 0, 0, 1, 0));
        assertTrue(client.fetched().batches().length > 0);
      }
      await(() -> roomy.front.status().connections() == 0);
    }
  }

  @Test
  void turnsAwayWhoComesWhenItIsFull() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < LIMITS.connections(); i++) {
      clients.add(client());
      clients.getLast().send(RawClient.request(API_VERSIONS, 0, i, out -> {}));
      assertEquals(i, clients.getLast().answer().getInt());
    }
    try (RawClient oneMore = client()) {
      assertTrue(oneMore.isClosed());
    }
    assertEquals(1, hub.front.status().turnedAway());
    assertEquals(LIMITS.connections(), hub.front.status().connections());
    for (RawClient client : clients) {
      client.close();
    }
    await(() -> hub.front.status().connections() == 0);
    try (RawClient next = client()) {
      next.send(RawClient.request(API_VERSIONS, 0, 9, out -> {}));
      assertEquals(9, next.answer().getInt());
    }
  }

  @Test
  void closesAConnectionOnWhichNothingMoves() throws Exception {
    try (Hub impatient =
            new Hub(
                Files.createDirectory(directory.resolve("impatient")),
                new FrontLimits(4, 4096, 8192, 60_000, 1 << 20, 10, 100));
        RawClient client = new RawClient(impatient.front.address())) {
      client.send(new byte[] {0, 0, 0}); // the beginning of a length, and never its end
      assertTrue(client.isClosed());
    }
  }

  @Test
  void closesAConnectionThatSendsOneByteAtATime() throws Exception {
    try (Hub impatient =
            new Hub(
                Files.createDirectory(directory.resolve("slow")),
                new FrontLimits(4, 4096, 8192, 200, 1 << 20, 10, 60_000));
        RawClient silent = new RawClient(impatient.front.address());
        RawClient slow = new RawClient(impatient.front.address());
        RawClient honest = new RawClient(impatient.front.address())) {
      honest.send(RawClient.request(API_VERSIONS, 0, 9, out -> {}));
      assertEquals(9, honest.answer().getInt());
      slow.send(new byte[] {0, 0, 0});
      assertTrue(silent.isClosed());
      assertTrue(slow.isClosed());
      honest.send(RawClient.request(API_VERSIONS, 0, 10, out -> {})); // idle, but not in a request
      assertEquals(10, honest.answer().getInt());
      honest.send(new byte[] {0, 0});
      assertTrue(honest.isClosed());
      assertTrue(String.valueOf(impatient.front.status().lastRefusal()).contains("200 ms"));
    }
  }

  @Test
  void boundsWhatAllTogetherHoldBack() throws Exception {
    byte[] most = ByteBuffer.allocate(3_500).putInt(4_000).array();
    try (RawClient first = client();
        RawClient second = client();
        RawClient honest = client()) {
      first.send(most);
      second.send(most);
      await(() -> hub.front.status().refused() == 1);
      honest.send(RawClient.request(API_VERSIONS, 0, 9, out -> {}));
      assertEquals(9, honest.answer().getInt());
      assertTrue(String.valueOf(hub.front.status().lastRefusal()).contains("together"));
    }
  }

  @Test
  void whoSaysNothingGivesWayWhenItIsFull() throws Exception {
    List<RawClient> silent = new ArrayList<>();
    for (int i = 0; i < 3 * LIMITS.connections(); i++) {
      silent.add(client());
    }
    try (RawClient honest = client()) {
      honest.send(RawClient.request(API_VERSIONS, 0, 9, out -> {}));
      assertEquals(9, honest.answer().getInt());
      for (int i = 0; i < 2 * LIMITS.connections(); i++) {
        silent.add(client());
      }
      await(() -> hub.front.status().connections() <= LIMITS.connections());
      honest.send(RawClient.request(API_VERSIONS, 0, 10, out -> {}));
      assertEquals(10, honest.answer().getInt());
    }
    for (RawClient client : silent) {
      client.close();
    }
  }

  @Test
  void holdsOneAnswerForAClientThatDoesNotRead() throws Exception {
    byte[] fetch = RawClient.fetch(1, "t", 0, 0, 1, 0);
    for (int i = 0; i < 40; i++) {
      hub.put("t", 0, PRESS, i * 20_000L, 20_000);
    }
    try (RawClient client = client()) {
      for (int i = 0; i < 50; i++) {
        client.send(fetch);
      }
      await(() -> hub.front.status().requests() > 0);
      long answered = hub.front.status().requests();
      try (RawClient other = client()) { // served while that one is stuck
        other.send(RawClient.request(API_VERSIONS, 0, 9, out -> {}));
        assertEquals(9, other.answer().getInt());
      }
      assertTrue(hub.front.status().requests() - answered < 40);
      assertTrue(hub.store.open.get() <= 1);
      assertFalse(client.fetched().batches().length == 0);
    }
  }

  private RawClient client() throws IOException {
    return new RawClient(hub.front.address());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < giveUpNanos, "waited too long");
      Thread.onSpinWait();
      Thread.sleep(1);
    }
  }
}
