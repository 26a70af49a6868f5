package io.tributary.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was written, with its places, before anyone asked for types.
sealed interface Tree {
  Place place();

  /// A single value.
  ///
  /// @param empty true when nothing was written after the key
  /// @param isText false when YAML takes it for a number, `true`, `false` or nothing
  record Scalar(Place place, String text, boolean empty, boolean isText) implements Tree {}

  record Items(Place place, List<Tree> items) implements Tree {}

  /// Keys and values.
  ///
  /// @param children changeable: a flag may override or add
  record Branch(Place place, Map<String, Tree> children) implements Tree {
    static Branch empty(Place place) {
      return new Branch(place, new LinkedHashMap<>());
    }
  }
}
