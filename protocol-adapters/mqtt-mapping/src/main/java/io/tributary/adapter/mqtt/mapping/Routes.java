package io.tributary.adapter.mqtt.mapping;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Finds the route of a topic name by its bytes; a name that was seen lately costs a hash and a comparison. Confined to the
/// event loop.
///
/// The memory is a table of fixed size in which a newer name takes the place of an older one with the same slot, so that a
/// client with endless names costs time, never space.
public final class Routes {
  private static final int SLOTS = 1024;

  /// Longer names are worked out each time.
  private static final int MAX_REMEMBERED_BYTES = 256;

  private final List<Mapping> mappings;
  private final UnaryOperator<String> classOf;
  private final @Nullable Route[] slots = new @Nullable Route[SLOTS];

  /// Takes the mappings; the first that matches wins.
  ///
  /// @param classOf the class of a Tributary topic
  public Routes(List<Mapping> mappings, UnaryOperator<String> classOf) {
    this.mappings = mappings;
    this.classOf = classOf;
  }

  /// The route of a topic name, which is checked.
  ///
  /// @throws TopicNameRefused when it is none
  public Route find(byte[] bytes, int from, int length) throws TopicNameRefused {
    int slot = hash(bytes, from, length) & SLOTS - 1;
    Route known = slots[slot];
    if (known != null && known.isNamed(bytes, from, length)) {
      return known;
    }
    TopicNameRefused.check(bytes, from, length);
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

  private static int hash(byte[] bytes, int from, int length) {
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ hash >>> 16;
  }
}
