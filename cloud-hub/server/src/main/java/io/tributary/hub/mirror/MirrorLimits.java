package io.tributary.hub.mirror;

/// The bounds of the listener, and what each prevents.
///
/// @param connections at once, those still shaking hands included; above the desk's bound of
///     sessions, so that most of those too many get a typed refusal
/// @param handshakes connections at once that have not proven who they are; beyond it the oldest of
///     them gives way, so that a flood of connections that say nothing takes neither the memory of a TLS
///     engine each, nor the place of an edge
/// @param handshakeMs for TLS; a peer that says nothing does not hold a place
/// @param lingerMs how long a session that has ended waits for the edge to take its last words
public record MirrorLimits(int connections, int handshakes, int handshakeMs, int lingerMs) {
  public static final MirrorLimits DEFAULT = new MirrorLimits(25_000, 1_000, 10_000, 2_000);

  public MirrorLimits {
    if (connections < 1 || handshakes < 1 || handshakeMs < 1 || lingerMs < 1) {
      throw new IllegalArgumentException("limits are positive");
    }
  }
}
