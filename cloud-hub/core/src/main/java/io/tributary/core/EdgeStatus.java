package io.tributary.core;

import io.tributary.session.IntakeStatus;
import io.tributary.store.StreamStatus;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a hub knows of an edge.
///
/// @param reason why it is connected or not, in words
/// @param sinceMs since when it is, in milliseconds since 1970; 0: since before this hub started
/// @param peer the address that it came from last; empty if it did not since this hub started
/// @param incarnation that of the last connection; null if there was none since this hub started
public record EdgeStatus(
    String edgeId,
    boolean connected,
    String reason,
    long sinceMs,
    String peer,
    @Nullable UUID incarnation,
    @Nullable UUID runId,
    String agentVersion,
    List<Stream> streams) {

  /// A stream of any incarnation of the edge.
  ///
  /// @param session the stream in the living session; null if the session has not opened it
  public record Stream(StreamStatus stored, IntakeStatus.@Nullable Stream session) {}
}
