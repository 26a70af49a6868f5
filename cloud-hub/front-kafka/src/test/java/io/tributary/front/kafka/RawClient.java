package io.tributary.front.kafka;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A client that says exactly what a test wants, right or wrong.
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;

  RawClient(InetSocketAddress front) throws IOException {
    socket.connect(front, PATIENCE_MS);
    socket.setSoTimeout(PATIENCE_MS);
    in = new DataInputStream(socket.getInputStream());
  }

  interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  /// A request with its length and header, in a version with the old header.
  static byte[] request(int apiKey, int version, int correlationId, Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0);
    out.writeShort(apiKey);
    out.writeShort(version);
    out.writeInt(correlationId);
    string(out, "raw");
    body.write(out);
    byte[] request = bytes.toByteArray();
    ByteBuffer.wrap(request).putInt(request.length - Integer.BYTES);
    return request;
  }

  /// Fetch in version 4 of one partition.
  static byte[] fetch(
      int correlationId, String topic, int partition, long offset, int minBytes, int maxWaitMs)
      throws IOException {
    return request(
        1,
        4,
        correlationId,
        out -> {
          out.writeInt(-1);
          out.writeInt(maxWaitMs);
          out.writeInt(minBytes);
          out.writeInt(Integer.MAX_VALUE);
          out.writeByte(0);
          out.writeInt(1);
          string(out, topic);
          out.writeInt(1);
          out.writeInt(partition);
          out.writeLong(offset);
          out.writeInt(Integer.MAX_VALUE);
        });
  }

  /// What {@link #fetch} brought.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Fetched(int correlationId, short error, long highWatermark, byte[] batches) {}

  Fetched fetched() throws IOException {
    ByteBuffer answer = answer();
    int correlationId = answer.getInt();
    answer.getInt(); // throttle time
    answer.getInt(); // one topic
    short nameBytes = answer.getShort();
    answer.position(answer.position() + nameBytes);
    answer.getInt(); // one partition
    answer.getInt(); // its number
    short error = answer.getShort();
    long highWatermark = answer.getLong();
    answer.getLong(); // last stable offset
    answer.getInt(); // no aborted transactions
    byte[] batches = new byte[answer.getInt()];
    answer.get(batches);
    return new Fetched(correlationId, error, highWatermark, batches);
  }

  static void string(DataOutputStream out, String text) throws IOException {
    out.writeShort(text.length());
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[]... requests) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] request : requests) {
      all.write(request);
    }
    socket.getOutputStream().write(all.toByteArray());
  }

  /// The next answer, behind its length.
  ByteBuffer answer() throws IOException {
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    return ByteBuffer.wrap(answer);
  }

  /// Whether the front has closed the connection, without a further answer.
  boolean isClosed() throws IOException {
    try {
      in.readByte();
      return false;
    } catch (EOFException | SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
