package io.tributary.device.part;

import io.tributary.adapter.measurement.SourceNames;
import io.tributary.settings.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/// The words of a converter's inputs.
final class Inputs {
  private Inputs() {}

  /// The key `inputs`, which must have some, with different names.
  ///
  /// @param input makes one out of its section and its name
  static <I> List<I> of(
      Section section, Set<String> allowed, BiFunction<Section, String, I> input) {
    SourceNames names = new SourceNames();
    List<I> inputs = new ArrayList<>();
    for (Section each : section.sections("inputs")) {
      inputs.add(input.apply(each, names.read(each)));
    }
    if (inputs.isEmpty()) {
      section.refuse(
          "inputs",
          "is empty; it must say what to measure, such as [{name: tank, input: 0}], with inputs "
              + String.join(", ", allowed));
    }
    return List.copyOf(inputs);
  }

  /// One of the words that a part knows.
  ///
  /// @return its code
  static int choice(Section section, String key, Map<String, Integer> codes, String absent) {
    String word = section.string(key, absent);
    Integer code = codes.get(word);
    if (code == null) {
      section.refuse(
          key, "is '" + word + "' but must be one of " + String.join(", ", codes.keySet()));
      return 0;
    }
    return code;
  }
}
