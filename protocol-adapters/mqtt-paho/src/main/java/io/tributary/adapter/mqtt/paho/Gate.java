package io.tributary.adapter.mqtt.paho;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;

/// What goes out on one connection. Paho's packets pass whole, so that ours fall between them; its PUBREC and PUBCOMP do not pass:
/// the first would say that a publish is on disk that is not, the second that its identifier is forgotten.
///
/// Paho's sending thread writes, the bridge's thread acknowledges; one lock, and nothing is called under it but the socket.
final class Gate extends OutputStream {
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBCOMP = 7;

  /// No reading of an edge makes a packet that is larger; one that is, is a fault, and must not fill the heap.
  private static final int PACKET_BYTES = 32 << 20;

  private final OutputStream socket;
  private final IntConsumer received;
  private final IntConsumer released;

  /// Identifiers whose next PUBCOMP of Paho tells nothing new.
  private final Set<Integer> ignored = new HashSet<>();

  private byte[] packet = new byte[256];
  private int length;

  /// @param received told the identifier when Paho would send PUBREC
  /// @param released told the identifier when Paho would send PUBCOMP
  Gate(OutputStream socket, IntConsumer received, IntConsumer released) {
    this.socket = socket;
    this.received = received;
    this.released = released;
  }

  /// Sends an acknowledgement (MQTT 3.1.1 and 5, sections 3.4, 3.5, 3.7: the short form is the same).
  synchronized void acknowledge(int type, int packetId) throws IOException {
    socket.write(new byte[] {(byte) (type << 4), 2, (byte) (packetId >>> 8), (byte) packetId});
    socket.flush();
  }

  /// Paho will be made to send PUBCOMP, for what that does to its memory alone.
  synchronized void ignore(int packetId) {
    ignored.add(packetId);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    for (int i = from; i < from + count; i++) {
      int told = add(bytes[i]);
      if (told > 0) {
        released.accept(told);
      } else if (told < 0) {
        received.accept(-told);
      }
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    socket.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /// Takes the next byte.
  ///
  /// @return the identifier when it ended a PUBCOMP that tells of a release, the negative one of a PUBREC, else 0
  private synchronized int add(byte next) throws IOException {
    if (length == packet.length) {
      if (length >= PACKET_BYTES) {
        throw new IOException("a packet of more than " + PACKET_BYTES + " bytes to send");
      }
      packet = Arrays.copyOf(packet, 2 * length);
    }
    packet[length++] = next;
    int body = bodyFrom();
    if (body < 0 || length < body + remaining()) {
      return 0;
    }
    int whole = length;
    length = 0;
    int type = packet[0] >>> 4 & 0x0f;
    if (type != PUBREC && type != PUBCOMP) {
      socket.write(packet, 0, whole);
      return 0;
    }
    int packetId = ((packet[body] & 0xff) << 8) | (packet[body + 1] & 0xff);
    if (type == PUBREC) {
      return -packetId;
    }
    return ignored.remove(packetId) ? 0 : packetId;
  }

  /// Where the packet's body begins; negative while its header is not whole.
  private int bodyFrom() {
    for (int i = 1; i < length; i++) {
      if (packet[i] >= 0) {
        return i + 1;
      }
    }
    return -1;
  }

  /// The length in the header (section 2.2.3), of a header that is whole.
  private int remaining() {
    int value = 0;
    for (int i = 1, shift = 0; ; i++, shift += 7) {
      value |= (packet[i] & 0x7f) << shift;
      if (packet[i] >= 0) {
        return value;
      }
    }
  }
}
