package io.tributary.adapter.mqtt;

import io.tributary.adapter.StateEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How sessions lie in the adapter's durable state.
///
/// ```
///  session/CLIENT-ID                 version u8 = 1 | generation u64 | expiry in seconds u32
///                                    version u8 = 2 | generation u64 | expiry in seconds u32 | user, UTF-8
///  received/GENERATION/PACKET-ID     version u8 = 1
///           16 hex     4 hex
/// ```
///
/// The first belongs to the state class; version 2 is that of a client with a user name, whose session nobody else gets. The
/// others belong to the class of the reading that came with the identifier. An identifier counts only while the session of its
/// generation exists, so ending a session is one change.
final class SessionState {
  static final byte[] RECEIVED_VALUE = {1};

  private static final byte OF_NOBODY = 1;
  private static final byte OF_USER = 2;
  private static final int FIXED_BYTES = 13;
  private static final String SESSION = "session/";
  private static final String RECEIVED = "received/";
  private static final HexFormat HEX = HexFormat.of();

  /// A session as found on disk.
  ///
  /// @param user null: its client said no name
  record Found(String clientId, long generation, long expirySeconds, @Nullable String user) {}

  /// A packet identifier as found on disk.
  record FoundReceived(long generation, int packetId) {}

  private SessionState() {}

  static String sessionKey(String clientId) {
    return SESSION + clientId;
  }

  /// @param user null: its client said no name
  static byte[] sessionValue(long generation, long expirySeconds, @Nullable String user) {
    byte[] name = user == null ? new byte[0] : user.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + name.length)
        .put(user == null ? OF_NOBODY : OF_USER)
        .putLong(generation)
        .putInt((int) expirySeconds)
        .put(name)
        .array();
  }

  static String receivedKey(long generation, int packetId) {
    return RECEIVED + HEX.toHexDigits(generation) + "/" + HEX.toHexDigits((short) packetId);
  }

  /// Null when the entry is no session of a version that is known.
  static @Nullable Found session(StateEntry entry) {
    byte[] value = entry.value();
    boolean isSession = entry.key().startsWith(SESSION) && value.length >= FIXED_BYTES;
    boolean isOfNobody = isSession && value[0] == OF_NOBODY && value.length == FIXED_BYTES;
    if (!isOfNobody && !(isSession && value[0] == OF_USER)) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value, 1, FIXED_BYTES - 1);
    String clientId = entry.key().substring(SESSION.length());
    int nameBytes = value.length - FIXED_BYTES;
    return new Found(
        clientId,
        buffer.getLong(),
        buffer.getInt() & Connect.FOR_EVER,
        isOfNobody ? null : new String(value, FIXED_BYTES, nameBytes, StandardCharsets.UTF_8));
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
