package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.junit.jupiter.api.Test;

/// Every version that is offered can be read and answered. Kafka's own generated classes are the
/// judge: they say what a client would have sent, and read what we answer.
class KafkaWireTest {
  private static final int CORRELATION_ID = 77;
  private static final int THROTTLE_MS = 1_234;
  private static final UUID TOPIC_ID = new UUID(0x1234, 0x5678);
  private static final TopicRef TOPIC = new TopicRef("t", TOPIC_ID);
  private static final Answer.Cluster CLUSTER = new Answer.Cluster("c", 1, "host", 9092);

  private static final List<Answer.AlterConfigs.Result> ALTERED =
      List.of(new Answer.AlterConfigs.Result((byte) 2, "t", KafkaError.NONE, null));

  /// One answer to each request, with all of its fields.
  private static final Map<ApiKeys, Answer> ANSWERS =
      together(
          together(
              Map.of(
                  ApiKeys.API_VERSIONS, new Answer.ApiVersions(true),
                  ApiKeys.METADATA,
                      new Answer.Metadata(
                          CLUSTER,
                          List.of(new Answer.Metadata.Topic(KafkaError.NONE, TOPIC, 3, false))),
                  ApiKeys.DESCRIBE_CLUSTER, new Answer.DescribeCluster(CLUSTER),
                  ApiKeys.DESCRIBE_CONFIGS,
                      new Answer.DescribeConfigs(
                          List.of(
                              new Answer.DescribeConfigs.Resource(
                                  KafkaError.NONE,
                                  null,
                                  (byte) 2,
                                  "t",
                                  List.of(
                                      new Answer.DescribeConfigs.Setting(
                                          "k", "v", (byte) 2, "doc"))))),
                  ApiKeys.LIST_OFFSETS,
                      new Answer.ListOffsets(
                          List.of(
                              new Answer.ListOffsets.Topic(
                                  "t",
                                  List.of(
                                      new Answer.ListOffsets.Point(2, KafkaError.NONE, 5, 6))))),
                  ApiKeys.CREATE_TOPICS,
                      new Answer.CreateTopics(
                          List.of(
                              new Answer.CreateTopics.Result(
                                  KafkaError.NONE,
                                  TOPIC,
                                  3,
                                  List.of(
                                      new Answer.DescribeConfigs.Setting(
                                          "k", "v", (byte) 2, "doc")),
                                  null))),
                  ApiKeys.DELETE_TOPICS,
                      new Answer.DeleteTopics(
                          List.of(new Answer.DeleteTopics.Result(KafkaError.NONE, TOPIC, null))),
                  ApiKeys.INIT_PRODUCER_ID, new Answer.InitProducerId(KafkaError.NONE, 5),
                  ApiKeys.PRODUCE,
                      new Answer.Produce(
                          List.of(
                              new Answer.Produce.Topic(
                                  TOPIC,
                                  List.of(
                                      Answer.Produce.Partition.refused(
                                          0, KafkaError.POLICY_VIOLATION, "a mirror")))))),
              Map.of(
                  ApiKeys.CREATE_PARTITIONS,
                  new Answer.CreatePartitions(
                      List.of(
                          new Answer.CreatePartitions.Result(
                              "t", KafkaError.INVALID_PARTITIONS, "fewer"))),
                  ApiKeys.ALTER_CONFIGS,
                  new Answer.AlterConfigs(ALTERED),
                  ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                  new Answer.IncrementalAlterConfigs(new Answer.AlterConfigs(ALTERED)),
                  ApiKeys.LIST_CONFIG_RESOURCES,
                  new Answer.ListConfigResources(List.of()), // its first version knows no type
                  ApiKeys.DELETE_RECORDS,
                  new Answer.DeleteRecords(
                      List.of(
                          new Answer.DeleteRecords.Topic(
                              "t",
                              List.of(new Answer.DeleteRecords.Result(1, KafkaError.NONE, 7))))),
                  ApiKeys.OFFSET_FOR_LEADER_EPOCH,
                  new Answer.OffsetForLeaderEpoch(
                      List.of(
                          new Answer.OffsetForLeaderEpoch.Topic(
                              "t",
                              List.of(
                                  new Answer.OffsetForLeaderEpoch.Point(
                                      1, KafkaError.NONE, -1, 7))))),
                  ApiKeys.FIND_COORDINATOR,
                  new Answer.FindCoordinator(
                      CLUSTER,
                      List.of(new Answer.FindCoordinator.Result("g", KafkaError.NONE, null))),
                  ApiKeys.DESCRIBE_LOG_DIRS,
                  new Answer.DescribeLogDirs(
                      KafkaError.NONE,
                      "data",
                      -1,
                      1000,
                      List.of(
                          new Answer.DescribeLogDirs.Topic(
                              "t", List.of(new Answer.DescribeLogDirs.Partition(0, 500))))),
                  ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
                  new Answer.DescribeTopicPartitions(
                      1,
                      List.of(
                          new Answer.DescribeTopicPartitions.Topic(KafkaError.NONE, TOPIC, 2, 5)),
                      new Request.DescribeTopicPartitions.Cursor("t", 5)))),
          Map.of(
              ApiKeys.DESCRIBE_CLIENT_QUOTAS,
              new Answer.DescribeClientQuotas(
                  KafkaError.NONE, null, List.of(new ClientQuota("u", null, 5_000L, null))),
              ApiKeys.ALTER_CLIENT_QUOTAS,
              new Answer.AlterClientQuotas(
                  KafkaError.INVALID_REQUEST,
                  "in the file",
                  List.of(List.of(new Request.AlterClientQuotas.Entity("user", null))))));

  private static Map<ApiKeys, Answer> together(
      Map<ApiKeys, Answer> some, Map<ApiKeys, Answer> others) {
    Map<ApiKeys, Answer> all = new EnumMap<>(some);
    all.putAll(others);
    return all;
  }

  private static final Map<ApiKeys, Answer> LOGIN_ANSWERS =
      Map.of(
          ApiKeys.SASL_HANDSHAKE, new Answer.SaslHandshake(KafkaError.NONE, List.of("PLAIN")),
          ApiKeys.SASL_AUTHENTICATE,
              new Answer.SaslAuthenticate(
                  KafkaError.SASL_AUTHENTICATION_FAILED, "wrong", new byte[] {1}));

  @Test
  void offersWhatItAnswersAndNothingElse() {
    ByteBuffer frame = written(ApiKeys.API_VERSIONS, (short) 4, new Answer.ApiVersions(true));
    ApiVersionsResponseData offered =
        (ApiVersionsResponseData) body(ApiKeys.API_VERSIONS, (short) 4, frame);
    for (ApiVersionsResponseData.ApiVersion version : offered.apiKeys()) {
      ApiKeys api = ApiKeys.forId(version.apiKey());
      assertEquals(KafkaWire.latestVersion(api), version.maxVersion());
      boolean isAnswered =
          api == ApiKeys.FETCH
              || ANSWERS.containsKey(api)
              || LOGIN_ANSWERS.containsKey(api)
              || Groups.OFFERED.contains(api);
      assertTrue(isAnswered, api.name);
    }
    int fetch = 1;
    assertEquals(
        ANSWERS.size() + LOGIN_ANSWERS.size() + fetch + Groups.OFFERED.size(),
        offered.apiKeys().size());
  }

  @Test
  void writesEveryAnswerInEveryVersion() {
    ANSWERS.forEach(KafkaWireTest::writesInEveryVersion);
    LOGIN_ANSWERS.forEach(KafkaWireTest::writesInEveryVersion);
  }

  private static void writesInEveryVersion(ApiKeys api, Answer answer) {
    for (short version : api.allVersions()) {
      ByteBuffer frame = written(api, version, answer);
      ApiMessage read = body(api, version, frame);
      assertFalse(frame.hasRemaining(), api + " " + version);
      assertNotNull(read);
    }
  }

  @Test
  void readsTheStepsOfALoginInEveryVersion() throws MalformedRequest {
    for (short version : ApiKeys.SASL_HANDSHAKE.allVersions()) {
      Request read = read(new SaslHandshakeRequestData().setMechanism("PLAIN"), version);
      assertEquals(new Request.SaslHandshake("PLAIN", version == 0), read);
    }
    for (short version : ApiKeys.SASL_AUTHENTICATE.allVersions()) {
      byte[] token = {0, 1, 2};
      Request read = read(new SaslAuthenticateRequestData().setAuthBytes(token), version);
      assertArrayEquals(token, assertInstanceOf(Request.SaslAuthenticate.class, read).token());
    }
  }

  @Test
  void writesFetchesInEveryVersionWithTheBatchesInBetween() {
    for (short version : ApiKeys.FETCH.allVersions()) {
      TopicRef topic = version < 13 ? TopicRef.named("t") : new TopicRef(null, TOPIC_ID);
      ByteBuf batches = Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5});
      Answer.Fetch answer =
          new Answer.Fetch(
              KafkaError.NONE,
              version < 7 ? 0 : 77,
              List.of(
                  new Answer.Fetch.Topic(
                      topic,
                      List.of(
                          new Answer.Fetch.Portion(
                              0, KafkaError.NONE, 3, 9, new Payload.InMemory(batches)),
                          new Answer.Fetch.Portion(
                              1, KafkaError.OFFSET_OUT_OF_RANGE, 0, 4, null)))));
      ByteBuffer frame = written(ApiKeys.FETCH, version, answer);
      FetchResponseData read = (FetchResponseData) body(ApiKeys.FETCH, version, frame);
      assertFalse(frame.hasRemaining());
      var partitions = read.responses().getFirst().partitions();
      assertEquals(9, partitions.getFirst().highWatermark());
      assertEquals(5, partitions.getFirst().records().sizeInBytes());
      assertEquals(0, partitions.getLast().records().sizeInBytes());
      assertEquals(1, partitions.getLast().errorCode());
      assertEquals(THROTTLE_MS, read.throttleTimeMs());
    }
  }

  @Test
  void namesATopicByNameOrByIdAsTheVersionWantsIt() throws MalformedRequest {
    for (short version : ApiKeys.FETCH.allVersions()) {
      FetchRequestData asked =
          new FetchRequestData()
              .setMaxWaitMs(11)
              .setMinBytes(12)
              .setMaxBytes(13)
              .setTopics(
                  List.of(
                      new FetchRequestData.FetchTopic()
                          .setTopic(version < 13 ? "t" : "")
                          .setTopicId(version < 13 ? Uuid.ZERO_UUID : new Uuid(0x1234, 0x5678))
                          .setPartitions(
                              List.of(
                                  new FetchRequestData.FetchPartition()
                                      .setPartition(4)
                                      .setFetchOffset(5)
                                      .setPartitionMaxBytes(6)))));
      Request.Fetch read = assertInstanceOf(Request.Fetch.class, read(asked, version));
      TopicRef topic = version < 13 ? TopicRef.named("t") : new TopicRef(null, TOPIC_ID);
      var place = new Request.Fetch.Place(4, 5, 6);
      assertEquals(
          new Request.Fetch(
              11,
              12,
              13,
              0,
              -1,
              List.of(new Request.Fetch.Topic(topic, List.of(place))),
              List.of()),
          read);
    }
  }

  @Test
  void readsMetadataAndOffsetsInEveryVersion() throws MalformedRequest {
    for (short version : ApiKeys.METADATA.allVersions()) {
      var topic = new MetadataRequestData.MetadataRequestTopic().setName("t");
      Request read =
          read(new MetadataRequestData().setTopics(List.of(topic, topic.duplicate())), version);
      assertEquals(new Request.Metadata(List.of(TopicRef.named("t")), true), read);
      boolean noneMeansAll = version == 0;
      var none = new MetadataRequestData().setTopics(noneMeansAll ? List.of() : null);
      assertEquals(new Request.Metadata(null, false), read(none, version));
    }
    for (short version : ApiKeys.LIST_OFFSETS.allVersions()) {
      var asked =
          new ListOffsetsRequestData()
              .setTopics(
                  List.of(
                      new ListOffsetsRequestData.ListOffsetsTopic()
                          .setName("t")
                          .setPartitions(
                              List.of(
                                  new ListOffsetsRequestData.ListOffsetsPartition()
                                      .setPartitionIndex(1)
                                      .setTimestamp(-2)))));
      var point = new Request.ListOffsets.Point(1, Catalog.EARLIEST);
      assertEquals(
          new Request.ListOffsets(List.of(new Request.ListOffsets.Topic("t", List.of(point)))),
          read(asked, version));
    }
  }

  @Test
  void tellsWhereTheBrokerIs() {
    short version = ApiKeys.METADATA.latestVersion();
    Answer answer = ANSWERS.get(ApiKeys.METADATA);
    assertNotNull(answer);
    ByteBuffer frame = written(ApiKeys.METADATA, version, answer);
    MetadataResponseData read = (MetadataResponseData) body(ApiKeys.METADATA, version, frame);
    assertEquals(9092, read.brokers().iterator().next().port());
    var topic = read.topics().iterator().next();
    assertEquals(new Uuid(0x1234, 0x5678), topic.topicId());
    assertEquals(3, topic.partitions().size());
    assertEquals(1, topic.partitions().getLast().leaderId());
  }

  private static Request read(ApiMessage body, short version) throws MalformedRequest {
    ApiKeys api = ApiKeys.forId(body.apiKey());
    RequestHeaderData header =
        new RequestHeaderData()
            .setRequestApiKey(api.id)
            .setRequestApiVersion(version)
            .setCorrelationId(CORRELATION_ID)
            .setClientId("test");
    ByteBuffer head =
        MessageUtil.toByteBufferAccessor(header, api.requestHeaderVersion(version)).buffer();
    ByteBuffer rest = MessageUtil.toByteBufferAccessor(body, version).buffer();
    ByteBuffer frame =
        ByteBuffer.allocate(head.remaining() + rest.remaining()).put(head).put(rest).flip();
    KafkaWire.Call call = KafkaWire.read(frame);
    assertEquals(CORRELATION_ID, call.correlationId());
    assertEquals(version, call.version());
    return call.request();
  }

  /// What a client would receive, behind the length.
  private static ByteBuffer written(ApiKeys api, short version, Answer answer) {
    Request request = new Request.InitProducerId(false); // not looked at
    KafkaWire.Call call = new KafkaWire.Call(api.id, version, CORRELATION_ID, "test", request);
    List<Object> parts =
        KafkaWire.write(call, answer, THROTTLE_MS, UnpooledByteBufAllocator.DEFAULT);
    ByteBuf whole = Unpooled.buffer();
    for (Object part : parts) {
      whole.writeBytes((ByteBuf) part);
      ((ByteBuf) part).release();
    }
    ByteBuffer frame = whole.nioBuffer();
    assertEquals(frame.getInt(), frame.remaining());
    return frame;
  }

  private static ApiMessage body(ApiKeys api, short version, ByteBuffer frame) {
    ByteBufferAccessor in = new ByteBufferAccessor(frame);
    ResponseHeaderData header = new ResponseHeaderData(in, api.responseHeaderVersion(version));
    assertEquals(CORRELATION_ID, header.correlationId());
    ApiMessage body = api.messageType.newResponse();
    body.read(in, version);
    // What cannot be said in a version must have been left out, not written wrongly.
    body.size(new ObjectSerializationCache(), version);
    return body;
  }
}
