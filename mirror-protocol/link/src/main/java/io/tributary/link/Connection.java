package io.tributary.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// The bytes under a link: one TCP connection to the hub, in mutual TLS 1.3 or plain.
///
/// One thread dials and writes, one reads, any may [#close]. A connection is used once.
final class Connection {
  private static final String ALERT = "Received fatal alert";

  /// Of one host, tried with each dial: a name with many must not make a dial take minutes.
  private static final int ADDRESSES_MOST = 4;

  private final LinkConfig config;
  private volatile WatchedSocket raw;
  private volatile boolean closed;
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private volatile boolean heard;

  Connection(LinkConfig config) {
    this.config = config;
    this.raw = new WatchedSocket(config.stuckAfter());
  }

  /// Connects and shakes hands; blocks for at most the two timeouts, the first for each address.
  void dial() throws DialFailed {
    connect();
    try {
      raw.watch();
      if (config.tls() == null) {
        in = raw.getInputStream();
        out = raw.getOutputStream();
      } else {
        shakeHands(config.tls());
      }
    } catch (IOException e) {
      close();
      throw new DialFailed(DialFailed.Reason.TLS, failure(tlsProblem(e)), e);
    }
  }

  /// Blocks until all is handed to the kernel.
  void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    out.flush();
  }

  /// Blocks until there are bytes; -1 when the hub has closed.
  int read(byte[] bytes) throws IOException {
    int read = in.read(bytes, 0, bytes.length);
    if (read > 0 && !heard) {
      heard = true;
    }
    return read;
  }

  /// Throws if a write stands still: for a reader that waits for something other than bytes.
  void check() throws IOException {
    raw.check();
  }

  void stuckAfter(Duration stuckAfter) {
    raw.stuckAfter(stuckAfter);
  }

  long lastReadNanos() {
    return raw.lastReadNanos();
  }

  boolean isWriting() {
    return raw.isWriting();
  }

  long bytesIn() {
    return raw.bytesIn();
  }

  long bytesOut() {
    return raw.bytesOut();
  }

  /// Closes the raw socket: never blocks, and frees whoever reads, writes or dials. What was
  /// written before is still delivered by the kernel.
  void close() {
    closed = true;
    raw.closeQuietly();
  }

  /// Tries the addresses of the host one after the other.
  private void connect() throws DialFailed {
    DialFailed last = null;
    for (InetAddress address : addresses()) {
      try {
        connect(address);
        return;
      } catch (IOException e) {
        raw.closeQuietly();
        String problem =
            e instanceof SocketTimeoutException
                ? "no answer within " + config.connectTimeout().toMillis() + " ms"
                : text(e);
        last = new DialFailed(DialFailed.Reason.UNREACHABLE, failure(problem), e);
      }
    }
    throw last != null
        ? last
        : new DialFailed(DialFailed.Reason.UNKNOWN_HOST, failure("it has no address"), null);
  }

  private List<InetAddress> addresses() throws DialFailed {
    List<InetAddress> addresses;
    try {
      InetAddress[] all = InetAddress.getAllByName(config.hub().getHostString());
      addresses = List.of(all).subList(0, Math.min(all.length, ADDRESSES_MOST));
    } catch (UnknownHostException e) {
      throw new DialFailed(
          DialFailed.Reason.UNKNOWN_HOST, failure("the host name has no address"), e);
    }
    boolean isPlain = config.tls() == null && !config.insecure();
    if (isPlain && !addresses.stream().allMatch(InetAddress::isLoopbackAddress)) {
      throw new DialFailed(
          DialFailed.Reason.PLAIN_NOT_ALLOWED,
          failure(
              "not on loopback, and no certificate is configured: name the tls files, or say"
                  + " 'insecure: true' to send everything readable by anyone on the way"),
          null);
    }
    return addresses;
  }

  private void connect(InetAddress address) throws IOException {
    WatchedSocket socket = new WatchedSocket(config.stuckAfter());
    raw = socket;
    if (closed) {
      socket.closeQuietly(); // a close from another thread may have met the socket before
    }
    if (config.kind().sendBufferBytes() > 0) {
      socket.setOption(StandardSocketOptions.SO_SNDBUF, config.kind().sendBufferBytes());
    }
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    socket.connect(
        new InetSocketAddress(address, config.hub().getPort()),
        Math.toIntExact(config.connectTimeout().toMillis()));
  }

  private void shakeHands(TlsIdentity tls) throws IOException {
    String name = config.hubName() != null ? config.hubName() : config.hub().getHostString();
    SSLSocket socket =
        (SSLSocket)
            tls.context().getSocketFactory().createSocket(raw, name, config.hub().getPort(), true);
    socket.setUseClientMode(true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {TlsIdentity.PROTOCOL});
    parameters.setCipherSuites(TlsIdentity.cipherSuites().toArray(new String[0]));
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 2818: the name must match
    socket.setSSLParameters(parameters);
    raw.deadlineIn(config.handshakeTimeout());
    socket.startHandshake();
    raw.noDeadline();
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  private String failure(String problem) {
    String host = config.hub().getHostString();
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return "hub " + shown + ":" + config.hub().getPort() + ": " + problem;
  }

  private String tlsProblem(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return "its certificate is not accepted: " + cause.getMessage();
      }
      if (cause instanceof SocketTimeoutException) {
        return "no TLS handshake within " + config.handshakeTimeout().toMillis() + " ms";
      }
    }
    return text(e).contains(ALERT)
        ? problem(e)
        : "no TLS handshake: " + text(e) + (e instanceof SocketException ? hint() : "");
  }

  /// What a failed read or write means, for the operator.
  String problem(IOException e) {
    String broken = raw.brokenBecause();
    if (broken != null) {
      return broken;
    }
    String text = text(e);
    if (e instanceof SSLException && text.contains(ALERT)) {
      return "the hub does not accept this edge's certificate (" + text + ")";
    }
    return e instanceof SocketException ? "connection lost: " + text + hint() : text;
  }

  /// What an end without a reason means, for the operator.
  String closedByHub() {
    return "the hub closed" + hint();
  }

  /// In TLS 1.3 the hub judges the edge's certificate after the edge's half of the handshake, and
  /// its alert may be lost with the connection.
  private String hint() {
    return config.tls() != null && !heard
        ? "; perhaps it does not accept this edge's certificate: see the hub's status"
        : "";
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
