package io.tributary.session;

import java.util.List;

/// How the streams of one class share the link.
///
/// @param urgent sent before everything that is not urgent
/// @param weight the share of bytes beside the other classes that are not urgent
public record StreamClass(String name, boolean urgent, int weight) {
  public static final List<StreamClass> DEFAULTS =
      List.of(
          new StreamClass("alarm", true, 1),
          new StreamClass("normal", false, 4),
          new StreamClass("bulk", false, 1));

  static final int WEIGHT_MOST = 1000;

  public StreamClass {
    if (weight < 1 || weight > WEIGHT_MOST) {
      throw new IllegalArgumentException(
          "a weight is from 1 to " + WEIGHT_MOST + ", not " + weight);
    }
  }
}
