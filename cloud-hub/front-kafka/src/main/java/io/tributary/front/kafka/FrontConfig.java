package io.tributary.front.kafka;

import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// How the Kafka front is set up.
///
/// @param listen where to listen; port 0 takes any free one
/// @param advertised what clients are told to connect to, unresolved; null: the address that each of
///     them has reached already, which is right unless something in between translates addresses
/// @param clusterId what clients are told the cluster is: the hub's id
/// @param nodeId the number of this one broker
/// @param partitions how many a topic gets that a client creates without saying so
/// @param groups how consumer groups are kept
/// @param topicLimits the bounds of such a topic, as far as the client does not say others
public record FrontConfig(
    InetSocketAddress listen,
    @Nullable InetSocketAddress advertised,
    String clusterId,
    int nodeId,
    FrontLimits limits,
    int partitions,
    TopicLimits topicLimits,
    GroupsConfig groups) {

  public static final int NODE_ID = 1;

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
        GroupsConfig.of(NODE_ID));
  }
}
