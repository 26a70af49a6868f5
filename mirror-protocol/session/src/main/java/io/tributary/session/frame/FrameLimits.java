package io.tributary.session.frame;

import java.nio.charset.StandardCharsets;

/// The bounds of the wire, each with the failure that it prevents. Both ends know them: they are part of the version.
public final class FrameLimits {
  /// The length and the type before every body.
  public static final int HEAD_BYTES = 5;

  /// The most bytes of a batch in one Data frame: what an alarm may have to wait for.
  public static final int SLICE_BYTES = 16 * 1024;

  /// The most bytes of a batch in one Found frame, which is read as a whole.
  public static final int FOUND_SLICE_BYTES = 1024;

  /// An edge's name; as long as a label list of the domain name system may be.
  public static final int EDGE_ID_BYTES = 255;

  public static final int AGENT_VERSION_BYTES = 64;

  /// A topic's name, as in Kafka.
  public static final int TOPIC_BYTES = 249;

  public static final int CLASS_NAME_BYTES = 32;

  /// The words of a refusal or a farewell: a peer must not fill our log.
  public static final int TEXT_BYTES = 512;

  /// What a newer peer may add to a Hello or a Welcome, which are read before a version is agreed on.
  public static final int FUTURE_BYTES = 1024;

  /// The most bytes of one stream's frames that wait for an answer must fit an int.
  public static final int CREDIT_BYTES_MOST = 1 << 30;

  /// The largest body that must be whole before it is read; a Data frame is handed on as it comes.
  static final int WHOLE_BODY_BYTES =
      4 + 2 + 2 + 4 + 16 + 16 + 2 + EDGE_ID_BYTES + 2 + AGENT_VERSION_BYTES + FUTURE_BYTES;

  /// What a reader holds at most: one frame that has not come whole, without the slice of a Data frame.
  public static final int HELD_BYTES = HEAD_BYTES + WHOLE_BODY_BYTES;

  private FrameLimits() {}

  static String checkText(String name, String text, int bytesLeast, int bytesMost) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < bytesLeast || bytes > bytesMost) {
      throw new IllegalArgumentException(
          name + " has " + bytesLeast + " to " + bytesMost + " bytes, not " + bytes);
    }
    return text;
  }

  /// The text, cut at a whole character so that it fits {@link #TEXT_BYTES}.
  static String cutText(String text) {
    if (text.length() * 3L <= TEXT_BYTES
        || text.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES) {
      return text;
    }
    int chars = Math.min(text.length(), TEXT_BYTES / 3);
    if (Character.isHighSurrogate(text.charAt(chars - 1))) {
      chars--;
    }
    return text.substring(0, chars);
  }

  static long checkRange(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is from " + least + " to " + most + ", not " + value);
    }
    return value;
  }
}
