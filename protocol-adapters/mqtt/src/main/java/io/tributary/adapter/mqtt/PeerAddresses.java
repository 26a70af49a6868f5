package io.tributary.adapter.mqtt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many connections each address has. Event loop only.
final class PeerAddresses {
  private final Map<InetAddress, Integer> counts = new HashMap<>();

  int count(@Nullable SocketAddress peer) {
    InetAddress address = address(peer);
    return address == null ? 0 : counts.getOrDefault(address, 0);
  }

  void enter(@Nullable SocketAddress peer) {
    InetAddress address = address(peer);
    if (address != null) {
      counts.merge(address, 1, Integer::sum);
    }
  }

  void leave(@Nullable SocketAddress peer) {
    InetAddress address = address(peer);
    if (address != null) {
      counts.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
    }
  }

  private static @Nullable InetAddress address(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress tcp ? tcp.getAddress() : null;
  }
}
