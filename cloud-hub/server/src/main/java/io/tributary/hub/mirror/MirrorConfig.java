package io.tributary.hub.mirror;

import io.tributary.link.TlsIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Where and how to listen for edges.
///
/// @param listen port 0 takes any free one
/// @param tls the hub's certificate; null for plain TCP
/// @param insecure plain TCP is allowed although the address is not on loopback
public record MirrorConfig(
    InetSocketAddress listen, @Nullable TlsIdentity tls, boolean insecure, MirrorLimits limits) {
  public MirrorConfig {
    if (tls != null && insecure) {
      throw new IllegalArgumentException("tls and insecure exclude each other");
    }
    if (tls == null && !insecure && !isLoopback(listen)) {
      throw new IllegalArgumentException(
          "plain TCP on " + listen + ", which is not loopback, without insecure");
    }
  }

  /// Whether only this machine can reach the address.
  public static boolean isLoopback(InetSocketAddress address) {
    return address.getAddress() != null && address.getAddress().isLoopbackAddress();
  }
}
