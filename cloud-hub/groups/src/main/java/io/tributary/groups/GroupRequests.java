package io.tributary.groups;

import io.tributary.front.kafka.Groups;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResultCollection;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupHeartbeatRequest;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.jspecify.annotations.Nullable;

/// Leads each request to the coordinator, as far as its client may make it, and brings the answer into the form that the
/// request's version wants. What concerns offsets is in {@link OffsetRequests}.
final class GroupRequests {
  private static final System.Logger LOG = System.getLogger(GroupRequests.class.getName());

  private final GroupCoordinator coordinator;
  private final OffsetRequests offsets;

  GroupRequests(GroupCoordinator coordinator, Store store) {
    this.coordinator = coordinator;
    this.offsets = new OffsetRequests(coordinator, store);
  }

  CompletableFuture<ApiMessage> answer(Groups.Call call) {
    CompletableFuture<? extends ApiMessage> answer;
    try {
      answer = begin(call);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(call, e));
    }
    return answer.handle((message, failure) -> failure == null ? message : failed(call, failure));
  }

  private static ApiMessage failed(Groups.Call call, Throwable failure) {
    if (Errors.forException(failure) == Errors.UNKNOWN_SERVER_ERROR) {
      LOG.log(System.Logger.Level.ERROR, "a " + call.request().apiKey() + " failed", failure);
    }
    return call.request().getErrorResponse(0, Errors.maybeUnwrapException(failure)).data();
  }

  private CompletableFuture<? extends ApiMessage> begin(Groups.Call call) {
    Context from = Context.of(call);
    Rights rights = call.rights();
    return switch (call.request()) {
      case JoinGroupRequest asked -> {
        requireUse(rights, asked.data().groupId());
        yield coordinator
            .joinGroup(from, asked.data(), BufferSupplier.NO_CACHING)
            .thenApply(answer -> new JoinGroupResponse(answer, asked.version()).data());
      }
      case SyncGroupRequest asked -> {
        requireUse(rights, asked.data().groupId());
        if (!asked.areMandatoryProtocolTypeAndNamePresent()) {
          throw Errors.INCONSISTENT_GROUP_PROTOCOL.exception();
        }
        yield coordinator.syncGroup(from, asked.data(), BufferSupplier.NO_CACHING);
      }
      case HeartbeatRequest asked -> {
        requireUse(rights, asked.data().groupId());
        yield coordinator.heartbeat(from, asked.data());
      }
      case LeaveGroupRequest asked -> {
        requireUse(rights, asked.data().groupId());
        yield coordinator
            .leaveGroup(from, asked.normalizedData())
            .thenApply(answer -> new LeaveGroupResponse(answer, asked.version()).data());
      }
      case ConsumerGroupHeartbeatRequest asked -> {
        requireUse(rights, asked.data().groupId());
        requireDescribed(rights, asked.data().subscribedTopicNames());
        yield coordinator.consumerGroupHeartbeat(from, asked.data());
      }
      case ListGroupsRequest asked ->
          coordinator.listGroups(from, asked.data()).thenApply(answer -> visible(answer, rights));
      case DescribeGroupsRequest asked -> described(from, asked, rights);
      case ConsumerGroupDescribeRequest asked -> described(from, asked, rights);
      case DeleteGroupsRequest asked -> deleted(from, asked, rights);
      case OffsetCommitRequest asked -> {
        requireUse(rights, asked.data().groupId());
        yield offsets.commit(from, asked, rights);
      }
      case OffsetFetchRequest asked -> offsets.fetch(from, asked, rights);
      case OffsetDeleteRequest asked -> {
        if (!rights.mayUseGroup(asked.data().groupId())) {
          throw Errors.GROUP_AUTHORIZATION_FAILED.exception();
        }
        yield offsets.delete(from, asked, rights);
      }
      default -> throw new AssertionError("offered and not answered: " + call.request().apiKey());
    };
  }

  private static void requireUse(Rights rights, String group) {
    if (!rights.mayUseGroup(group)) {
      throw Errors.GROUP_AUTHORIZATION_FAILED.exception();
    }
  }

  private static void requireDescribed(Rights rights, @Nullable List<String> topics) {
    if (topics != null && !topics.stream().allMatch(rights::mayDescribe)) {
      throw Errors.TOPIC_AUTHORIZATION_FAILED.exception();
    }
  }

  private static ListGroupsResponseData visible(ListGroupsResponseData answer, Rights rights) {
    return answer.setGroups(
        answer.groups().stream().filter(group -> rights.mayUseGroup(group.groupId())).toList());
  }

  private CompletableFuture<DescribeGroupsResponseData> described(
      Context from, DescribeGroupsRequest asked, Rights rights) {
    Split groups = new Split(asked.data().groups(), rights::mayUseGroup);
    return groups
        .ask(allowed -> coordinator.describeGroups(from, allowed))
        .thenApply(described -> {
          List<DescribeGroupsResponseData.DescribedGroup> all = new ArrayList<>(described);
          all.addAll(
              DescribeGroupsRequest.getErrorDescribedGroupList(
                  groups.refused, Errors.GROUP_AUTHORIZATION_FAILED));
          return new DescribeGroupsResponseData().setGroups(all);
        });
  }

  private CompletableFuture<ConsumerGroupDescribeResponseData> described(
      Context from, ConsumerGroupDescribeRequest asked, Rights rights) {
    Split groups = new Split(asked.data().groupIds(), rights::mayUseGroup);
    return groups
        .ask(allowed -> coordinator.consumerGroupDescribe(from, allowed))
        .thenApply(described -> {
          List<ConsumerGroupDescribeResponseData.DescribedGroup> all = new ArrayList<>();
          described.forEach(group -> all.add(withoutHiddenTopics(group, rights)));
          all.addAll(
              ConsumerGroupDescribeRequest.getErrorDescribedGroupList(
                  groups.refused, Errors.GROUP_AUTHORIZATION_FAILED));
          return new ConsumerGroupDescribeResponseData().setGroups(all);
        });
  }

  /// As in Kafka: a group with a member of whose topics the client may not even know is not shown.
  private static ConsumerGroupDescribeResponseData.DescribedGroup withoutHiddenTopics(
      ConsumerGroupDescribeResponseData.DescribedGroup group, Rights rights) {
    for (var member : group.members()) {
      boolean isVisible =
          member.subscribedTopicNames().stream().allMatch(rights::mayDescribe)
              && member.assignment().topicPartitions().stream()
                  .allMatch(topic -> rights.mayDescribe(topic.topicName()));
      if (!isVisible) {
        return new ConsumerGroupDescribeResponseData.DescribedGroup()
            .setGroupId(group.groupId())
            .setErrorCode(Errors.TOPIC_AUTHORIZATION_FAILED.code())
            .setErrorMessage("the group has topics that you may not describe");
      }
    }
    return group;
  }

  private CompletableFuture<DeleteGroupsResponseData> deleted(
      Context from, DeleteGroupsRequest asked, Rights rights) {
    Split groups = new Split(asked.data().groupsNames(), rights::mayUseGroup);
    CompletableFuture<DeletableGroupResultCollection> deleted =
        groups.allowed.isEmpty()
            ? CompletableFuture.completedFuture(new DeletableGroupResultCollection())
            : coordinator.deleteGroups(from, groups.allowed, BufferSupplier.NO_CACHING);
    return deleted.thenApply(results -> {
      DeletableGroupResultCollection all = results.duplicate();
      all.addAll(
          DeleteGroupsRequest.getErrorResultCollection(
              groups.refused, Errors.GROUP_AUTHORIZATION_FAILED));
      return new DeleteGroupsResponseData().setResults(all);
    });
  }

  /// The groups of a request, by whether its client may do with them what it asks. A group that is named twice is asked
  /// for once.
  private static final class Split {
    private final List<String> allowed = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    private Split(List<String> groups, Predicate<String> may) {
      for (String group : new LinkedHashSet<>(groups)) {
        (may.test(group) ? allowed : refused).add(group);
      }
    }

    private <T> CompletableFuture<List<T>> ask(
        Function<List<String>, CompletableFuture<List<T>>> question) {
      return allowed.isEmpty()
          ? CompletableFuture.completedFuture(List.of())
          : question.apply(allowed);
    }
  }
}
