package io.tributary.settings;

import java.net.InetSocketAddress;
import java.util.Objects;

/// An address to listen on or to dial, not resolved.
///
/// @param port 0 to 65535; 0 lets the system choose when listening
public record HostAndPort(String host, int port) {
  public HostAndPort {
    Objects.requireNonNull(host, "host");
    if (host.isEmpty() || port < 0 || port > 65535) {
      throw new IllegalArgumentException(host + ":" + port);
    }
  }

  /// Reads `127.0.0.1:1883`, `hub.example:7420` or `[::1]:1883`.
  ///
  /// @throws IllegalArgumentException for anything else
  public static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(text);
    }
    String port = text.substring(colon + 1);
    if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(text);
    }
    return new HostAndPort(host, Integer.parseInt(port));
  }

  /// Resolves the name, if it is one; the answer is unresolved when that fails.
  public InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
