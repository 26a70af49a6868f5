package io.tributary.settings;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Finds what somebody meant who mistyped a key or a name.
public final class NearestWord {
  private NearestWord() {}

  /// The word that takes the fewest slips (a letter too many, too few, wrong, or two swapped), or null when none is near.
  public static @Nullable String of(String written, Collection<String> words) {
    String nearest = null;
    int fewest = Math.max(1, written.length() / 3) + 1;
    for (String word : words) {
      int slips = slips(written, word);
      if (slips < fewest) {
        fewest = slips;
        nearest = word;
      }
    }
    return nearest;
  }

  private static int slips(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] = i == 0 || j == 0 ? i + j : slipsAt(table, a, b, i, j);
      }
    }
    return table[a.length()][b.length()];
  }

  private static int slipsAt(int[][] table, String a, String b, int i, int j) {
    int wrong = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(wrong, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
  }
}
