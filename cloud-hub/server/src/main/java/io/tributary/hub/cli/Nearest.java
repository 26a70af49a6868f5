package io.tributary.hub.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What somebody probably meant who mistyped a name.
final class Nearest {
  /// A name that differs in more than a third of its letters was not mistyped.
  private static final int LETTERS_PER_TYPO = 3;

  private Nearest() {}

  /// The name among `names` that is most like `name`, or null if none is.
  static @Nullable String to(String name, Collection<String> names) {
    String nearest =
        names.stream().min(Comparator.comparingInt(other -> distance(name, other))).orElse(null);
    return nearest != null
            && distance(name, nearest) <= Math.max(1, name.length() / LETTERS_PER_TYPO)
        ? nearest
        : null;
  }

  /// How many letters must be added, removed or replaced (Levenshtein), whatever their case.
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
