package io.tributary.settings;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/// A configuration that must not start anything, with all that is wrong with it.
public final class SettingsRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// One thing that is wrong.
  ///
  /// @param place `edge.yaml:12`, or `--flag`
  /// @param key dotted, such as `mqtt.mappings[0].topic`; empty for the file as a whole
  /// @param text what is wrong and what is allowed
  public record Problem(String place, String key, String text) {
    @Override
    public String toString() {
      return place + ": " + (key.isEmpty() ? "" : key + ": ") + text;
    }
  }

  private final transient List<Problem> problems;

  SettingsRefused(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /// In the order of the file.
  public List<Problem> problems() {
    return problems;
  }
}
