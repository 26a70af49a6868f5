package io.tributary.sim.field.modbus.capture;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A TCP segment in an Ethernet frame (RFC 9293, section 3.1; RFC 791, section 3.1). Fragments of IP packets are not put together.
///
/// ```
///  0         12    14                              14 + 4 * (low bits of byte 14)
///  addresses 0800  IPv4: +2 length, +6 fragment,   TCP: +0 source, +2 target, +4 sequence,
///                  +9 protocol, +12, +16 hosts     +12 header's words in the high bits, +13 flags
/// ```
///
/// @param number of its packet in the capture, from 0
/// @param sequence 0 to 2^32 - 1
/// @param payload what was captured of it; may be empty
@SuppressWarnings("ArrayRecordComponent") // nobody compares segments
record Segment(
    int number, Endpoint source, Endpoint target, long sequence, int flags, byte[] payload) {
  private static final int SYN = 0x02;
  private static final int ACK = 0x10;

  private static final int TYPE_AT = 12;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TAG_BYTES = 4;
  private static final int IP_BYTES_LEAST = 20;
  private static final int IP_FRAGMENT = 0x3fff;
  private static final int PROTOCOL_TCP = 6;
  private static final int TCP_BYTES_LEAST = 20;

  /// @return null when it is something else
  static @Nullable Segment of(int number, byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    int at = TYPE_AT;
    while (at + 2 <= frame.length && (in.getShort(at) & 0xffff) == TYPE_VLAN) {
      at += TAG_BYTES;
    }
    int ip = at + 2;
    if (ip + IP_BYTES_LEAST > frame.length
        || in.getShort(at) != TYPE_IPV4
        || frame[ip] >> 4 != 4
        || frame[ip + 9] != PROTOCOL_TCP
        || (in.getShort(ip + 6) & IP_FRAGMENT) != 0) {
      return null;
    }
    int tcp = ip + 4 * (frame[ip] & 0xf);
    int end = Math.min(frame.length, ip + (in.getShort(ip + 2) & 0xffff));
    if (tcp + TCP_BYTES_LEAST > end) {
      return null;
    }
    int payload = Math.min(end, tcp + 4 * ((frame[tcp + 12] & 0xff) >> 4));
    return new Segment(
        number,
        new Endpoint(host(frame, ip + 12), in.getShort(tcp) & 0xffff),
        new Endpoint(host(frame, ip + 16), in.getShort(tcp + 2) & 0xffff),
        in.getInt(tcp + 4) & 0xffffffffL,
        frame[tcp + 13] & 0xff,
        Arrays.copyOfRange(frame, payload, end));
  }

  private static String host(byte[] frame, int at) {
    return (frame[at] & 0xff)
        + "."
        + (frame[at + 1] & 0xff)
        + "."
        + (frame[at + 2] & 0xff)
        + "."
        + (frame[at + 3] & 0xff);
  }

  /// Whether a client opens a connection with it.
  boolean opens() {
    return (flags & (SYN | ACK)) == SYN;
  }

  /// The sequence number of the first byte of the payload: a SYN takes one itself.
  long payloadSequence() {
    return (sequence + ((flags & SYN) == 0 ? 0 : 1)) & 0xffffffffL;
  }
}
