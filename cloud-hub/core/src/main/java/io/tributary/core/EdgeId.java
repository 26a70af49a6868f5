package io.tributary.core;

import org.jspecify.annotations.Nullable;

/// The rules of an edge's id: it stands in certificates, keys of `_gaps`, log lines and tables.
final class EdgeId {
  static final int LENGTH_MOST = 128;

  private EdgeId() {}

  /// Why this cannot be an edge's id, or null if it can.
  static @Nullable String objection(String edgeId) {
    if (edgeId.isEmpty() || edgeId.length() > LENGTH_MOST) {
      return "an edge's id has 1 to " + LENGTH_MOST + " characters, not " + edgeId.length();
    }
    for (int i = 0; i < edgeId.length(); i++) {
      char c = edgeId.charAt(i);
      if (c <= ' ' || c >= 0x7F || c == '/' || c == '"' || c == '\\') {
        return "an edge's id is of visible ASCII without '/', '\"' and '\\'";
      }
    }
    return null;
  }
}
