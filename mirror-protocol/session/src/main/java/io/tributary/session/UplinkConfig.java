package io.tributary.session;

import java.util.List;
import java.util.UUID;

/// Who the edge is, and how it uses the link.
///
/// @param runId random, new with each start of the agent
/// @param classes every class that a stream may have; the urgent ones in the order of their urgency
/// @param windowBytes the most bytes on their way to the hub; on a slow link the measured rate makes it less
/// @param heartbeatMs the longest silence on the link; a dead one is found within two
public record UplinkConfig(
    String edgeId,
    UUID incarnation,
    UUID runId,
    String agentVersion,
    List<StreamClass> classes,
    int windowBytes,
    int heartbeatMs,
    SessionLimits limits) {
  public static final int WINDOW_BYTES = 8 * 1024 * 1024;

  /// For `link: lan`: an idle link costs under 1 KB a minute.
  public static final int HEARTBEAT_MS_LAN = 15_000;

  /// For `link: metered`: four times less, and still under the usual time-outs of address translation.
  public static final int HEARTBEAT_MS_METERED = 55_000;

  public UplinkConfig {
    classes = List.copyOf(classes);
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("an edge has at least one class");
    }
    if (windowBytes < Pipe.WINDOW_BYTES_LEAST) {
      throw new IllegalArgumentException("the window is at least " + Pipe.WINDOW_BYTES_LEAST);
    }
  }

  public static UplinkConfig of(
      String edgeId, UUID incarnation, UUID runId, String agentVersion, int heartbeatMs) {
    return new UplinkConfig(
        edgeId,
        incarnation,
        runId,
        agentVersion,
        StreamClass.DEFAULTS,
        WINDOW_BYTES,
        heartbeatMs,
        SessionLimits.DEFAULT);
  }
}
