package io.tributary.core;

/// The bounds of a hub's intake, each with the failure that it prevents.
///
/// @param sessions the most connections of edges at once, those not yet admitted included; bounds
///     the memory of a hub that ten thousand strangers dial
/// @param edges the most edges that are remembered; those without a connection and without a stream
///     are forgotten first
/// @param notices how many notices are kept for the operator
/// @param topicRetryMs when an edge may try again a topic that the hub does not have; somebody may
///     create it meanwhile
/// @param failedRetryMs when an edge may try again a stream whose disk failed
/// @param spaceRetryMs when an edge may try again a stream for which the disk was full
/// @param soonRetryMs when an edge may try again what only came at a bad moment
public record DeskLimits(
    int sessions,
    int edges,
    int notices,
    int topicRetryMs,
    int failedRetryMs,
    int spaceRetryMs,
    int soonRetryMs) {
  public static final DeskLimits DEFAULT =
      new DeskLimits(20_000, 100_000, 100, 30_000, 60_000, 5_000, 1_000);

  public DeskLimits {
    if (sessions < 1 || edges < sessions || notices < 1) {
      throw new IllegalArgumentException(
          "sessions and notices are positive, edges at least as many");
    }
    if (topicRetryMs < 1 || failedRetryMs < 1 || spaceRetryMs < 1 || soonRetryMs < 1) {
      throw new IllegalArgumentException("0 would mean never again");
    }
  }
}
