package io.tributary.hub;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A Kafka client of a few requests, written down byte by byte: the tests of a hub share no code with its front.
public final class KafkaCaller implements AutoCloseable {
  public static final short NONE = 0;
  public static final short SASL_AUTHENTICATION_FAILED = 58;

  private static final int METADATA = 3;
  private static final int SASL_HANDSHAKE = 17;
  private static final int SASL_AUTHENTICATE = 36;
  private static final int PATIENCE_MS = 20_000;

  private final Socket socket;
  private final DataInputStream in;

  public KafkaCaller(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout(PATIENCE_MS);
    in = new DataInputStream(socket.getInputStream());
  }

  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  /// Logs in by PLAIN; answers Kafka's error code.
  public short logIn(String user, String password) throws IOException {
    short refused = ask(SASL_HANDSHAKE, 1, out -> string(out, "PLAIN")).getShort();
    if (refused != NONE) {
      return refused;
    }
    byte[] token = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    return ask(
            SASL_AUTHENTICATE,
            1,
            out -> {
              out.writeInt(token.length);
              out.write(token);
            })
        .getShort();
  }

  /// The names of the topics that it is shown.
  public List<String> topics() throws IOException {
    ByteBuffer answer = ask(METADATA, 0, out -> out.writeInt(0));
    for (int brokers = answer.getInt(); brokers > 0; brokers--) {
      answer.getInt(); // its number
      string(answer); // its host
      answer.getInt(); // its port
    }
    List<String> names = new ArrayList<>();
    for (int topics = answer.getInt(); topics > 0; topics--) {
      answer.getShort(); // no error
      names.add(string(answer));
      for (int partitions = answer.getInt(); partitions > 0; partitions--) {
        answer.position(answer.position() + Short.BYTES + 2 * Integer.BYTES);
        skipInts(answer); // replicas
        skipInts(answer); // those in sync
      }
    }
    return names;
  }

  private ByteBuffer ask(int key, int version, Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0);
    out.writeShort(key);
    out.writeShort(version);
    out.writeInt(key); // to be repeated
    string(out, "test");
    body.write(out);
    byte[] request = bytes.toByteArray();
    ByteBuffer.wrap(request).putInt(request.length - Integer.BYTES);
    socket.getOutputStream().write(request);
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    ByteBuffer read = ByteBuffer.wrap(answer);
    if (read.getInt() != key) {
      throw new IOException("an answer to another request");
    }
    return read;
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static String string(ByteBuffer in) {
    byte[] bytes = new byte[in.getShort()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void skipInts(ByteBuffer in) {
    int count = in.getInt();
    in.position(in.position() + count * Integer.BYTES);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
