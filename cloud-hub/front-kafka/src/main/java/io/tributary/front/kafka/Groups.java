package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Store;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractRequest;
import org.jspecify.annotations.Nullable;

/// A coordinator of consumer groups, which the front asks whatever it is asked about them. Any thread may call.
///
/// Its requests and answers are Kafka's own messages: what is in them concerns the group's members and their coordinator, and
/// nobody in between.
public interface Groups extends AutoCloseable {
  /// The requests that a coordinator answers.
  Set<ApiKeys> OFFERED =
      Set.of(
          ApiKeys.OFFSET_COMMIT,
          ApiKeys.OFFSET_FETCH,
          ApiKeys.OFFSET_DELETE,
          ApiKeys.JOIN_GROUP,
          ApiKeys.SYNC_GROUP,
          ApiKeys.HEARTBEAT,
          ApiKeys.LEAVE_GROUP,
          ApiKeys.LIST_GROUPS,
          ApiKeys.DESCRIBE_GROUPS,
          ApiKeys.DELETE_GROUPS,
          ApiKeys.CONSUMER_GROUP_HEARTBEAT,
          ApiKeys.CONSUMER_GROUP_DESCRIBE);

  /// Answers one of the requests of {@link #OFFERED}, maybe only after a rebalance or when a commit is on disk. Never
  /// blocks. What goes wrong is told in the answer, with Kafka's error codes.
  CompletableFuture<ApiMessage> answer(Call call);

  /// Looks which topics came, grew or went, so that members get their partitions, and what was committed of a topic that is
  /// gone is forgotten. Complete when that is done.
  CompletableFuture<Void> lookAtTopics();

  /// What keeps the coordinator from its work at this moment, or null.
  @Nullable String trouble();

  @Override
  void close();

  /// One request.
  ///
  /// @param request becomes the coordinator's
  /// @param rights of the client
  record Call(
      AbstractRequest request,
      int correlationId,
      String clientId,
      InetAddress client,
      Rights rights) {}

  /// Starts a coordinator. Found by `ServiceLoader`, since Kafka's own code is no Java module and hides behind this.
  interface Provider {
    /// @param store must outlive what is returned
    Groups start(GroupsConfig config, Store store);
  }
}
