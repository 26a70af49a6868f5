package io.tributary.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with one file, the first hundred of it: nobody reads more, and with aliases a small file can
/// have as many as the memory holds.
final class Problems {
  private static final int MOST = 100;

  private final List<Noted> noted = new ArrayList<>();

  private record Noted(Place place, String key, String text) {}

  void add(Place place, String key, String text) {
    if (!isFull()) {
      noted.add(new Noted(place, key, text));
    }
  }

  boolean isFull() {
    return noted.size() >= MOST;
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
