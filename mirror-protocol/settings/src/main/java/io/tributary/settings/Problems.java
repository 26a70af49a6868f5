package io.tributary.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with one file.
final class Problems {
  private final List<Noted> noted = new ArrayList<>();

  private record Noted(Place place, String key, String text) {}

  void add(Place place, String key, String text) {
    noted.add(new Noted(place, key, text));
  }

  boolean isEmpty() {
    return noted.isEmpty();
  }

  /// In the order of the file, flags first.
  List<SettingsRefused.Problem> all() {
    return noted.stream()
        .sorted(Comparator.comparingInt(n -> n.place().line()))
        .map(n -> new SettingsRefused.Problem(n.place().toString(), n.key(), n.text()))
        .toList();
  }
}
