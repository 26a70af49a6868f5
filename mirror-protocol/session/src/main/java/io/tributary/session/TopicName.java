package io.tributary.session;

import io.tributary.session.frame.FrameLimits;

/// What may be the name of a topic: as in Kafka, letters, digits, dot, underscore and hyphen, 249 at most, neither `.`
/// nor `..`.
final class TopicName {
  private TopicName() {}

  static boolean isLegal(String name) {
    if (name.isEmpty()
        || name.length() > FrameLimits.TOPIC_BYTES
        || name.equals(".")
        || name.equals("..")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isLegal =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!isLegal) {
        return false;
      }
    }
    return true;
  }
}
