package io.tributary.groups;

import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Store;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.jspecify.annotations.Nullable;

/// What clients commit, fetch and delete. The coordinator takes any topic's name for granted: which topics there are, and
/// what their ids are, is looked up here.
final class OffsetRequests {
  private final GroupCoordinator coordinator;
  private final Store store;

  OffsetRequests(GroupCoordinator coordinator, Store store) {
    this.coordinator = coordinator;
    this.store = store;
  }

  CompletableFuture<OffsetCommitResponseData> commit(
      Context from, OffsetCommitRequest asked, Rights rights) {
    boolean isById = OffsetCommitResponse.useTopicIds(asked.version());
    Names names = new Names(isById);
    OffsetCommitResponse.Builder answer = OffsetCommitResponse.newBuilder(isById);
    List<OffsetCommitRequestTopic> committed = new ArrayList<>();
    for (OffsetCommitRequestTopic topic : asked.data().topics()) {
      TopicStatus known = isById ? names.of(topic.topicId()) : store.topic(topic.name());
      Errors refusal = refusal(known, topic.name(), isById, rights);
      if (known == null || refusal != Errors.NONE) {
        answer.addPartitions(
            topic.topicId(),
            topic.name(),
            topic.partitions(),
            OffsetCommitRequestPartition::partitionIndex,
            refusal);
        continue;
      }
      List<OffsetCommitRequestPartition> there = new ArrayList<>();
      for (OffsetCommitRequestPartition partition : topic.partitions()) {
        if (hasPartition(known, partition.partitionIndex())) {
          there.add(partition);
        } else {
          answer.addPartition(
              topic.topicId(),
              known.name(),
              partition.partitionIndex(),
              Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
      }
      if (!there.isEmpty()) {
        committed.add(
            new OffsetCommitRequestTopic()
                .setName(known.name())
                .setTopicId(TopicImages.uuid(known.topicId()))
                .setPartitions(there));
      }
    }
    if (committed.isEmpty()) {
      return CompletableFuture.completedFuture(answer.build().data());
    }
    OffsetCommitRequestData data = asked.data().duplicate().setTopics(committed);
    return coordinator
        .commitOffsets(from, data, BufferSupplier.NO_CACHING)
        .thenApply(written -> answer.merge(written).build().data());
  }

  CompletableFuture<OffsetFetchResponseData> fetch(
      Context from, OffsetFetchRequest asked, Rights rights) {
    boolean isById = OffsetFetchRequest.useTopicIds(asked.version());
    Names names = new Names(isById);
    List<CompletableFuture<OffsetFetchResponseGroup>> groups = new ArrayList<>();
    for (OffsetFetchRequestGroup group : asked.groups()) {
      if (!rights.mayUseGroup(group.groupId())) {
        groups.add(
            CompletableFuture.completedFuture(
                error(group, Errors.GROUP_AUTHORIZATION_FAILED, asked.version())));
        continue;
      }
      CompletableFuture<OffsetFetchResponseGroup> fetched =
          OffsetFetchRequest.requestAllOffsets(group)
              ? all(from, group, asked.requireStable(), names, rights)
              : some(from, group, asked.requireStable(), names, rights);
      groups.add(
          fetched.exceptionally(
              failure -> error(group, Errors.forException(failure), asked.version())));
    }
    return CompletableFuture.allOf(groups.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          List<OffsetFetchResponseGroup> answers =
              groups.stream().map(CompletableFuture::join).toList();
          return new OffsetFetchResponse.Builder(answers).build(asked.version()).data();
        });
  }

  private static OffsetFetchResponseGroup error(
      OffsetFetchRequestGroup group, Errors error, short version) {
    return OffsetFetchResponse.groupError(group, error, version);
  }

  /// Everything that the group has committed, as far as it may be seen.
  private CompletableFuture<OffsetFetchResponseGroup> all(
      Context from,
      OffsetFetchRequestGroup group,
      boolean requireStable,
      Names names,
      Rights rights) {
    return coordinator
        .fetchOffsets(from, group, requireStable)
        .thenApply(answer -> {
          List<OffsetFetchResponseTopics> shown = new ArrayList<>();
          for (OffsetFetchResponseTopics topic : answer.topics()) {
            TopicStatus known = store.topic(topic.name());
            boolean isNameable = !names.isById || known != null;
            if (rights.mayDescribe(topic.name()) && isNameable) {
              shown.add(
                  known == null ? topic : topic.setTopicId(TopicImages.uuid(known.topicId())));
            }
          }
          return answer.setTopics(shown);
        });
  }

  private CompletableFuture<OffsetFetchResponseGroup> some(
      Context from,
      OffsetFetchRequestGroup group,
      boolean requireStable,
      Names names,
      Rights rights) {
    List<OffsetFetchRequestTopics> asked = new ArrayList<>();
    List<OffsetFetchResponseTopics> refused = new ArrayList<>();
    for (OffsetFetchRequestTopics topic : group.topics()) {
      TopicStatus known = names.isById ? names.of(topic.topicId()) : store.topic(topic.name());
      String name = known == null ? topic.name() : known.name();
      if (names.isById && known == null) {
        refused.add(refused(topic, Errors.UNKNOWN_TOPIC_ID));
      } else if (!rights.mayDescribe(name)) {
        refused.add(refused(topic, Errors.TOPIC_AUTHORIZATION_FAILED));
      } else {
        asked.add(
            new OffsetFetchRequestTopics()
                .setName(name)
                .setTopicId(topic.topicId())
                .setPartitionIndexes(topic.partitionIndexes()));
      }
    }
    OffsetFetchRequestGroup allowed = group.duplicate().setTopics(asked);
    return coordinator
        .fetchOffsets(from, allowed, requireStable)
        .thenApply(answer -> {
          if (answer.errorCode() != Errors.NONE.code()) {
            return answer;
          }
          List<OffsetFetchResponseTopics> topics = new ArrayList<>(answer.topics());
          if (names.isById) {
            topics.forEach(topic -> topic.setTopicId(names.idOf(topic.name())));
          }
          topics.addAll(refused);
          return answer.setTopics(topics);
        });
  }

  private static OffsetFetchResponseTopics refused(OffsetFetchRequestTopics topic, Errors error) {
    List<OffsetFetchResponsePartitions> partitions = new ArrayList<>();
    for (int index : topic.partitionIndexes()) {
      partitions.add(
          new OffsetFetchResponsePartitions()
              .setPartitionIndex(index)
              .setErrorCode(error.code())
              .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
              .setMetadata(OffsetFetchResponse.NO_METADATA));
    }
    return new OffsetFetchResponseTopics()
        .setName(topic.name())
        .setTopicId(topic.topicId())
        .setPartitions(partitions);
  }

  CompletableFuture<OffsetDeleteResponseData> delete(
      Context from, OffsetDeleteRequest asked, Rights rights) {
    OffsetDeleteResponse.Builder answer = new OffsetDeleteResponse.Builder();
    OffsetDeleteRequestTopicCollection deleted = new OffsetDeleteRequestTopicCollection();
    for (OffsetDeleteRequestTopic topic : asked.data().topics()) {
      TopicStatus known = store.topic(topic.name());
      Errors refusal = refusal(known, topic.name(), false, rights);
      if (known == null || refusal != Errors.NONE) {
        answer.addPartitions(
            topic.name(),
            topic.partitions(),
            OffsetDeleteRequestPartition::partitionIndex,
            refusal);
        continue;
      }
      List<OffsetDeleteRequestPartition> there = new ArrayList<>();
      for (OffsetDeleteRequestPartition partition : topic.partitions()) {
        if (hasPartition(known, partition.partitionIndex())) {
          there.add(partition);
        } else {
          answer.addPartition(
              topic.name(), partition.partitionIndex(), Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
      }
      if (!there.isEmpty()) {
        deleted.add(new OffsetDeleteRequestTopic().setName(topic.name()).setPartitions(there));
      }
    }
    if (deleted.isEmpty()) {
      return CompletableFuture.completedFuture(answer.build().data());
    }
    OffsetDeleteRequestData data =
        new OffsetDeleteRequestData().setGroupId(asked.data().groupId()).setTopics(deleted);
    return coordinator
        .deleteOffsets(from, data, BufferSupplier.NO_CACHING)
        .thenApply(done ->
            done.errorCode() == Errors.NONE.code() ? answer.merge(done).build().data() : done);
  }

  /// Why nothing may be committed to a topic.
  private static Errors refusal(
      @Nullable TopicStatus topic, String asked, boolean isById, Rights rights) {
    if (topic == null && isById) {
      return Errors.UNKNOWN_TOPIC_ID;
    }
    if (!rights.mayRead(topic == null ? asked : topic.name())) {
      return Errors.TOPIC_AUTHORIZATION_FAILED;
    }
    return topic == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.NONE;
  }

  private static boolean hasPartition(TopicStatus topic, int index) {
    return index >= 0 && index < topic.partitions();
  }

  /// Topics by their ids, for the versions that name them so.
  private final class Names {
    private final boolean isById;
    private final Map<Uuid, TopicStatus> byId = new HashMap<>();
    private final Map<String, Uuid> byName = new HashMap<>();

    private Names(boolean isById) {
      this.isById = isById;
      if (isById) {
        for (TopicStatus topic : store.topics()) {
          Uuid id = TopicImages.uuid(topic.topicId());
          byId.put(id, topic);
          byName.put(topic.name(), id);
        }
      }
    }

    private @Nullable TopicStatus of(Uuid id) {
      return byId.get(id);
    }

    private Uuid idOf(String name) {
      return byName.getOrDefault(name, Uuid.ZERO_UUID);
    }
  }
}
