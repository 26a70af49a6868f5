package io.tributary.adapter.mqtt;

/// Finds the packets in a run of bytes. Pure; keeps nothing between calls but the last answer.
///
/// ```
///  | type, flags | remaining length: 1 to 4 bytes, 7 bits each, low first | body |
/// ```
final class Framing {
  private static final int MAX_LENGTH_BYTES = 4;

  private int header;
  private int bodyFrom;
  private int bodyTo;

  /// Looks for a whole packet at `from`.
  ///
  /// @param maxPacketBytes the whole packet's limit; checked against the length it claims, before its body arrives
  /// @return false when bytes are missing
  boolean next(byte[] bytes, int from, int to, int maxPacketBytes) throws PacketRefused {
    int length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
      int at = from + 1 + i;
      if (at >= to) {
        return false;
      }
      length |= (bytes[at] & 0x7f) << (7 * i);
      if (bytes[at] >= 0) {
        if (i > 0 && bytes[at] == 0) {
          throw PacketRefused.malformed("the remaining length is not in its shortest form");
        }
        int headerBytes = 2 + i;
        if (length > maxPacketBytes - headerBytes) {
          throw new PacketRefused(
              Reason.PACKET_TOO_LARGE,
              PacketType.name((bytes[from] & 0xff) >>> 4)
                  + " of "
                  + (length + headerBytes)
                  + " bytes, allowed are "
                  + maxPacketBytes);
        }
        header = bytes[from] & 0xff;
        bodyFrom = from + headerBytes;
        bodyTo = bodyFrom + length;
        return bodyTo <= to;
      }
    }
    throw PacketRefused.malformed("the remaining length has more than four bytes");
  }

  /// The first byte of the packet that was found.
  int header() {
    return header;
  }

  int bodyFrom() {
    return bodyFrom;
  }

  int bodyTo() {
    return bodyTo;
  }
}
