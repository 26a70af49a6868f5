package io.tributary.hub.mirror;

/// The bounds of the listener, and what each prevents.
///
/// @param connections at once, those still shaking hands included; above the desk's bound of
///     sessions, so that most of those too many get a typed refusal
/// @param handshakeMs for TLS; a peer that says nothing does not hold a place
/// @param lingerMs how long a session that has ended waits for the edge to take its last words
public record MirrorLimits(int connections, int handshakeMs, int lingerMs) {
  public static final MirrorLimits DEFAULT = new MirrorLimits(25_000, 10_000, 2_000);

  public MirrorLimits {
    if (connections < 1 || handshakeMs < 1 || lingerMs < 1) {
      throw new IllegalArgumentException("limits are positive");
    }
  }
}
