package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.mapping.TopicFilter;

/// What one session has asked for by one filter (MQTT 5, section 3.8.3).
///
/// @param text as the client wrote it, `$share/GROUP/` included
/// @param group of a shared subscription; empty: it is not shared
/// @param qos the most that messages are sent with
/// @param retainHandling 0: retained messages are sent; 1: when the subscription is new; 2: never
/// @param identifier which messages carry; 0: none
record Subscription(
    Session session,
    String text,
    String group,
    TopicFilter filter,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int retainHandling,
    int identifier) {
  static final int NO_IDENTIFIER = 0;
  private static final String SHARED = "$share/";
  private static final int NO_LOCAL = 4;
  private static final int RETAIN_AS_PUBLISHED = 8;

  /// Reads a filter with its options; the options' reserved bits are checked by whoever calls.
  ///
  /// @throws IllegalArgumentException when it is no filter
  static Subscription of(Session session, String text, int options, int identifier) {
    String group = "";
    String filter = text;
    if (text.startsWith(SHARED)) {
      int end = text.indexOf('/', SHARED.length());
      group = end < 0 ? "" : text.substring(SHARED.length(), end);
      if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
        throw new IllegalArgumentException(text);
      }
      filter = text.substring(end + 1);
    }
    return new Subscription(
        session,
        text,
        group,
        new TopicFilter(filter),
        options & 3,
        (options & NO_LOCAL) != 0,
        (options & RETAIN_AS_PUBLISHED) != 0,
        options >>> 4 & 3,
        identifier);
  }

  boolean isShared() {
    return !group.isEmpty();
  }

  /// The options' byte that it was read from.
  int options() {
    return qos
        | (noLocal ? NO_LOCAL : 0)
        | (retainAsPublished ? RETAIN_AS_PUBLISHED : 0)
        | retainHandling << 4;
  }
}
