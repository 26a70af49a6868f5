package io.tributary.link;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where an edge's link goes and how.
///
/// @param hub the host and port of the hub's mirror listener; the host is looked up with each dial
/// @param tls this edge's certificate, or null for plain TCP
/// @param hubName the name that the hub's certificate must carry, where it is not the dialled host
/// @param insecure plain TCP is allowed although the hub is not on loopback
/// @param kind what the operator says of the network
/// @param connectTimeout for the TCP connection
/// @param handshakeTimeout for the whole TLS handshake
/// @param stuckAfter a write that makes no progress for so long breaks the link; two heartbeats
/// @param limits the bounds of memory
public record LinkConfig(
    InetSocketAddress hub,
    @Nullable TlsIdentity tls,
    @Nullable String hubName,
    boolean insecure,
    LinkKind kind,
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration stuckAfter,
    LinkLimits limits) {

  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(20);
  public static final Duration STUCK_AFTER = Duration.ofSeconds(30);

  public LinkConfig {
    if (tls != null && insecure) {
      throw new IllegalArgumentException("tls and insecure exclude each other");
    }
    if (tls == null && hubName != null) {
      throw new IllegalArgumentException("a hub name is checked against a certificate: needs tls");
    }
    if (connectTimeout.toMillis() < 1 || handshakeTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("a timeout is at least a millisecond");
    }
    if (stuckAfter.toMillis() < 10) {
      throw new IllegalArgumentException("stuckAfter is at least 10 ms");
    }
  }

  /// Mutual TLS with the default times and limits.
  public static LinkConfig tls(InetSocketAddress hub, TlsIdentity tls, LinkKind kind) {
    return new LinkConfig(
        hub,
        tls,
        null,
        false,
        kind,
        CONNECT_TIMEOUT,
        HANDSHAKE_TIMEOUT,
        STUCK_AFTER,
        LinkLimits.DEFAULT);
  }

  /// Plain TCP with the default times and limits: to loopback, or anywhere if `insecure`.
  public static LinkConfig plain(InetSocketAddress hub, boolean insecure, LinkKind kind) {
    return new LinkConfig(
        hub,
        null,
        null,
        insecure,
        kind,
        CONNECT_TIMEOUT,
        HANDSHAKE_TIMEOUT,
        STUCK_AFTER,
        LinkLimits.DEFAULT);
  }

  public LinkConfig withHubName(String name) {
    return new LinkConfig(
        hub, tls, name, insecure, kind, connectTimeout, handshakeTimeout, stuckAfter, limits);
  }

  public LinkConfig withStuckAfter(Duration duration) {
    return new LinkConfig(
        hub, tls, hubName, insecure, kind, connectTimeout, handshakeTimeout, duration, limits);
  }

  public LinkConfig withTimeouts(Duration connect, Duration handshake) {
    return new LinkConfig(
        hub, tls, hubName, insecure, kind, connect, handshake, stuckAfter, limits);
  }
}
