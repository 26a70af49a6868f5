package io.tributary.adapter.mqtt;

import io.tributary.adapter.StateEntry;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How sessions lie in the adapter's durable state.
///
/// ```
///  session/CLIENT-ID                 version u8 = 1 | generation u64 | expiry in seconds u32
///  received/GENERATION/PACKET-ID     version u8 = 1
///           16 hex     4 hex
/// ```
///
/// The first belongs to the state class, the others to the class of the reading that came with the identifier. An
/// identifier counts only while the session of its generation exists, so ending a session is one change.
final class SessionState {
  static final byte[] RECEIVED_VALUE = {1};

  private static final byte VERSION = 1;
  private static final String SESSION = "session/";
  private static final String RECEIVED = "received/";
  private static final HexFormat HEX = HexFormat.of();

  /// A session as found on disk.
  record Found(String clientId, long generation, long expirySeconds) {}

  /// A packet identifier as found on disk.
  record FoundReceived(long generation, int packetId) {}

  private SessionState() {}

  static String sessionKey(String clientId) {
    return SESSION + clientId;
  }

  static byte[] sessionValue(long generation, long expirySeconds) {
    return ByteBuffer.allocate(13)
        .put(VERSION)
        .putLong(generation)
        .putInt((int) expirySeconds)
        .array();
  }

  static String receivedKey(long generation, int packetId) {
    return RECEIVED + HEX.toHexDigits(generation) + "/" + HEX.toHexDigits((short) packetId);
  }

  /// Null when the entry is no session of a version that is known.
  static @Nullable Found session(StateEntry entry) {
    byte[] value = entry.value();
    if (!entry.key().startsWith(SESSION) || value.length != 13 || value[0] != VERSION) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value, 1, 12);
    String clientId = entry.key().substring(SESSION.length());
    return new Found(clientId, buffer.getLong(), buffer.getInt() & Connect.FOR_EVER);
  }

  /// Null when the entry is no packet identifier.
  static @Nullable FoundReceived received(StateEntry entry) {
    String key = entry.key();
    int at = RECEIVED.length();
    if (!key.startsWith(RECEIVED) || key.length() != at + 21 || key.charAt(at + 16) != '/') {
      return null;
    }
    try {
      long generation = HexFormat.fromHexDigitsToLong(key, at, at + 16);
      return new FoundReceived(generation, HexFormat.fromHexDigits(key, at + 17, at + 21));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
