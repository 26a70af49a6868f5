package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One blocking connection to a Kafka listener. Requests may be sent ahead; answers come in their
/// order. Confined to one thread.
final class BrokerConnection implements Closeable {
  /// How long a connect may take: longer than any network worth reading over.
  private static final int CONNECT_MS = 5_000;

  /// How long an answer may take beyond what the request itself allows.
  private static final int ANSWER_MS = 30_000;

  /// A larger answer is a lie, or not Kafka: what we ask for is far smaller.
  private static final int ANSWER_BYTES_MOST = 256 * 1024 * 1024;

  private static final String CLIENT_ID = "tributary";
  private static final int FRAME_LENGTH_BYTES = 4;
  private static final int CORRELATION_ID_BYTES = 4;

  private final HostAndPort address;
  private final int answerMs;

  /// The TCP connection.
  private final Socket tcp = new Socket();

  /// What is spoken over: TLS over it, or itself.
  private final Socket socket;

  private final InputStream in;
  private int sent;
  private int received;

  /// The bytes of the newest answer and of the one before it, so that one can be looked at while
  /// the other comes in.
  private byte[] answer = new byte[4096];

  private byte[] previous = new byte[4096];

  /// @param tls null: plain TCP
  BrokerConnection(HostAndPort address, @Nullable SSLSocketFactory tls) throws IOException {
    this(address, tls, ANSWER_MS);
  }

  /// @param answerMs how long an answer may take beyond what the request allows, and how long the other side may take to accept
  ///     a request
  BrokerConnection(HostAndPort address, @Nullable SSLSocketFactory tls, int answerMs)
      throws IOException {
    this.address = address;
    this.answerMs = answerMs;
    try {
      tcp.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MS);
      tcp.setTcpNoDelay(true);
      tcp.setSoTimeout(answerMs);
      socket = tls == null ? tcp : secured(tls);
      in = socket.getInputStream();
    } catch (SSLException e) {
      tcp.close();
      throw new IOException("no TLS with " + address + ": " + reason(e), e);
    } catch (IOException e) {
      tcp.close();
      throw new IOException("cannot connect to " + address + ": " + reason(e), e);
    }
  }

  /// The certificate must be for the host that was dialled, as for HTTPS (RFC 9525).
  private Socket secured(SSLSocketFactory tls) throws IOException {
    SSLSocket secured =
        (SSLSocket) tls.createSocket(tcp, address.host(), address.port(), true /* closes tcp */);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  /// Whether what is sent stays on this machine.
  boolean isToLoopback() {
    return tcp.getInetAddress().isLoopbackAddress();
  }

  /// The body of a request, in the order of its fields.
  interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  void send(short apiKey, short version, Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0); // the length, known at the end
    out.writeShort(apiKey);
    out.writeShort(version);
    out.writeInt(sent++);
    RequestFields.string(out, CLIENT_ID);
    body.write(out);
    byte[] request = bytes.toByteArray();
    ByteBuffer.wrap(request).putInt(request.length - FRAME_LENGTH_BYTES);
    WriteWatch.within(
        answerMs, tcp, address.toString(), () -> socket.getOutputStream().write(request));
  }

  /// The answer to the oldest request that has none yet. The buffer is valid until the call after
  /// the next.
  ///
  /// @param patienceMs how long the request itself allows the other side to wait
  ByteBuffer receive(int patienceMs) throws IOException {
    socket.setSoTimeout(answerMs + patienceMs);
    byte[] spare = previous;
    previous = answer;
    answer = spare;
    int length = ByteBuffer.wrap(read(FRAME_LENGTH_BYTES), 0, FRAME_LENGTH_BYTES).getInt();
    if (length < CORRELATION_ID_BYTES || length > ANSWER_BYTES_MOST) {
      throw new IOException(address + " does not speak Kafka's protocol");
    }
    ByteBuffer buffer = ByteBuffer.wrap(read(length), 0, length);
    if (buffer.getInt() != received++) {
      throw new IOException(address + " answered another question than the one that was asked");
    }
    return buffer.slice();
  }

  private byte[] read(int length) throws IOException {
    if (answer.length < length) {
      answer = new byte[length];
    }
    int read;
    try {
      read = in.readNBytes(answer, 0, length);
    } catch (SocketTimeoutException e) {
      throw new IOException(address + " does not answer", e);
    }
    if (read < length) {
      throw new IOException(
          received == 0
              ? address + " closed the connection at once: does it want --tls, --ca or --user?"
              : address + " closed the connection");
    }
    return answer;
  }

  private static String reason(IOException e) {
    String text = e.getMessage();
    return text == null ? e.getClass().getSimpleName() : text;
  }

  @Override
  public void close() throws IOException {
    WriteWatch.within(answerMs, tcp, address.toString(), socket::close);
  }
}
