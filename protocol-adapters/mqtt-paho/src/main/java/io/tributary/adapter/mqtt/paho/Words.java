package io.tributary.adapter.mqtt.paho;

import org.jspecify.annotations.Nullable;

/// What Paho's exceptions say, in one line.
final class Words {
  private Words() {}

  /// @param code Paho's reason code, of which those below 256 are the broker's
  static String of(@Nullable Throwable trouble, int code) {
    if (trouble == null) {
      return "the connection was closed";
    }
    StringBuilder words = new StringBuilder(String.valueOf(trouble.getMessage()));
    words.append(" (").append(code).append(")");
    for (Throwable cause = trouble.getCause(); cause != null; cause = cause.getCause()) {
      words.append(": ").append(cause.getMessage() == null ? cause : cause.getMessage());
    }
    return words.toString();
  }
}
