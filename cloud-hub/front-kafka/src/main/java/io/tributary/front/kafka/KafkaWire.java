package io.tributary.front.kafka;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/// Kafka's wire format: bytes to {@link Request}, {@link Answer} to bytes, in every version that
/// kafka-clients of the pinned release knows.
///
/// This and {@link AdminWire} are the only classes of the front that touch the generated protocol classes of kafka-clients.
/// They are internal there and have moved twice within one major release, so what they are called must not spread. What
/// concerns consumer groups passes through as it is, to a coordinator that speaks the same classes.
final class KafkaWire {
  /// From here on a topic may be asked for by its id alone.
  private static final short METADATA_VERSION_BY_ID = 12;

  /// What is offered; what groups ask their coordinator is added.
  private static final Set<ApiKeys> OFFERED =
      EnumSet.of(
          ApiKeys.PRODUCE,
          ApiKeys.FETCH,
          ApiKeys.LIST_OFFSETS,
          ApiKeys.METADATA,
          ApiKeys.FIND_COORDINATOR,
          ApiKeys.API_VERSIONS,
          ApiKeys.SASL_HANDSHAKE,
          ApiKeys.SASL_AUTHENTICATE,
          ApiKeys.CREATE_TOPICS,
          ApiKeys.DELETE_TOPICS,
          ApiKeys.INIT_PRODUCER_ID,
          ApiKeys.DESCRIBE_CONFIGS,
          ApiKeys.DESCRIBE_CLUSTER,
          ApiKeys.CREATE_PARTITIONS,
          ApiKeys.ALTER_CONFIGS,
          ApiKeys.INCREMENTAL_ALTER_CONFIGS,
          ApiKeys.LIST_CONFIG_RESOURCES,
          ApiKeys.DELETE_RECORDS,
          ApiKeys.OFFSET_FOR_LEADER_EPOCH,
          ApiKeys.DESCRIBE_LOG_DIRS,
          ApiKeys.DESCRIBE_CLIENT_QUOTAS,
          ApiKeys.ALTER_CLIENT_QUOTAS,
          ApiKeys.DESCRIBE_TOPIC_PARTITIONS);

  static {
    OFFERED.addAll(Groups.OFFERED);
  }

  /// Shown for Produce as Kafka shows it, although the first three versions are long gone: without
  /// them librdkafka believes that the broker knows no compression (KAFKA-18659).
  private static final short PRODUCE_VERSION_SHOWN = 0;

  private static final int NO_LEADER_EPOCH = -1;
  private static final int FRAME_LENGTH_BYTES = 4;

  private KafkaWire() {}

  static boolean isOffered(ApiKeys api) {
    return OFFERED.contains(api);
  }

  /// The newest version that is offered: none that Kafka itself takes for unfinished.
  static short latestVersion(ApiKeys api) {
    return api.latestVersion(false);
  }

  /// A request and what its answer must repeat.
  ///
  /// @param clientId what the client calls itself
  record Call(short apiKey, short version, int correlationId, String clientId, Request request) {}

  /// Whether a frame is a request that a stranger may send, as far as its first bytes tell.
  static boolean isOfLogin(ByteBuffer frame) {
    if (frame.remaining() < Short.BYTES) {
      return false;
    }
    short key = frame.getShort(frame.position());
    return key == ApiKeys.API_VERSIONS.id
        || key == ApiKeys.SASL_HANDSHAKE.id
        || key == ApiKeys.SASL_AUTHENTICATE.id;
  }

  /// Reads one request, which fills `frame`.
  static Call read(ByteBuffer frame) throws MalformedRequest {
    RequestHeader header;
    try {
      header = RequestHeader.parse(frame);
    } catch (RuntimeException e) {
      throw new MalformedRequest("no header of a request: " + e.getMessage(), e);
    }
    ApiKeys api = header.apiKey();
    short version = header.apiVersion();
    String clientId = header.clientId() == null ? "" : header.clientId();
    if (api == ApiKeys.API_VERSIONS && !api.isVersionSupported(version)) {
      // The one request that may come in an unknown version: it is answered in version 0.
      return new Call(
          api.id, (short) 0, header.correlationId(), clientId, new Request.ApiVersions(false));
    }
    if (!isOffered(api) || !api.isVersionSupported(version) || version > latestVersion(api)) {
      throw new MalformedRequest(api.name + " version " + version + " is not offered");
    }
    Request request;
    try {
      if (Groups.OFFERED.contains(api)) {
        request =
            new Request.OfGroup(
                AbstractRequest.parseRequest(api, version, new ByteBufferAccessor(frame)).request);
      } else {
        ApiMessage body = api.messageType.newRequest();
        body.read(new ByteBufferAccessor(frame), version);
        request = request(body, version);
      }
    } catch (RuntimeException e) {
      throw new MalformedRequest(
          "no " + api.name + " version " + version + ": " + e.getMessage(), e);
    }
    return new Call(api.id, version, header.correlationId(), clientId, request);
  }

  private static Request request(ApiMessage body, short version) throws MalformedRequest {
    return switch (ApiKeys.forId(body.apiKey())) {
      case API_VERSIONS -> new Request.ApiVersions(true);
      case SASL_HANDSHAKE ->
          new Request.SaslHandshake(((SaslHandshakeRequestData) body).mechanism(), version == 0);
      case SASL_AUTHENTICATE ->
          new Request.SaslAuthenticate(((SaslAuthenticateRequestData) body).authBytes());
      case METADATA -> metadata((MetadataRequestData) body, version);
      case DESCRIBE_CLUSTER -> new Request.DescribeCluster();
      case DESCRIBE_CONFIGS -> describeConfigs((DescribeConfigsRequestData) body);
      case LIST_OFFSETS -> listOffsets((ListOffsetsRequestData) body);
      case FETCH -> fetch((FetchRequestData) body);
      case CREATE_TOPICS -> createTopics((CreateTopicsRequestData) body);
      case DELETE_TOPICS -> deleteTopics((DeleteTopicsRequestData) body);
      case INIT_PRODUCER_ID ->
          new Request.InitProducerId(((InitProducerIdRequestData) body).transactionalId() != null);
      case PRODUCE -> produce((ProduceRequestData) body);
      case FIND_COORDINATOR -> findCoordinator((FindCoordinatorRequestData) body, version);
      case CREATE_PARTITIONS -> AdminWire.createPartitions((CreatePartitionsRequestData) body);
      case ALTER_CONFIGS -> AdminWire.alterConfigs((AlterConfigsRequestData) body);
      case INCREMENTAL_ALTER_CONFIGS ->
          AdminWire.incrementalAlterConfigs((IncrementalAlterConfigsRequestData) body);
      case LIST_CONFIG_RESOURCES ->
          AdminWire.listConfigResources((ListConfigResourcesRequestData) body, version);
      case DELETE_RECORDS -> AdminWire.deleteRecords((DeleteRecordsRequestData) body);
      case OFFSET_FOR_LEADER_EPOCH ->
          AdminWire.offsetForLeaderEpoch((OffsetForLeaderEpochRequestData) body);
      case DESCRIBE_LOG_DIRS -> AdminWire.describeLogDirs((DescribeLogDirsRequestData) body);
      case DESCRIBE_CLIENT_QUOTAS ->
          AdminWire.describeClientQuotas((DescribeClientQuotasRequestData) body);
      case ALTER_CLIENT_QUOTAS -> AdminWire.alterClientQuotas((AlterClientQuotasRequestData) body);
      case DESCRIBE_TOPIC_PARTITIONS ->
          AdminWire.describeTopicPartitions((DescribeTopicPartitionsRequestData) body);
      default -> throw new AssertionError("offered and not read: " + body);
    };
  }

  private static Request metadata(MetadataRequestData body, short version) throws MalformedRequest {
    // The first version has no null, and says "all" by naming none.
    if (body.topics() == null || (version == 0 && body.topics().isEmpty())) {
      return new Request.Metadata(null, false);
    }
    // A topic that is named often is answered once, or a small request could ask for a huge answer.
    Set<TopicRef> topics = new LinkedHashSet<>();
    for (var topic : body.topics()) {
      TopicRef asked = topicRef(topic.name(), topic.topicId());
      if (asked.name() == null && version < METADATA_VERSION_BY_ID) {
        throw new MalformedRequest("a topic without a name"); // nor could the answer say which
      }
      topics.add(asked);
    }
    return new Request.Metadata(List.copyOf(topics), body.allowAutoTopicCreation());
  }

  private static Request describeConfigs(DescribeConfigsRequestData body) throws MalformedRequest {
    Map<String, Request.DescribeConfigs.Resource> resources = new LinkedHashMap<>();
    for (var asked : body.resources()) {
      var resource =
          new Request.DescribeConfigs.Resource(
              asked.resourceType(), asked.resourceName(), asked.configurationKeys());
      once(resources.put(asked.resourceType() + ":" + asked.resourceName(), resource));
    }
    return new Request.DescribeConfigs(List.copyOf(resources.values()));
  }

  private static Request listOffsets(ListOffsetsRequestData body) throws MalformedRequest {
    Map<String, Request.ListOffsets.Topic> topics = new LinkedHashMap<>();
    for (var topic : body.topics()) {
      Map<Integer, Request.ListOffsets.Point> points = new LinkedHashMap<>();
      for (var p : topic.partitions()) {
        var point = new Request.ListOffsets.Point(p.partitionIndex(), p.timestamp());
        once(points.put(p.partitionIndex(), point));
      }
      var asked = new Request.ListOffsets.Topic(topic.name(), List.copyOf(points.values()));
      once(topics.put(topic.name(), asked));
    }
    return new Request.ListOffsets(List.copyOf(topics.values()));
  }

  /// Kafka's own client names a topic anew whenever another one stands between two of its partitions;
  /// a partition it names once.
  private static Request fetch(FetchRequestData body) throws MalformedRequest {
    Map<TopicRef, Map<Integer, Request.Fetch.Place>> asked = new LinkedHashMap<>();
    for (var topic : body.topics()) {
      var places =
          asked.computeIfAbsent(
              topicRef(topic.topic(), topic.topicId()), ref -> new LinkedHashMap<>());
      for (var p : topic.partitions()) {
        var place = new Request.Fetch.Place(p.partition(), p.fetchOffset(), p.partitionMaxBytes());
        once(places.put(p.partition(), place));
      }
    }
    List<Request.Fetch.Topic> topics = new ArrayList<>(asked.size());
    asked.forEach(
        (ref, places) -> topics.add(new Request.Fetch.Topic(ref, List.copyOf(places.values()))));
    List<Request.Fetch.Forgotten> forgotten = new ArrayList<>();
    for (var topic : body.forgottenTopicsData()) {
      TopicRef ref = topicRef(topic.topic(), topic.topicId());
      forgotten.add(new Request.Fetch.Forgotten(ref, List.copyOf(topic.partitions())));
    }
    return new Request.Fetch(
        body.maxWaitMs(),
        body.minBytes(),
        body.maxBytes(),
        body.sessionId(),
        body.sessionEpoch(),
        topics,
        forgotten);
  }

  private static Request createTopics(CreateTopicsRequestData body) throws MalformedRequest {
    List<Request.CreateTopics.Topic> topics = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (var topic : body.topics()) {
      if (!names.add(topic.name())) {
        once(topic.name());
      }
      Map<Integer, List<Integer>> assignments = new LinkedHashMap<>();
      for (var assigned : topic.assignments()) {
        once(assignments.put(assigned.partitionIndex(), assigned.brokerIds()));
      }
      Map<String, String> settings = new LinkedHashMap<>();
      for (var setting : topic.configs()) {
        once(settings.put(setting.name(), setting.value() == null ? "" : setting.value()));
      }
      topics.add(
          new Request.CreateTopics.Topic(
              topic.name(),
              topic.numPartitions(),
              topic.replicationFactor(),
              assignments,
              settings));
    }
    return new Request.CreateTopics(body.validateOnly(), topics);
  }

  /// Newer versions name each topic by its name or its id; older ones have a list of names.
  private static Request deleteTopics(DeleteTopicsRequestData body) throws MalformedRequest {
    Map<TopicRef, TopicRef> topics = new LinkedHashMap<>();
    for (String name : body.topicNames()) {
      once(topics.put(TopicRef.named(name), TopicRef.named(name)));
    }
    for (var topic : body.topics()) {
      TopicRef asked = topicRef(topic.name(), topic.topicId());
      once(topics.put(asked, asked));
    }
    return new Request.DeleteTopics(List.copyOf(topics.values()));
  }

  private static Request produce(ProduceRequestData body) throws MalformedRequest {
    List<Request.Produce.Topic> topics = new ArrayList<>();
    for (var topic : body.topicData()) {
      Map<Integer, Request.Produce.Batch> batches = new LinkedHashMap<>();
      for (var p : topic.partitionData()) {
        MemoryRecords records = (MemoryRecords) p.records();
        ByteBuffer bytes = records == null ? null : records.buffer();
        once(batches.put(p.index(), new Request.Produce.Batch(p.index(), bytes)));
      }
      TopicRef ref = topicRef(topic.name(), topic.topicId());
      topics.add(new Request.Produce.Topic(ref, List.copyOf(batches.values())));
    }
    return new Request.Produce(body.acks(), body.transactionalId() != null, topics);
  }

  /// Older versions ask for one.
  private static Request findCoordinator(FindCoordinatorRequestData body, short version) {
    List<String> keys =
        version < FindCoordinatorRequest.MIN_BATCHED_VERSION
            ? List.of(body.key())
            : List.copyOf(new LinkedHashSet<>(body.coordinatorKeys()));
    return new Request.FindCoordinator(body.keyType(), keys);
  }

  /// A request that asks twice for the same thing would cost us more than it costs its sender.
  static void once(@Nullable Object previous) throws MalformedRequest {
    if (previous != null) {
      throw new MalformedRequest("asks twice for " + previous);
    }
  }

  private static TopicRef topicRef(@Nullable String name, Uuid id) {
    return name != null && !name.isEmpty()
        ? TopicRef.named(name)
        : new TopicRef(null, new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
  }

  /// Writes the whole frame of an answer, its length included, as parts to be sent in order: each a
  /// `ByteBuf`, or a {@link StoredRegion} that goes from the file to the socket. Takes over the
  /// answer's batches.
  ///
  /// @param throttleMs how long the client shall wait before its next Produce or Fetch
  static List<Object> write(Call call, Answer answer, int throttleMs, ByteBufAllocator allocator) {
    ApiKeys api = ApiKeys.forId(call.apiKey());
    short headerVersion = api.responseHeaderVersion(call.version());
    ResponseHeaderData header = new ResponseHeaderData().setCorrelationId(call.correlationId());
    ApiMessage body = body(answer, call.version(), throttleMs);

    ObjectSerializationCache cache = new ObjectSerializationCache();
    MessageSizeAccumulator size = new MessageSizeAccumulator();
    header.addSize(size, cache, headerVersion);
    body.addSize(size, cache, call.version());

    Parcel parcel = new Parcel(allocator.buffer(FRAME_LENGTH_BYTES + size.sizeExcludingZeroCopy()));
    parcel.writeInt(size.totalSize());
    header.write(parcel, cache, headerVersion);
    body.write(parcel, cache, call.version());
    return parcel.parts();
  }

  private static ApiMessage body(Answer answer, short version, int throttleMs) {
    return switch (answer) {
      case Answer.ApiVersions a -> apiVersions(a);
      case Answer.SaslHandshake a ->
          new SaslHandshakeResponseData()
              .setErrorCode(a.error().code())
              .setMechanisms(a.mechanisms());
      case Answer.SaslAuthenticate a ->
          new SaslAuthenticateResponseData()
              .setErrorCode(a.error().code())
              .setErrorMessage(a.text())
              .setAuthBytes(a.token());
      case Answer.Metadata a -> metadata(a);
      case Answer.DescribeCluster a -> describeCluster(a.cluster());
      case Answer.DescribeConfigs a -> describeConfigs(a);
      case Answer.ListOffsets a -> listOffsets(a);
      case Answer.Fetch a -> fetch(a).setThrottleTimeMs(throttleMs);
      case Answer.CreateTopics a -> createTopics(a);
      case Answer.DeleteTopics a -> deleteTopics(a);
      case Answer.InitProducerId a ->
          new InitProducerIdResponseData()
              .setErrorCode(a.error().code())
              .setProducerId(a.producerId())
              .setProducerEpoch((short) 0);
      case Answer.Produce a -> produce(a).setThrottleTimeMs(throttleMs);
      case Answer.FindCoordinator a -> findCoordinator(a, version);
      case Answer.OfGroup a -> a.body();
      case Answer.CreatePartitions a -> AdminWire.createPartitions(a);
      case Answer.AlterConfigs a -> AdminWire.alterConfigs(a);
      case Answer.IncrementalAlterConfigs a -> AdminWire.incrementalAlterConfigs(a);
      case Answer.ListConfigResources a -> AdminWire.listConfigResources(a);
      case Answer.DeleteRecords a -> AdminWire.deleteRecords(a);
      case Answer.OffsetForLeaderEpoch a -> AdminWire.offsetForLeaderEpoch(a);
      case Answer.DescribeLogDirs a -> AdminWire.describeLogDirs(a);
      case Answer.DescribeClientQuotas a -> AdminWire.describeClientQuotas(a);
      case Answer.AlterClientQuotas a -> AdminWire.alterClientQuotas(a);
      case Answer.DescribeTopicPartitions a -> AdminWire.describeTopicPartitions(a);
    };
  }

  private static ApiMessage apiVersions(Answer.ApiVersions answer) {
    ApiVersionsResponseData body = new ApiVersionsResponseData();
    for (ApiKeys api : OFFERED) {
      body.apiKeys()
          .add(
              new ApiVersionsResponseData.ApiVersion()
                  .setApiKey(api.id)
                  .setMinVersion(
                      api == ApiKeys.PRODUCE ? PRODUCE_VERSION_SHOWN : api.oldestVersion())
                  .setMaxVersion(latestVersion(api)));
    }
    KafkaError error = answer.understood() ? KafkaError.NONE : KafkaError.UNSUPPORTED_VERSION;
    return body.setErrorCode(error.code());
  }

  private static ApiMessage metadata(Answer.Metadata answer) {
    Answer.Cluster cluster = answer.cluster();
    MetadataResponseData body =
        new MetadataResponseData().setClusterId(cluster.id()).setControllerId(cluster.nodeId());
    body.brokers()
        .add(
            new MetadataResponseData.MetadataResponseBroker()
                .setNodeId(cluster.nodeId())
                .setHost(cluster.host())
                .setPort(cluster.port()));
    List<Integer> node = List.of(cluster.nodeId());
    for (Answer.Metadata.Topic topic : answer.topics()) {
      List<MetadataResponseData.MetadataResponsePartition> partitions = new ArrayList<>();
      for (int i = 0; i < topic.partitions(); i++) {
        partitions.add(
            new MetadataResponseData.MetadataResponsePartition()
                .setPartitionIndex(i)
                .setLeaderId(cluster.nodeId())
                .setLeaderEpoch(NO_LEADER_EPOCH)
                .setReplicaNodes(node)
                .setIsrNodes(node));
      }
      body.topics()
          .add(
              new MetadataResponseData.MetadataResponseTopic()
                  .setErrorCode(topic.error().code())
                  .setName(topic.topic().name())
                  .setTopicId(uuid(topic.topic().id()))
                  .setIsInternal(topic.internal())
                  .setPartitions(partitions));
    }
    return body;
  }

  private static ApiMessage describeCluster(Answer.Cluster cluster) {
    DescribeClusterResponseData body =
        new DescribeClusterResponseData()
            .setClusterId(cluster.id())
            .setControllerId(cluster.nodeId());
    body.brokers()
        .add(
            new DescribeClusterResponseData.DescribeClusterBroker()
                .setBrokerId(cluster.nodeId())
                .setHost(cluster.host())
                .setPort(cluster.port()));
    return body;
  }

  private static ApiMessage describeConfigs(Answer.DescribeConfigs answer) {
    DescribeConfigsResponseData body = new DescribeConfigsResponseData();
    for (Answer.DescribeConfigs.Resource resource : answer.resources()) {
      var result =
          new DescribeConfigsResponseData.DescribeConfigsResult()
              .setErrorCode(resource.error().code())
              .setErrorMessage(resource.text())
              .setResourceType(resource.type())
              .setResourceName(resource.name());
      for (Answer.DescribeConfigs.Setting setting : resource.settings()) {
        result
            .configs()
            .add(
                new DescribeConfigsResponseData.DescribeConfigsResourceResult()
                    .setName(setting.name())
                    .setValue(setting.value())
                    .setReadOnly(TopicConfigs.isReadOnly(setting.name()))
                    .setConfigSource(
                        resource.type() == Catalog.TOPIC
                            ? CONFIG_SOURCE_TOPIC
                            : CONFIG_SOURCE_STATIC_BROKER)
                    .setConfigType(setting.type())
                    .setDocumentation(setting.documentation()));
      }
      body.results().add(result);
    }
    return body;
  }

  /// Kafka's `ConfigSource.TOPIC_CONFIG`.
  private static final byte CONFIG_SOURCE_TOPIC = 1;

  /// Kafka's `ConfigSource.STATIC_BROKER_CONFIG`.
  private static final byte CONFIG_SOURCE_STATIC_BROKER = 4;

  private static ApiMessage listOffsets(Answer.ListOffsets answer) {
    ListOffsetsResponseData body = new ListOffsetsResponseData();
    for (Answer.ListOffsets.Topic topic : answer.topics()) {
      var to = new ListOffsetsResponseData.ListOffsetsTopicResponse().setName(topic.name());
      for (Answer.ListOffsets.Point point : topic.points()) {
        to.partitions()
            .add(
                new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                    .setPartitionIndex(point.partition())
                    .setErrorCode(point.error().code())
                    .setTimestamp(point.timestamp())
                    .setOffset(point.offset())
                    .setLeaderEpoch(NO_LEADER_EPOCH));
      }
      body.topics().add(to);
    }
    return body;
  }

  private static FetchResponseData fetch(Answer.Fetch answer) {
    FetchResponseData body =
        new FetchResponseData()
            .setErrorCode(answer.error().code())
            .setSessionId(answer.sessionId());
    for (Answer.Fetch.Topic topic : answer.topics()) {
      var to =
          new FetchResponseData.FetchableTopicResponse()
              .setTopic(name(topic.topic()))
              .setTopicId(uuid(topic.topic().id()));
      for (Answer.Fetch.Portion portion : topic.portions()) {
        Payload payload = portion.payload();
        to.partitions()
            .add(
                new FetchResponseData.PartitionData()
                    .setPartitionIndex(portion.partition())
                    .setErrorCode(portion.error().code())
                    .setHighWatermark(portion.endOffset())
                    .setLastStableOffset(portion.endOffset())
                    .setLogStartOffset(portion.startOffset())
                    .setRecords(payload == null ? MemoryRecords.EMPTY : new Carried(payload)));
      }
      body.responses().add(to);
    }
    return body;
  }

  private static ApiMessage createTopics(Answer.CreateTopics answer) {
    CreateTopicsResponseData body = new CreateTopicsResponseData();
    for (Answer.CreateTopics.Result result : answer.results()) {
      boolean isThere = result.error() == KafkaError.NONE;
      List<CreateTopicsResponseData.CreatableTopicConfigs> settings = new ArrayList<>();
      for (Answer.DescribeConfigs.Setting setting : result.settings()) {
        settings.add(
            new CreateTopicsResponseData.CreatableTopicConfigs()
                .setName(setting.name())
                .setValue(setting.value())
                .setReadOnly(TopicConfigs.isReadOnly(setting.name()))
                .setConfigSource(CONFIG_SOURCE_TOPIC));
      }
      body.topics()
          .add(
              new CreateTopicsResponseData.CreatableTopicResult()
                  .setName(name(result.topic()))
                  .setTopicId(uuid(result.topic().id()))
                  .setErrorCode(result.error().code())
                  .setErrorMessage(result.text())
                  .setNumPartitions(result.partitions())
                  .setReplicationFactor((short) (isThere ? 1 : -1))
                  .setConfigs(settings));
    }
    return body;
  }

  private static ApiMessage deleteTopics(Answer.DeleteTopics answer) {
    DeleteTopicsResponseData body = new DeleteTopicsResponseData();
    for (Answer.DeleteTopics.Result result : answer.results()) {
      body.responses()
          .add(
              new DeleteTopicsResponseData.DeletableTopicResult()
                  .setName(result.topic().name())
                  .setTopicId(uuid(result.topic().id()))
                  .setErrorCode(result.error().code())
                  .setErrorMessage(result.text()));
    }
    return body;
  }

  private static ProduceResponseData produce(Answer.Produce answer) {
    ProduceResponseData body = new ProduceResponseData();
    for (Answer.Produce.Topic topic : answer.topics()) {
      var to =
          new ProduceResponseData.TopicProduceResponse()
              .setName(name(topic.topic()))
              .setTopicId(uuid(topic.topic().id()));
      for (Answer.Produce.Partition partition : topic.partitions()) {
        to.partitionResponses()
            .add(
                new ProduceResponseData.PartitionProduceResponse()
                    .setIndex(partition.partition())
                    .setErrorCode(partition.error().code())
                    .setErrorMessage(partition.text())
                    .setBaseOffset(partition.baseOffset())
                    .setLogStartOffset(partition.startOffset()));
      }
      body.responses().add(to);
    }
    return body;
  }

  private static ApiMessage findCoordinator(Answer.FindCoordinator answer, short version) {
    FindCoordinatorResponseData body = new FindCoordinatorResponseData();
    for (Answer.FindCoordinator.Result result : answer.results()) {
      boolean isFound = result.error() == KafkaError.NONE;
      Answer.Cluster cluster = answer.cluster();
      int nodeId = isFound ? cluster.nodeId() : -1;
      String host = isFound ? cluster.host() : "";
      int port = isFound ? cluster.port() : -1;
      if (version < FindCoordinatorRequest.MIN_BATCHED_VERSION) {
        return body.setErrorCode(result.error().code())
            .setErrorMessage(result.text())
            .setNodeId(nodeId)
            .setHost(host)
            .setPort(port);
      }
      body.coordinators()
          .add(
              new FindCoordinatorResponseData.Coordinator()
                  .setKey(result.key())
                  .setErrorCode(result.error().code())
                  .setErrorMessage(result.text())
                  .setNodeId(nodeId)
                  .setHost(host)
                  .setPort(port));
    }
    return body;
  }

  private static String name(TopicRef topic) {
    String name = topic.name();
    return name == null ? "" : name;
  }

  static Uuid uuid(@Nullable UUID id) {
    return id == null
        ? Uuid.ZERO_UUID
        : new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /// Records that stay where they are: the generated code asks for their size, and hands them to
  /// {@link Parcel#writeRecords} where they belong.
  private record Carried(Payload payload) implements BaseRecords {
    @Override
    public int sizeInBytes() {
      return payload.length();
    }

    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
      throw new AssertionError("sent as a part, never by Kafka's own network code");
    }
  }

  /// Collects what the generated code writes: small fields into one buffer, records as parts of their
  /// own between slices of it.
  private static final class Parcel implements Writable {
    private final ByteBuf fields;
    private final List<Object> parts = new ArrayList<>();
    private int sliced;

    Parcel(ByteBuf fields) {
      this.fields = fields;
    }

    List<Object> parts() {
      slice();
      fields.release();
      return parts;
    }

    private void slice() {
      if (fields.writerIndex() > sliced) {
        parts.add(fields.retainedSlice(sliced, fields.writerIndex() - sliced));
        sliced = fields.writerIndex();
      }
    }

    @Override
    public void writeRecords(@Nullable BaseRecords records) {
      if (requireNonNull(records) instanceof Carried carried) {
        slice();
        parts.add(carried.payload().part());
      }
    }

    @Override
    public void writeByte(byte value) {
      fields.writeByte(value);
    }

    @Override
    public void writeShort(short value) {
      fields.writeShort(value);
    }

    @Override
    public void writeInt(int value) {
      fields.writeInt(value);
    }

    @Override
    public void writeLong(long value) {
      fields.writeLong(value);
    }

    @Override
    public void writeDouble(double value) {
      fields.writeDouble(value);
    }

    @Override
    public void writeByteArray(byte[] value) {
      fields.writeBytes(value);
    }

    @Override
    public void writeByteBuffer(ByteBuffer value) {
      fields.writeBytes(value.duplicate());
    }

    @Override
    public void writeUnsignedVarint(int value) {
      ByteBuffer bytes = ByteBuffer.allocate(VARINT_BYTES_MOST);
      ByteUtils.writeUnsignedVarint(value, bytes);
      fields.writeBytes(bytes.flip());
    }

    @Override
    public void writeVarint(int value) {
      ByteBuffer bytes = ByteBuffer.allocate(VARINT_BYTES_MOST);
      ByteUtils.writeVarint(value, bytes);
      fields.writeBytes(bytes.flip());
    }

    @Override
    public void writeVarlong(long value) {
      ByteBuffer bytes = ByteBuffer.allocate(VARINT_BYTES_MOST);
      ByteUtils.writeVarlong(value, bytes);
      fields.writeBytes(bytes.flip());
    }

    private static final int VARINT_BYTES_MOST = 10;
  }
}
