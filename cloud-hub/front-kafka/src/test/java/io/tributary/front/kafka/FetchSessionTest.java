package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Incremental fetches, as a client sees them (KIP-227).
@Timeout(30)
class FetchSessionTest {
  private static final long PRESS = 7;
  private static final int BY_NAME = 11;
  private static final int BY_ID = ApiKeys.FETCH.latestVersion();
  private static final short OFFSET_OUT_OF_RANGE = 1;
  private static final short UNKNOWN_TOPIC = 3;
  private static final short SESSION_NOT_FOUND = 70;
  private static final short WRONG_EPOCH = 71;
  private static final short UNKNOWN_TOPIC_ID = 100;
  private static final short TOPIC_ID_ERROR = 106;

  @TempDir Path directory;
  private Hub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new Hub(directory);
    hub.topic("t", new Layout.Partitions(4));
  }

  @AfterEach
  void stop() throws InterruptedException {
    await(() -> hub.front.status().connections() == 0);
    await(() -> hub.store.subscriptions.get() == 0);
    hub.close();
    assertEquals(0, hub.store.open.get(), "batches that nobody closed");
  }

  private MessageClient client() throws IOException {
    return new MessageClient(hub.front.address());
  }

  private static void await(BooleanSupplier holds) throws InterruptedException {
    for (int i = 0; !holds.getAsBoolean(); i++) {
      assertTrue(i < 10_000, "not in time");
      Thread.sleep(1);
    }
  }

  private static FetchRequestData request(int session, int epoch) {
    return new FetchRequestData()
        .setSessionId(session)
        .setSessionEpoch(epoch)
        .setMaxWaitMs(0)
        .setMinBytes(1)
        .setMaxBytes(1 << 20);
  }

  private Uuid id(String topic) {
    UUID id = hub.store.topic(topic).topicId();
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /// Partitions of a topic with the offsets that are wanted.
  private FetchTopic topic(int version, String topic, long... partitionsAndOffsets) {
    FetchTopic asked = new FetchTopic();
    if (version >= 13) {
      asked.setTopicId(id(topic));
    } else {
      asked.setTopic(topic);
    }
    for (int i = 0; i < partitionsAndOffsets.length; i += 2) {
      asked
          .partitions()
          .add(
              new FetchPartition()
                  .setPartition((int) partitionsAndOffsets[i])
                  .setFetchOffset(partitionsAndOffsets[i + 1])
                  .setPartitionMaxBytes(1 << 20));
    }
    return asked;
  }

  /// What an answer tells, by partition.
  private static Map<Integer, PartitionData> told(FetchResponseData answer) {
    Map<Integer, PartitionData> told = new HashMap<>();
    answer
        .responses()
        .forEach(topic -> topic.partitions().forEach(p -> told.put(p.partitionIndex(), p)));
    return told;
  }

  private static int bytes(PartitionData partition) {
    return ((MemoryRecords) partition.records()).sizeInBytes();
  }

  private FetchResponseData ask(MessageClient client, FetchRequestData request, int version)
      throws IOException {
    return client.ask(request, new FetchResponseData(), version);
  }

  /// Opens a session of all partitions from their beginning.
  private int open(MessageClient client, int version) throws IOException {
    FetchRequestData all = request(0, 0);
    all.topics().add(topic(version, "t", 0, 0, 1, 0, 2, 0, 3, 0));
    FetchResponseData opened = ask(client, all, version);
    assertEquals(0, opened.errorCode());
    assertEquals(4, told(opened).size());
    assertNotEquals(0, opened.sessionId());
    return opened.sessionId();
  }

  @ParameterizedTest
  @ValueSource(ints = {7, BY_NAME, 13, 17})
  void tellsOnlyOfWhatHasChanged(int version) throws Exception {
    try (MessageClient client = client()) {
      int session = open(client, version);
      FetchResponseData quiet = ask(client, request(session, 1), version);
      assertEquals(session, quiet.sessionId());
      assertEquals(List.of(), quiet.responses());

      hub.put("t", 2, PRESS, 0, 10);
      PartitionData grown = told(ask(client, request(session, 2), version)).get(2);
      assertEquals(10, grown.highWatermark());
      assertTrue(bytes(grown) > 0);

      // Who does not say that it goes on is given the same again.
      assertEquals(bytes(grown), bytes(told(ask(client, request(session, 3), version)).get(2)));
      FetchRequestData on = request(session, 4);
      on.topics().add(topic(version, "t", 2, 10));
      assertEquals(List.of(), ask(client, on, version).responses());

      hub.store.file("t", 2).startAt(5);
      Map<Integer, PartitionData> moved = told(ask(client, request(session, 5), version));
      assertEquals(5, moved.get(2).logStartOffset());
      assertEquals(1, moved.size());
      assertEquals(List.of(), ask(client, request(session, 6), version).responses());
    }
  }

  @Test
  void waitsAndIsWokenByAnyOfItsPartitions() throws Exception {
    try (MessageClient client = client()) {
      int session = open(client, BY_ID);
      for (int round = 0; round < 4; round++) {
        FetchRequestData waits = request(session, 1 + round).setMaxWaitMs(20_000);
        if (round > 0) {
          waits.topics().add(topic(BY_ID, "t", round - 1, 10));
        }
        client.send(waits, BY_ID);
        hub.put("t", round, PRESS, 0, 10);
        Map<Integer, PartitionData> told = told(client.receive(new FetchResponseData(), BY_ID));
        assertEquals(1, told.size());
        assertTrue(bytes(told.get(round)) > 0);
      }
    }
  }

  private ForgottenTopic forgotten(int version, String topic, Integer... partitions) {
    ForgottenTopic gone = new ForgottenTopic().setPartitions(List.of(partitions));
    return version >= 13 ? gone.setTopicId(id(topic)) : gone.setTopic(topic);
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_NAME, 13})
  void forgetsAndAddsPartitions(int version) throws Exception {
    hub.topic("u", new Layout.Partitions(1));
    try (MessageClient client = client()) {
      int session = open(client, version);
      FetchRequestData other = request(session, 1);
      other.forgottenTopicsData().add(forgotten(version, "t", 0, 1, 2));
      other.topics().add(topic(version, "u", 0, 0));
      assertEquals(1, ask(client, other, version).responses().size());
      for (int partition = 0; partition < 4; partition++) {
        hub.put("t", partition, PRESS, 0, 1);
      }
      assertEquals(Set.of(3), told(ask(client, request(session, 2), version)).keySet());

      FetchRequestData nothing = request(session, 3);
      nothing.forgottenTopicsData().add(forgotten(version, "t", 3));
      nothing.forgottenTopicsData().add(forgotten(version, "u", 0));
      assertEquals(0, ask(client, nothing, version).sessionId());
      assertEquals(SESSION_NOT_FOUND, ask(client, request(session, 4), version).errorCode());
    }
  }

  @Test
  void refusesWhatIsNotTheNextFetchOfTheSession() throws Exception {
    try (MessageClient client = client();
        MessageClient other = client()) {
      int session = open(client, BY_ID);
      assertEquals(WRONG_EPOCH, ask(client, request(session, 2), BY_ID).errorCode());
      assertEquals(0, ask(client, request(session, 1), BY_ID).errorCode());
      assertEquals(WRONG_EPOCH, ask(client, request(session, 1), BY_ID).errorCode());
      assertEquals(SESSION_NOT_FOUND, ask(client, request(session + 1, 2), BY_ID).errorCode());
      assertEquals(SESSION_NOT_FOUND, ask(other, request(session, 2), BY_ID).errorCode());
      FetchRequestData byName = request(session, 2);
      byName.topics().add(topic(BY_NAME, "t", 0, 0));
      assertEquals(TOPIC_ID_ERROR, ask(client, byName, BY_NAME).errorCode());
      assertEquals(0, ask(client, request(session, 2), BY_ID).errorCode());
    }
  }

  @Test
  void endsWithTheFinalEpochAndWithANewSession() throws Exception {
    try (MessageClient client = client()) {
      int first = open(client, BY_ID);
      FetchRequestData closes = request(first, -1);
      closes.topics().add(topic(BY_ID, "t", 0, 0));
      FetchResponseData closed = ask(client, closes, BY_ID);
      assertEquals(0, closed.sessionId());
      assertEquals(1, told(closed).size());
      assertEquals(SESSION_NOT_FOUND, ask(client, request(first, 1), BY_ID).errorCode());
      assertEquals(0, hub.store.subscriptions.get());

      int second = open(client, BY_ID);
      FetchRequestData again = request(second, 0);
      again.topics().add(topic(BY_ID, "t", 0, 0));
      assertNotEquals(second, ask(client, again, BY_ID).sessionId());
      assertEquals(SESSION_NOT_FOUND, ask(client, request(second, 1), BY_ID).errorCode());
      assertEquals(1, hub.store.subscriptions.get());
    }
  }

  @Test
  void tellsOfAnErrorUntilItIsOverAndThenOfThePartition() throws Exception {
    try (MessageClient client = client()) {
      int session = open(client, BY_ID);
      FetchRequestData far = request(session, 1).setMaxWaitMs(20_000);
      far.topics().add(topic(BY_ID, "t", 1, 50));
      assertEquals(OFFSET_OUT_OF_RANGE, told(ask(client, far, BY_ID)).get(1).errorCode());
      FetchResponseData still = ask(client, request(session, 2).setMaxWaitMs(20_000), BY_ID);
      assertEquals(OFFSET_OUT_OF_RANGE, told(still).get(1).errorCode());
      FetchRequestData back = request(session, 3);
      back.topics().add(topic(BY_ID, "t", 1, 0));
      PartitionData well = told(ask(client, back, BY_ID)).get(1);
      assertEquals(0, well.errorCode());
      assertEquals(0, well.highWatermark());
      assertEquals(List.of(), ask(client, request(session, 4), BY_ID).responses());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_NAME, 13})
  void hearsThatATopicWasDeletedAndOfTheOneThatHasItsName(int version) throws Exception {
    try (MessageClient client = client()) {
      int session = open(client, version);
      client.send(request(session, 1).setMaxWaitMs(20_000), version);
      hub.store.deleteTopic("t", new Deleted());
      short gone = version >= 13 ? UNKNOWN_TOPIC_ID : UNKNOWN_TOPIC;
      Map<Integer, PartitionData> told = told(client.receive(new FetchResponseData(), version));
      told.putAll(told(ask(client, request(session, 2), version)));
      assertEquals(4, told.size());
      told.values().forEach(partition -> assertEquals(gone, partition.errorCode()));
      if (version < 13) {
        hub.topic("t", new Layout.Partitions(4));
        assertEquals(0, told(ask(client, request(session, 3), version)).get(0).errorCode());
        hub.put("t", 3, PRESS, 0, 1);
        assertEquals(Set.of(3), told(ask(client, request(session, 4), version)).keySet());
      }
    }
  }

  @Test
  void noPartitionStarvesBehindOthersThatFillEveryAnswer() throws Exception {
    for (int partition = 0; partition < 4; partition++) {
      hub.put("t", partition, PRESS, 0, 100);
      hub.put("t", partition, PRESS, 100, 100);
    }
    try (MessageClient client = client()) {
      FetchRequestData all = request(0, 0).setMaxBytes(1);
      all.topics().add(topic(BY_ID, "t", 0, 0, 1, 0, 2, 0, 3, 0));
      FetchResponseData answer = ask(client, all, BY_ID);
      List<Integer> served = new ArrayList<>(served(answer));
      for (int epoch = 1; epoch <= 7; epoch++) {
        FetchRequestData on = request(answer.sessionId(), epoch).setMaxBytes(1);
        int last = served.getLast();
        on.topics().add(topic(BY_ID, "t", last, epoch <= 4 ? 100 : 200));
        served.addAll(served(ask(client, on, BY_ID)));
      }
      assertEquals(List.of(0, 1, 2, 3, 0, 1, 2, 3), served);
    }
  }

  private static List<Integer> served(FetchResponseData answer) {
    return answer.responses().stream()
        .flatMap(topic -> topic.partitions().stream())
        .filter(partition -> bytes(partition) > 0)
        .map(PartitionData::partitionIndex)
        .toList();
  }

  private static final class Deleted implements TopicDeleted {
    @Override
    public void deleted(TopicStatus topic) {}

    @Override
    public void refused(StoreRefused why) {
      throw new AssertionError(why);
    }
  }
}
