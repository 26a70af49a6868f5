package io.tributary.sim.field.modbus.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Files of packets as libpcap writes them since 1998 (draft-ietf-opsawg-pcap, section 4).
///
/// ```
///  0      4        6        8     16            20
///  magic  major 2  minor 4  0 0   longest       link type          the file
///  0        4          8         12                 16
///  seconds  fraction   captured  length on the wire  bytes ...     each packet
/// ```
///
/// The writer's byte order shows in the magic number. A file that ends in the middle of a packet ends before it.
final class Pcap {
  private static final int MAGIC_MICROS = 0xa1b2c3d4;
  private static final int MAGIC_NANOS = 0xa1b23c4d;
  private static final int HEADER_BYTES = 24;
  private static final int LINK_TYPE_AT = 20;
  private static final int PACKET_HEADER_BYTES = 16;
  private static final int CAPTURED_AT = 8;
  private static final int ETHERNET = 1;

  /// It is held in memory as a whole.
  private static final long FILE_BYTES_MOST = 1L << 28;

  private Pcap() {}

  /// The frames of the link, in their order.
  ///
  /// @throws IOException also for a file that is none, of another link than Ethernet, or longer than 256 MiB
  static List<byte[]> read(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MOST) {
      throw new IOException(file + " has more than " + FILE_BYTES_MOST + " bytes");
    }
    return frames(file.toString(), Files.readAllBytes(file));
  }

  /// @param name of the file, for what is wrong with it
  static List<byte[]> frames(String name, byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES || !isMagic(in.order(order(bytes)).getInt(0))) {
      throw new IOException(name + " is no pcap file; a pcapng becomes one by `editcap -F pcap`");
    }
    int link = in.getInt(LINK_TYPE_AT) & 0xffff;
    if (link != ETHERNET) {
      throw new IOException(name + " has the link type " + link + ", and not Ethernet, 1");
    }
    List<byte[]> frames = new ArrayList<>();
    int at = HEADER_BYTES;
    while (bytes.length - at >= PACKET_HEADER_BYTES) {
      long captured = in.getInt(at + CAPTURED_AT) & 0xffffffffL;
      at += PACKET_HEADER_BYTES;
      if (captured > bytes.length - at) {
        break;
      }
      frames.add(Arrays.copyOfRange(bytes, at, at + (int) captured));
      at += (int) captured;
    }
    return frames;
  }

  private static ByteOrder order(byte[] bytes) {
    return isMagic(ByteBuffer.wrap(bytes).getInt(0))
        ? ByteOrder.BIG_ENDIAN
        : ByteOrder.LITTLE_ENDIAN;
  }

  private static boolean isMagic(int word) {
    return word == MAGIC_MICROS || word == MAGIC_NANOS;
  }

  /// A file of these frames, little-endian, a millisecond from one to the next.
  static byte[] file(List<byte[]> frames) {
    int size = HEADER_BYTES + frames.stream().mapToInt(f -> PACKET_HEADER_BYTES + f.length).sum();
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC_MICROS).putShort((short) 2).putShort((short) 4).putLong(0);
    out.putInt(1 << 16).putInt(ETHERNET);
    int millis = 0;
    for (byte[] frame : frames) {
      out.putInt(millis / 1000).putInt(millis % 1000 * 1000);
      out.putInt(frame.length).putInt(frame.length).put(frame);
      millis++;
    }
    return out.array();
  }
}
