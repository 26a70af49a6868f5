package io.tributary.front.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// The part of {@link KafkaWire} that administrators use: generated messages to {@link Request}, {@link Answer} to generated
/// messages.
final class AdminWire {
  /// Kafka's `ConfigResource.Type.CLIENT_METRICS`, which the first version of ListConfigResources asks for.
  private static final byte CLIENT_METRICS = 16;

  private AdminWire() {}

  static Request createPartitions(CreatePartitionsRequestData body) throws MalformedRequest {
    Map<String, Request.CreatePartitions.Topic> topics = new LinkedHashMap<>();
    for (var topic : body.topics()) {
      List<List<Integer>> assignments = null;
      if (topic.assignments() != null) {
        assignments = new ArrayList<>();
        for (var assigned : topic.assignments()) {
          assignments.add(assigned.brokerIds());
        }
      }
      var asked = new Request.CreatePartitions.Topic(topic.name(), topic.count(), assignments);
      KafkaWire.once(topics.put(topic.name(), asked));
    }
    return new Request.CreatePartitions(body.validateOnly(), List.copyOf(topics.values()));
  }

  static Request alterConfigs(AlterConfigsRequestData body) throws MalformedRequest {
    Map<String, Request.AlterConfigs.Resource> resources = new LinkedHashMap<>();
    for (var asked : body.resources()) {
      Map<String, Request.AlterConfigs.Alteration> alterations = new LinkedHashMap<>();
      for (var config : asked.configs()) {
        byte operation = config.value() == null ? ConfigAlterations.DELETE : ConfigAlterations.SET;
        var alteration =
            new Request.AlterConfigs.Alteration(config.name(), operation, config.value());
        KafkaWire.once(alterations.put(config.name(), alteration));
      }
      var resource =
          new Request.AlterConfigs.Resource(
              asked.resourceType(), asked.resourceName(), true, List.copyOf(alterations.values()));
      KafkaWire.once(resources.put(asked.resourceType() + ":" + asked.resourceName(), resource));
    }
    return new Request.AlterConfigs(body.validateOnly(), List.copyOf(resources.values()));
  }

  static Request incrementalAlterConfigs(IncrementalAlterConfigsRequestData body)
      throws MalformedRequest {
    Map<String, Request.AlterConfigs.Resource> resources = new LinkedHashMap<>();
    for (var asked : body.resources()) {
      Map<String, Request.AlterConfigs.Alteration> alterations = new LinkedHashMap<>();
      for (var config : asked.configs()) {
        var alteration =
            new Request.AlterConfigs.Alteration(
                config.name(), config.configOperation(), config.value());
        KafkaWire.once(alterations.put(config.name(), alteration));
      }
      var resource =
          new Request.AlterConfigs.Resource(
              asked.resourceType(), asked.resourceName(), false, List.copyOf(alterations.values()));
      KafkaWire.once(resources.put(asked.resourceType() + ":" + asked.resourceName(), resource));
    }
    return new Request.IncrementalAlterConfigs(
        new Request.AlterConfigs(body.validateOnly(), List.copyOf(resources.values())));
  }

  static Request deleteRecords(DeleteRecordsRequestData body) throws MalformedRequest {
    Map<String, Request.DeleteRecords.Topic> topics = new LinkedHashMap<>();
    for (var topic : body.topics()) {
      Map<Integer, Request.DeleteRecords.Bound> bounds = new LinkedHashMap<>();
      for (var p : topic.partitions()) {
        var bound = new Request.DeleteRecords.Bound(p.partitionIndex(), p.offset());
        KafkaWire.once(bounds.put(p.partitionIndex(), bound));
      }
      var asked = new Request.DeleteRecords.Topic(topic.name(), List.copyOf(bounds.values()));
      KafkaWire.once(topics.put(topic.name(), asked));
    }
    return new Request.DeleteRecords(List.copyOf(topics.values()));
  }

  static Request offsetForLeaderEpoch(OffsetForLeaderEpochRequestData body)
      throws MalformedRequest {
    Map<String, Request.OffsetForLeaderEpoch.Topic> topics = new LinkedHashMap<>();
    for (var topic : body.topics()) {
      Map<Integer, Request.OffsetForLeaderEpoch.Point> points = new LinkedHashMap<>();
      for (var p : topic.partitions()) {
        var point = new Request.OffsetForLeaderEpoch.Point(p.partition(), p.leaderEpoch());
        KafkaWire.once(points.put(p.partition(), point));
      }
      var asked =
          new Request.OffsetForLeaderEpoch.Topic(topic.topic(), List.copyOf(points.values()));
      KafkaWire.once(topics.put(topic.topic(), asked));
    }
    return new Request.OffsetForLeaderEpoch(List.copyOf(topics.values()));
  }

  static Request describeLogDirs(DescribeLogDirsRequestData body) throws MalformedRequest {
    if (body.topics() == null) {
      return new Request.DescribeLogDirs(null);
    }
    Map<String, Request.DescribeLogDirs.Topic> topics = new LinkedHashMap<>();
    for (var topic : body.topics()) {
      List<Integer> partitions = List.copyOf(new TreeSet<>(topic.partitions()));
      var asked = new Request.DescribeLogDirs.Topic(topic.topic(), partitions);
      KafkaWire.once(topics.put(topic.topic(), asked));
    }
    return new Request.DescribeLogDirs(List.copyOf(topics.values()));
  }

  static Request describeTopicPartitions(DescribeTopicPartitionsRequestData body) {
    TreeSet<String> names = new TreeSet<>();
    body.topics().forEach(topic -> names.add(topic.name()));
    var cursor = body.cursor();
    return new Request.DescribeTopicPartitions(
        List.copyOf(names),
        body.responsePartitionLimit(),
        cursor == null
            ? null
            : new Request.DescribeTopicPartitions.Cursor(
                cursor.topicName(), cursor.partitionIndex()));
  }

  static Request describeClientQuotas(DescribeClientQuotasRequestData body) {
    List<Request.DescribeClientQuotas.Component> components = new ArrayList<>();
    for (var asked : body.components()) {
      components.add(
          new Request.DescribeClientQuotas.Component(
              asked.entityType(), asked.matchType(), asked.match()));
    }
    return new Request.DescribeClientQuotas(components, body.strict());
  }

  static Request alterClientQuotas(AlterClientQuotasRequestData body) {
    List<List<Request.AlterClientQuotas.Entity>> clients = new ArrayList<>();
    for (var entry : body.entries()) {
      List<Request.AlterClientQuotas.Entity> client = new ArrayList<>();
      for (var entity : entry.entity()) {
        client.add(new Request.AlterClientQuotas.Entity(entity.entityType(), entity.entityName()));
      }
      clients.add(client);
    }
    return new Request.AlterClientQuotas(clients);
  }

  static Request listConfigResources(ListConfigResourcesRequestData body, short version) {
    return new Request.ListConfigResources(
        version == 0 ? List.of(CLIENT_METRICS) : List.copyOf(body.resourceTypes()));
  }

  static ApiMessage createPartitions(Answer.CreatePartitions answer) {
    CreatePartitionsResponseData body = new CreatePartitionsResponseData();
    for (Answer.CreatePartitions.Result result : answer.results()) {
      body.results()
          .add(
              new CreatePartitionsResponseData.CreatePartitionsTopicResult()
                  .setName(result.topic())
                  .setErrorCode(result.error().code())
                  .setErrorMessage(result.text()));
    }
    return body;
  }

  static ApiMessage alterConfigs(Answer.AlterConfigs answer) {
    AlterConfigsResponseData body = new AlterConfigsResponseData();
    for (Answer.AlterConfigs.Result result : answer.results()) {
      body.responses()
          .add(
              new AlterConfigsResponseData.AlterConfigsResourceResponse()
                  .setResourceType(result.type())
                  .setResourceName(result.name())
                  .setErrorCode(result.error().code())
                  .setErrorMessage(result.text()));
    }
    return body;
  }

  static ApiMessage incrementalAlterConfigs(Answer.IncrementalAlterConfigs answer) {
    IncrementalAlterConfigsResponseData body = new IncrementalAlterConfigsResponseData();
    for (Answer.AlterConfigs.Result result : answer.changes().results()) {
      body.responses()
          .add(
              new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse()
                  .setResourceType(result.type())
                  .setResourceName(result.name())
                  .setErrorCode(result.error().code())
                  .setErrorMessage(result.text()));
    }
    return body;
  }

  static ApiMessage deleteRecords(Answer.DeleteRecords answer) {
    DeleteRecordsResponseData body = new DeleteRecordsResponseData();
    for (Answer.DeleteRecords.Topic topic : answer.topics()) {
      var to = new DeleteRecordsResponseData.DeleteRecordsTopicResult().setName(topic.name());
      for (Answer.DeleteRecords.Result result : topic.results()) {
        to.partitions()
            .add(
                new DeleteRecordsResponseData.DeleteRecordsPartitionResult()
                    .setPartitionIndex(result.partition())
                    .setErrorCode(result.error().code())
                    .setLowWatermark(result.startOffset()));
      }
      body.topics().add(to);
    }
    return body;
  }

  static ApiMessage offsetForLeaderEpoch(Answer.OffsetForLeaderEpoch answer) {
    OffsetForLeaderEpochResponseData body = new OffsetForLeaderEpochResponseData();
    for (Answer.OffsetForLeaderEpoch.Topic topic : answer.topics()) {
      var to =
          new OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult().setTopic(topic.name());
      for (Answer.OffsetForLeaderEpoch.Point point : topic.points()) {
        to.partitions()
            .add(
                new OffsetForLeaderEpochResponseData.EpochEndOffset()
                    .setPartition(point.partition())
                    .setErrorCode(point.error().code())
                    .setLeaderEpoch(point.leaderEpoch())
                    .setEndOffset(point.endOffset()));
      }
      body.topics().add(to);
    }
    return body;
  }

  static ApiMessage describeLogDirs(Answer.DescribeLogDirs answer) {
    var directory =
        new DescribeLogDirsResponseData.DescribeLogDirsResult()
            .setErrorCode(answer.error().code())
            .setLogDir(answer.directory())
            .setTotalBytes(answer.totalBytes())
            .setUsableBytes(answer.usableBytes());
    for (Answer.DescribeLogDirs.Topic topic : answer.topics()) {
      var to = new DescribeLogDirsResponseData.DescribeLogDirsTopic().setName(topic.name());
      for (Answer.DescribeLogDirs.Partition partition : topic.partitions()) {
        to.partitions()
            .add(
                new DescribeLogDirsResponseData.DescribeLogDirsPartition()
                    .setPartitionIndex(partition.partition())
                    .setPartitionSize(partition.sizeBytes()));
      }
      directory.topics().add(to);
    }
    return new DescribeLogDirsResponseData().setResults(List.of(directory));
  }

  static ApiMessage describeTopicPartitions(Answer.DescribeTopicPartitions answer) {
    DescribeTopicPartitionsResponseData body = new DescribeTopicPartitionsResponseData();
    List<Integer> node = List.of(answer.nodeId());
    for (Answer.DescribeTopicPartitions.Topic topic : answer.topics()) {
      var to =
          new DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic()
              .setErrorCode(topic.error().code())
              .setName(topic.topic().name())
              .setTopicId(KafkaWire.uuid(topic.topic().id()));
      for (int i = topic.from(); i < topic.to(); i++) {
        to.partitions()
            .add(
                new DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition()
                    .setPartitionIndex(i)
                    .setLeaderId(answer.nodeId())
                    .setLeaderEpoch(LeaderEpochs.ONLY)
                    .setReplicaNodes(node)
                    .setIsrNodes(node)
                    .setEligibleLeaderReplicas(List.of())
                    .setLastKnownElr(List.of()));
      }
      body.topics().add(to);
    }
    var next = answer.next();
    return next == null
        ? body
        : body.setNextCursor(
            new DescribeTopicPartitionsResponseData.Cursor()
                .setTopicName(next.topic())
                .setPartitionIndex(next.partition()));
  }

  static ApiMessage describeClientQuotas(Answer.DescribeClientQuotas answer) {
    var body =
        new DescribeClientQuotasResponseData()
            .setErrorCode(answer.error().code())
            .setErrorMessage(answer.text())
            .setEntries(new ArrayList<>());
    for (ClientQuota quota : answer.quotas()) {
      var entry = new DescribeClientQuotasResponseData.EntryData();
      entry.entity().add(entity(ClientQuotas.USER, quota.user()));
      if (!quota.isOfWholeUser()) {
        entry.entity().add(entity(ClientQuotas.CLIENT_ID, quota.clientId()));
      }
      addRate(entry, "producer_byte_rate", quota.producerByteRate());
      addRate(entry, "consumer_byte_rate", quota.consumerByteRate());
      body.entries().add(entry);
    }
    return body;
  }

  private static DescribeClientQuotasResponseData.EntityData entity(
      String type, @Nullable String name) {
    return new DescribeClientQuotasResponseData.EntityData()
        .setEntityType(type)
        .setEntityName(name);
  }

  private static void addRate(
      DescribeClientQuotasResponseData.EntryData entry, String key, @Nullable Long byteRate) {
    if (byteRate != null) {
      entry
          .values()
          .add(new DescribeClientQuotasResponseData.ValueData().setKey(key).setValue(byteRate));
    }
  }

  static ApiMessage alterClientQuotas(Answer.AlterClientQuotas answer) {
    AlterClientQuotasResponseData body = new AlterClientQuotasResponseData();
    for (List<Request.AlterClientQuotas.Entity> client : answer.clients()) {
      var entry =
          new AlterClientQuotasResponseData.EntryData()
              .setErrorCode(answer.error().code())
              .setErrorMessage(answer.text());
      for (Request.AlterClientQuotas.Entity entity : client) {
        entry
            .entity()
            .add(
                new AlterClientQuotasResponseData.EntityData()
                    .setEntityType(entity.type())
                    .setEntityName(entity.name()));
      }
      body.entries().add(entry);
    }
    return body;
  }

  static ApiMessage listConfigResources(Answer.ListConfigResources answer) {
    ListConfigResourcesResponseData body = new ListConfigResourcesResponseData();
    for (Answer.ListConfigResources.Resource resource : answer.resources()) {
      body.configResources()
          .add(
              new ListConfigResourcesResponseData.ConfigResource()
                  .setResourceType(resource.type())
                  .setResourceName(resource.name()));
    }
    return body;
  }
}
