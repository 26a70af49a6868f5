package io.tributary.agent;

import java.util.ArrayList;
import java.util.List;

/// Whether a program moves, at one moment.
///
/// @param standstills what does not, one sentence each; empty when all is well
public record Health(List<String> standstills) {
  /// The word for a program in which everything moves.
  public static final String OK = "ok";

  public Health {
    standstills = List.copyOf(standstills);
  }

  /// Asks every part.
  public static Health of(Iterable<? extends Vital> parts, long nowNanos) {
    List<String> standstills = new ArrayList<>();
    for (Vital part : parts) {
      String standstill = part.standstill(nowNanos);
      if (standstill != null) {
        standstills.add(standstill);
      }
    }
    return new Health(standstills);
  }

  public boolean isWell() {
    return standstills.isEmpty();
  }

  /// One line: `ok`, or what stands still.
  public String text() {
    return isWell() ? OK : String.join("; ", standstills);
  }
}
