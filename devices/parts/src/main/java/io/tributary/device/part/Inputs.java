package io.tributary.device.part;

import io.tributary.settings.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The words of a converter's inputs.
final class Inputs {
  private Inputs() {}

  /// The key `inputs`, which must have some, with different names.
  static List<Section> of(Section section, Set<String> allowed) {
    List<Section> inputs = section.sections("inputs");
    if (inputs.isEmpty()) {
      section.refuse(
          "inputs",
          "is empty; it must say what to measure, such as [{name: tank, input: 0}], with inputs "
              + String.join(", ", allowed));
    }
    Set<String> names = new HashSet<>();
    for (Section each : inputs) {
      String name = each.string("name");
      if (!name.isEmpty() && !names.add(name)) {
        each.refuse("name", "is '" + name + "', which another one has");
      }
    }
    return inputs;
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
