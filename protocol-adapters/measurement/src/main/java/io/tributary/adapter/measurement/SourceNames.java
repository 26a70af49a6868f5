package io.tributary.adapter.measurement;

import io.tributary.settings.Section;
import java.util.HashSet;
import java.util.Set;

/// The names that an owner gives to devices, pins and points: each is a part of a reading's source, so it has no `/`, and none is there
/// twice.
public final class SourceNames {
  private static final int CHARACTERS = 100;

  private final Set<String> names = new HashSet<>();

  /// Takes the key `name`, which must be there; what is wrong is reported to the section.
  public String read(Section section) {
    return check(section, section.string("name"));
  }

  /// As {@link #read(Section)}, with a name for where none is written.
  public String read(Section section, String absent) {
    return check(section, section.string("name", absent));
  }

  private String check(Section section, String name) {
    if (name.length() > CHARACTERS || name.contains("/")) {
      section.refuse(
          "name", "is '" + name + "' but must be 1 to " + CHARACTERS + " characters without /");
    } else if (!name.isEmpty() && !names.add(name)) {
      section.refuse("name", "is '" + name + "', which another one has");
    }
    return name;
  }
}
