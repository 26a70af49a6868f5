package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.StateEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How QoS 2 publishes that are not released lie in the adapter's durable state.
///
/// ```
///  received/SESSION/PACKET-ID      version u8 = 1 | digest of topic and payload u64
///           16 hex  4 hex
/// ```
///
/// SESSION is a digest of the broker's address and the client identifier: an identifier means nothing to another broker. An
/// entry belongs to the class of the reading that came with it.
final class ReceivedState {
  private static final byte VERSION = 1;
  private static final String RECEIVED = "received/";
  private static final HexFormat HEX = HexFormat.of();

  private ReceivedState() {}

  static long session(String address, String clientId) {
    return digest(address, clientId.getBytes(StandardCharsets.UTF_8));
  }

  /// FNV-1a, 64 bits: tells messages apart that nobody made to collide.
  static long digest(String topic, byte[] payload) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : topic.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    hash *= 0x100000001b3L; // a byte 0, which no topic has
    for (byte each : payload) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  static String key(long session, int packetId) {
    return RECEIVED + HEX.toHexDigits(session) + "/" + HEX.toHexDigits((short) packetId);
  }

  static byte[] value(long digest) {
    return ByteBuffer.allocate(9).put(VERSION).putLong(digest).array();
  }

  /// Null when the entry is none of this session.
  static @Nullable Received found(StateEntry entry, long session) {
    String key = entry.key();
    String prefix = RECEIVED + HEX.toHexDigits(session) + "/";
    byte[] value = entry.value();
    if (!key.startsWith(prefix)
        || key.length() != prefix.length() + 4
        || value.length != 9
        || value[0] != VERSION) {
      return null;
    }
    try {
      int packetId = HexFormat.fromHexDigits(key, prefix.length(), key.length());
      long digest = ByteBuffer.wrap(value, 1, 8).getLong();
      return new Received(packetId, digest, entry.className(), true);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
