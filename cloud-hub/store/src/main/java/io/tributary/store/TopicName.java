package io.tributary.store;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The rules of a topic's name, which are Kafka's (`org.apache.kafka.common.internals.Topic`), so
/// that a topic can move to a Kafka cluster under its name.
public final class TopicName {
  /// With the partition's number behind it a name must still be a file name.
  public static final int LENGTH_MOST = 249;

  /// Where a hub keeps its consumer groups, and Kafka its own.
  public static final String CONSUMER_OFFSETS = "__consumer_offsets";

  /// Where a hub keeps how far its pipelines have come, and the state of their guests.
  public static final String PIPELINES = "__pipelines";

  private TopicName() {}

  /// Whether the topic is the hub's own: nobody else creates, writes, alters or deletes it.
  public static boolean isHubsOwn(String name) {
    return name.equals(GapEntry.TOPIC) || name.equals(CONSUMER_OFFSETS) || name.equals(PIPELINES);
  }

  /// Why `name` cannot be a topic's name, or null if it can.
  public static @Nullable String objection(String name) {
    if (name.isEmpty()) {
      return "a topic's name is not empty";
    }
    if (name.equals(".") || name.equals("..")) {
      return "a topic is not called '" + name + "'";
    }
    if (name.length() > LENGTH_MOST) {
      return "a topic's name has at most " + LENGTH_MOST + " characters, not " + name.length();
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isAllowed(name.charAt(i))) {
        return "a topic's name has only letters, digits, '.', '_' and '-': '" + name + "'";
      }
    }
    return null;
  }

  /// The name among `others` that differs from `name` in nothing but '.' and '_', or null. Kafka
  /// refuses such a pair, since its metrics cannot tell the two apart.
  public static @Nullable String collision(String name, Collection<String> others) {
    String folded = name.replace('.', '_');
    for (String other : others) {
      if (!other.equals(name) && other.replace('.', '_').equals(folded)) {
        return other;
      }
    }
    return null;
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
