package io.tributary.adapter.mqtt.paho;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The socket that Paho is given: plain TCP, or TLS over it, with a {@link Gate} before its output. Made and closed by the bridge's
/// thread, used by Paho's.
final class GateSocket extends Socket {
  private final Socket plain = new Socket();
  private final @Nullable SSLContext tls;
  private final String serverName;
  private final IntConsumer received;
  private final IntConsumer released;
  private volatile @Nullable Socket open;
  private volatile @Nullable Gate gate;

  GateSocket(
      @Nullable SSLContext tls, String serverName, IntConsumer received, IntConsumer released) {
    this.tls = tls;
    this.serverName = serverName;
    this.received = received;
    this.released = released;
  }

  @Override
  public void connect(SocketAddress to, int timeoutMs) throws IOException {
    plain.connect(to, timeoutMs);
    plain.setTcpNoDelay(true);
    Socket connected = plain;
    if (tls != null) {
      plain.setSoTimeout(timeoutMs);
      int port = to instanceof InetSocketAddress internet ? internet.getPort() : 0;
      SSLSocket secured =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, serverName, port, true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      connected = secured;
    }
    gate = new Gate(connected.getOutputStream(), received, released);
    open = connected;
  }

  /// Sends an acknowledgement; a connection that does not take it ends.
  void acknowledge(int type, int packetId) {
    Gate at = gate;
    if (at == null) {
      return;
    }
    try {
      at.acknowledge(type, packetId);
    } catch (IOException e) {
      close(); // Paho's reader finds out, and says so
    }
  }

  void ignore(int packetId) {
    Gate at = gate;
    if (at != null) {
      at.ignore(packetId);
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return opened().getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    Gate at = gate;
    if (at == null) {
      throw new IOException("not connected");
    }
    return at;
  }

  @Override
  public void setSoTimeout(int timeoutMs) {
    try {
      plain.setSoTimeout(timeoutMs);
    } catch (IOException e) {
      close();
    }
  }

  /// Paho's MQTT 5 client does so before it closes; over TLS that is an error after which it would not close.
  @Override
  public void shutdownInput() {}

  /// At once, without TLS's farewell, which may wait for the other side.
  @Override
  public void close() {
    try {
      plain.close();
    } catch (IOException e) {
      // It is of no use any more, and nobody waits for it.
    }
  }

  private Socket opened() throws IOException {
    Socket socket = open;
    if (socket == null) {
      throw new IOException("not connected");
    }
    return socket;
  }
}
