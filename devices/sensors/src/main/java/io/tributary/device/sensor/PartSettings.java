package io.tributary.device.sensor;

import io.tributary.adapter.measurement.SourceNames;
import io.tributary.device.part.Part;
import io.tributary.device.part.PartType;
import io.tributary.settings.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the owner of the edge writes for one part on a bus.
///
/// @param address on the bus, or which chip is selected
/// @param maker makes it out of its line
record PartSettings<L>(String name, int address, Duration interval, Function<L, Part> maker) {
  private static final int CHIP_SELECTS = 16;
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /// Reads the key `parts`, and with it the keys that a part's own type has.
  static <L> List<PartSettings<L>> readAll(Section section, List<PartType<L>> types) {
    Duration interval = interval(section, INTERVAL);
    List<PartSettings<L>> parts = new ArrayList<>();
    SourceNames names = new SourceNames();
    for (Section each : section.sections("parts")) {
      PartSettings<L> part = read(each, types, interval, names);
      if (part != null) {
        parts.add(part);
      }
    }
    if (section.sections("parts").isEmpty()) {
      section.refuse(
          "parts",
          "is empty; it must say what to measure, such as [{part: " + types.get(0).name() + "}]");
    }
    return List.copyOf(parts);
  }

  static Duration interval(Section section, Duration absent) {
    return section.duration("interval", absent, Duration.ofMillis(10), Duration.ofDays(1));
  }

  private static <L> @Nullable PartSettings<L> read(
      Section section, List<PartType<L>> types, Duration interval, SourceNames names) {
    String word = section.string("part", "");
    for (PartType<L> each : types) {
      if (each.name().equals(word)) {
        return new PartSettings<>(
            names.read(section, word),
            each.addresses().isEmpty()
                ? section.integer("chip-select", 0, 0, CHIP_SELECTS - 1)
                : address(section, each.addresses()),
            interval(section, interval),
            each.reader().apply(section));
      }
    }
    section.refuse(
        "part",
        "is '%s' but must be one of %s"
            .formatted(word, types.stream().map(PartType::name).collect(Collectors.joining(", "))));
    return null;
  }

  private static int address(Section section, Set<Integer> allowed) {
    int lowest = allowed.stream().min(Integer::compare).orElseThrow();
    String text = section.string("address", hex(lowest));
    try {
      int address = Integer.decode(text);
      if (allowed.contains(address)) {
        return address;
      }
    } catch (NumberFormatException e) {
      // told below, with what is allowed
    }
    section.refuse(
        "address",
        "is '%s' but must be one of %s"
            .formatted(
                text,
                allowed.stream()
                    .sorted()
                    .map(PartSettings::hex)
                    .collect(Collectors.joining(", "))));
    return lowest;
  }

  private static String hex(int address) {
    return "0x%02x".formatted(address).toLowerCase(Locale.ROOT);
  }
}
