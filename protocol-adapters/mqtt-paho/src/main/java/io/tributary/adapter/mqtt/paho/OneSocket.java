package io.tributary.adapter.mqtt.paho;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/// Gives Paho the one socket of a connection.
final class OneSocket extends SocketFactory {
  private final GateSocket socket;

  OneSocket(GateSocket socket) {
    this.socket = socket;
  }

  @Override
  public Socket createSocket() {
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw otherwise();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw otherwise();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw otherwise();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    throw otherwise();
  }

  private static IOException otherwise() {
    return new IOException("Paho connects the socket itself");
  }
}
