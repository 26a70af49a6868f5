package io.tributary.adapter.mqtt;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Finds the route of a topic name by its bytes; a name that was seen lately costs a hash and a comparison. Confined to the
/// event loop.
///
/// The memory is a table of fixed size in which a newer name takes the place of an older one with the same slot, so that a
/// client with endless names costs time, never space.
final class Routes {
  private static final int SLOTS = 1024;

  /// Longer names are worked out each time.
  private static final int MAX_REMEMBERED_BYTES = 256;

  private final List<Mapping> mappings;
  private final UnaryOperator<String> classOf;
  private final @Nullable Route[] slots = new @Nullable Route[SLOTS];

  /// Takes the mappings; the first that matches wins.
  ///
  /// @param classOf the class of a Tributary topic
  Routes(List<Mapping> mappings, UnaryOperator<String> classOf) {
    this.mappings = mappings;
    this.classOf = classOf;
  }

  /// The route of a topic name, which is checked.
  Route find(byte[] bytes, int from, int length) throws PacketRefused {
    int slot = hash(bytes, from, length) & SLOTS - 1;
    Route known = slots[slot];
    if (known != null && known.isNamed(bytes, from, length)) {
      return known;
    }
    check(bytes, from, length);
    Route route = work(Arrays.copyOfRange(bytes, from, from + length));
    if (length <= MAX_REMEMBERED_BYTES) {
      slots[slot] = route;
    }
    return route;
  }

  private Route work(byte[] name) {
    Route unmapped = new Route(name, null, "");
    String[] levels = TopicFilter.levels(unmapped.mqttTopic);
    for (Mapping mapping : mappings) {
      if (mapping.filter().matches(levels)) {
        return new Route(name, mapping, classOf.apply(mapping.topic()));
      }
    }
    return unmapped;
  }

  /// A topic name is not empty, is UTF-8 and has no wildcards (MQTT 5, sections 3.3.2.1 and 4.7.3).
  private static void check(byte[] bytes, int from, int length) throws PacketRefused {
    if (length == 0) {
      throw PacketRefused.protocolError("an empty topic name");
    }
    if (!Utf8.isValid(bytes, from, from + length)) {
      throw PacketRefused.malformed("a topic name is not valid UTF-8");
    }
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '+' || bytes[i] == '#') {
        throw new PacketRefused(Reason.TOPIC_NAME_INVALID, "a topic name with wildcards");
      }
    }
  }

  private static int hash(byte[] bytes, int from, int length) {
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ hash >>> 16;
  }
}
