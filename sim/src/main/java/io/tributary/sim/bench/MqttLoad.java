package io.tributary.sim.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/// One MQTT 3.1.1 connection that publishes at QoS 1 and notes how long each acknowledgement took.
/// Written by hand, so that the load costs little beside what it measures.
final class MqttLoad implements AutoCloseable {
  private static final int CONNACK = 2;
  private static final int PUBACK = 4;
  private static final int PACKET_IDS = 0x10000;
  private static final int TIMEOUT_MS = 60_000;

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final DataInputStream in;
  private final byte[] topic;
  private final Semaphore window;
  private final long[] sentNanos = new long[PACKET_IDS];
  private int packetId;

  /// @throws IOException when nothing listens there, or it refuses
  MqttLoad(InetSocketAddress address, String clientId, String topic, int window)
      throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(address, TIMEOUT_MS);
    this.out = socket.getOutputStream();
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.topic = topic.getBytes(StandardCharsets.UTF_8);
    this.window = new Semaphore(window);
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    byte[] connect = new byte[14 + id.length];
    byte[] head = {0x10, (byte) (12 + id.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0};
    System.arraycopy(head, 0, connect, 0, head.length);
    connect[13] = (byte) id.length;
    System.arraycopy(id, 0, connect, 14, id.length);
    out.write(connect);
    byte[] answer = new byte[4];
    in.readFully(answer);
    if (answer[0] >> 4 != CONNACK || answer[3] != 0) {
      throw new IOException("refused: " + answer[3]);
    }
  }

  /// Publishes one value; waits while the window is full.
  ///
  /// @param dueNanos from when on its latency counts
  void publish(byte[] value, long dueNanos) throws IOException, InterruptedException {
    window.acquire();
    packetId = packetId % (PACKET_IDS - 1) + 1;
    sentNanos[packetId] = dueNanos;
    int length = 2 + topic.length + 2 + value.length;
    byte[] packet = new byte[1 + (length < 128 ? 1 : 2) + length];
    int at = 0;
    packet[at++] = 0x32;
    if (length < 128) {
      packet[at++] = (byte) length;
    } else {
      packet[at++] = (byte) (length % 128 | 128);
      packet[at++] = (byte) (length / 128);
    }
    packet[at++] = (byte) (topic.length >> 8);
    packet[at++] = (byte) topic.length;
    System.arraycopy(topic, 0, packet, at, topic.length);
    at += topic.length;
    packet[at++] = (byte) (packetId >> 8);
    packet[at++] = (byte) packetId;
    System.arraycopy(value, 0, packet, at, value.length);
    out.write(packet);
  }

  /// Waits for the next acknowledgement; its latency in nanoseconds.
  long awaitAck() throws IOException {
    byte[] ack = new byte[4];
    try {
      in.readFully(ack);
    } catch (EOFException e) {
      throw new IOException("the endpoint closed the connection", e);
    }
    if (ack[0] >> 4 != PUBACK) {
      throw new IOException("packet type " + (ack[0] >> 4) + " instead of PUBACK");
    }
    int id = ((ack[2] & 0xff) << 8) | (ack[3] & 0xff);
    window.release();
    return System.nanoTime() - sentNanos[id];
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
