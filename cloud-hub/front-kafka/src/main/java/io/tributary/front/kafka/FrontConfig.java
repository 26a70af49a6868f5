package io.tributary.front.kafka;

import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the Kafka front is set up.
///
/// @param listen where to listen; port 0 takes any free one
/// @param advertised what clients are told to connect to, unresolved; null: the address that each of
///     them has reached already, which is right unless something in between translates addresses
/// @param clusterId what clients are told the cluster is: the hub's id
/// @param nodeId the number of this one broker
/// @param partitions how many a topic gets that a client creates without saying so
/// @param createsTopics whether a topic is created when a client first names it (Kafka's `auto.create.topics.enable`)
/// @param groups how consumer groups are kept
/// @param quotas how much clients may write and read a second; those that none of them names may as much as they can
/// @param reserved topics that clients only read
/// @param topicLimits the bounds of such a topic, as far as the client does not say others
public record FrontConfig(
    InetSocketAddress listen,
    @Nullable InetSocketAddress advertised,
    String clusterId,
    int nodeId,
    FrontLimits limits,
    int partitions,
    TopicLimits topicLimits,
    boolean createsTopics,
    GroupsConfig groups,
    List<ClientQuota> quotas,
    ReservedTopics reserved) {

  public static final int NODE_ID = 1;

  public FrontConfig {
    quotas = List.copyOf(quotas);
  }

  /// Without reserved topics.
  public FrontConfig(
      InetSocketAddress listen,
      @Nullable InetSocketAddress advertised,
      String clusterId,
      int nodeId,
      FrontLimits limits,
      int partitions,
      TopicLimits topicLimits,
      boolean createsTopics,
      GroupsConfig groups,
      List<ClientQuota> quotas) {
    this(
        listen,
        advertised,
        clusterId,
        nodeId,
        limits,
        partitions,
        topicLimits,
        createsTopics,
        groups,
        quotas,
        ReservedTopics.NONE);
  }

  /// A front with the default limits that advertises what its clients have reached.
  public static FrontConfig of(InetSocketAddress listen, String clusterId) {
    return new FrontConfig(
        listen,
        null,
        clusterId,
        NODE_ID,
        FrontLimits.DEFAULT,
        Layout.PARTITIONS,
        TopicLimits.DEFAULT,
        true,
        GroupsConfig.of(NODE_ID),
        List.of());
  }
}
