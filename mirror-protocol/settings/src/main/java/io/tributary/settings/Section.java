package io.tributary.settings;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A group of keys, asked for by type. What is wrong is noted, answered with the default (or with something harmless where
/// there is none), and thrown by {@link #finish} together with everything else that is wrong.
public final class Section {
  /// Of a decimal number: `1e999999999` would be a gigabyte of digits.
  private static final int DIGITS_MOST = 100;

  private final String name;
  private final Tree.Branch branch;
  private final Shared shared;

  /// Every key that somebody asked for: the others are unknown.
  private final TreeSet<String> known = new TreeSet<>();

  /// What all sections of one file have in common: who asks twice for a section gets the same one.
  private record Shared(Problems problems, Map<String, Section> sections) {}

  private Section(String name, Tree.Branch branch, Shared shared) {
    this.name = name;
    this.branch = branch;
    this.shared = shared;
    shared.sections.put(name, this);
  }

  static Section root(Tree.Branch branch, Problems problems) {
    return new Section("", branch, new Shared(problems, new LinkedHashMap<>()));
  }

  /// Lets a flag win over the file. Call it on the root, before anything is read.
  ///
  /// @param key dotted, such as `mqtt.listen`
  public void override(String key, String value) {
    String[] words = key.split("\\.", -1);
    Map<String, Tree> children = branch.children();
    for (int i = 0; i < words.length - 1; i++) {
      if (!(children.get(words[i]) instanceof Tree.Branch)) {
        children.put(words[i], Tree.Branch.empty(Place.flag(key)));
      }
      children = ((Tree.Branch) children.get(words[i])).children();
    }
    children.put(words[words.length - 1], new Tree.Scalar(Place.flag(key), value, false, true));
  }

  /// Whether the key is written, with whatever value.
  public boolean has(String key) {
    known.add(key);
    return branch.children().containsKey(key);
  }

  /// The keys that are written, in their order; for sections whose keys the owner chooses.
  public List<String> keys() {
    return List.copyOf(branch.children().keySet());
  }

  /// A text that must be there.
  public String string(String key) {
    return require(key, "a text", "", text -> text);
  }

  public String string(String key, String absent) {
    return read(key, "a text", absent, text -> text);
  }

  /// A text that may be left out, which is null.
  public @Nullable String stringOrNull(String key) {
    return has(key) ? string(key) : null;
  }

  /// A list of texts; empty when it is not written. A single text counts as a list of one.
  public List<String> strings(String key) {
    List<String> texts = new ArrayList<>();
    for (Tree item : items(key)) {
      if (item instanceof Tree.Scalar(Place place, String text, boolean empty, boolean isText)
          && !empty) {
        texts.add(text);
      } else {
        problem(item.place(), dotted(key) + "[" + texts.size() + "]", "must be a text");
      }
    }
    return texts;
  }

  /// Values under names that the owner chooses, such as parameters for somebody else: a text as it is, whatever else as JSON.
  /// Empty when it is not written.
  public Map<String, String> texts(String key) {
    known.add(key);
    Map<String, String> texts = new LinkedHashMap<>();
    switch (branch.children().get(key)) {
      case null -> {}
      case Tree.Branch values ->
          values
              .children()
              .forEach((name, value) ->
                  texts.put(
                      name,
                      value instanceof Tree.Scalar scalar && scalar.isText()
                          ? scalar.text()
                          : Json.of(value)));
      case Tree.Scalar scalar when scalar.empty() -> {}
      case Tree other -> problem(other.place(), dotted(key), "must be names and values");
    }
    return texts;
  }

  public boolean bool(String key, boolean absent) {
    return read(
        key,
        "true or false",
        absent,
        text -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
          }
          return text.equals("true");
        });
  }

  /// A whole number from `min` to `max`, both included.
  public int integer(String key, int absent, int min, int max) {
    return Math.toIntExact(number(key, absent, min, max));
  }

  /// As {@link #integer}, for numbers that may be large.
  public long number(String key, long absent, long min, long max) {
    return read(
        key,
        "a whole number from " + min + " to " + max,
        absent,
        text -> inRange(Long.parseLong(text.replace("_", "")), min, max));
  }

  /// A number with its digits, such as `0.1`, from `min` to `max`, both included; null: without a limit.
  public BigDecimal decimal(
      String key, BigDecimal absent, @Nullable BigDecimal min, @Nullable BigDecimal max) {
    String range =
        (min == null ? "" : " from " + min.toPlainString())
            + (max == null ? "" : " to " + max.toPlainString());
    return read(
        key,
        "a number" + range + ", such as 0.1",
        absent,
        text -> {
          BigDecimal number = new BigDecimal(text);
          boolean isSane =
              Math.abs(number.scale()) < DIGITS_MOST && number.precision() < DIGITS_MOST;
          if (!isSane
              || (min != null && number.compareTo(min) < 0)
              || (max != null && number.compareTo(max) > 0)) {
            throw new IllegalArgumentException(text);
          }
          return number;
        });
  }

  /// A size in bytes, written as `64KiB` or `10GB`.
  public long sizeBytes(String key, long absent, long min, long max) {
    return read(
        key,
        Units.SIZES + ", from " + Units.size(min) + " to " + Units.size(max),
        absent,
        text -> inRange(Units.parseSize(text), min, max));
  }

  /// Written as `250ms`, `2s`, `5m`, `8h` or `7d`.
  public Duration duration(String key, Duration absent, Duration min, Duration max) {
    return read(
        key,
        Units.DURATIONS + ", from " + Units.duration(min) + " to " + Units.duration(max),
        absent,
        text -> {
          Duration duration = Units.parseDuration(text);
          inRange(duration.toMillis(), min.toMillis(), max.toMillis());
          return duration;
        });
  }

  /// Written as `80%`.
  public int percent(String key, int absent, int min, int max) {
    return read(
        key,
        Units.PERCENT + ", from " + min + "% to " + max + "%",
        absent,
        text -> (int) inRange(Units.parsePercent(text), min, max));
  }

  /// One of an enum's constants, written in lower case with hyphens: `DROP_OLDEST` is `drop-oldest`.
  public <E extends Enum<E>> E oneOf(String key, Class<E> type, E absent) {
    Map<String, E> allowed = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      allowed.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return read(
        key,
        "one of " + String.join(", ", allowed.keySet()),
        absent,
        text -> {
          E constant = allowed.get(text);
          if (constant == null) {
            throw new IllegalArgumentException(text);
          }
          return constant;
        });
  }

  /// `HOST:PORT` that must be there.
  public HostAndPort address(String key) {
    return require(key, ADDRESSES, new HostAndPort("127.0.0.1", 0), HostAndPort::parse);
  }

  /// `HOST:PORT`; an IPv6 host is written in brackets.
  public HostAndPort address(String key, HostAndPort absent) {
    return read(key, ADDRESSES, absent, HostAndPort::parse);
  }

  /// A path that must be there. A relative one counts from the file's directory, or from the working directory when a flag
  /// gives it.
  public Path path(String key) {
    return beside(key, require(key, "a path", Path.of(""), Path::of));
  }

  /// As {@link #path(String)}; null when it is not written.
  public @Nullable Path pathOrNull(String key) {
    return has(key) ? path(key) : null;
  }

  /// As {@link #path(String)}, for a path that is a part of that key's value. What cannot be a path is refused.
  public String resolve(String key, String path) {
    try {
      return beside(key, Path.of(path)).toString();
    } catch (InvalidPathException e) {
      refuse(key, "is no path: " + e.getReason());
      return path;
    }
  }

  private Path beside(String key, Path path) {
    Path directory = place(key).directory();
    return directory == null ? path : directory.resolve(path);
  }

  /// The section of that key, without any keys when it is not written.
  public Section section(String key) {
    known.add(key);
    Tree tree = branch.children().get(key);
    return sectionOf(tree, dotted(key), tree == null ? branch.place() : tree.place());
  }

  /// A list of sections; empty when it is not written.
  public List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    for (Tree item : items(key)) {
      sections.add(sectionOf(item, dotted(key) + "[" + sections.size() + "]", item.place()));
    }
    return sections;
  }

  /// The sections whose names the owner of the file chooses, in their order.
  public Map<String, Section> entries() {
    Map<String, Section> entries = new LinkedHashMap<>();
    for (String key : branch.children().keySet()) {
      entries.put(key, section(key));
    }
    return entries;
  }

  /// Notes that a key's value is wrong for a reason that only the reader knows.
  ///
  /// @param text what is wrong and what is allowed
  public void refuse(String key, String text) {
    known.add(key);
    problem(place(key), dotted(key), text);
  }

  /// The dotted name of this section; empty for the root.
  public String name() {
    return name;
  }

  /// Ends the reading of the whole file; call it on any section, after everything was asked for.
  ///
  /// @throws SettingsRefused with every problem, unknown keys among them
  public void finish() throws SettingsRefused {
    shared.sections.values().forEach(Section::noteUnknown);
    if (!shared.problems.isEmpty()) {
      throw new SettingsRefused(shared.problems.all());
    }
  }

  private static final String ADDRESSES = "HOST:PORT, such as 127.0.0.1:1883 or [::1]:1883";

  private void noteUnknown() {
    branch
        .children()
        .forEach((key, tree) -> {
          if (!known.contains(key)) {
            problem(tree.place(), dotted(key), "unknown key; " + instead(key));
          }
        });
  }

  private String instead(String key) {
    String nearest = NearestWord.of(key, known);
    if (nearest != null) {
      return "did you mean '" + nearest + "'?";
    }
    return known.isEmpty() ? "nothing is allowed here" : "allowed are " + String.join(", ", known);
  }

  private <T> T require(String key, String allowed, T harmless, Function<String, T> parse) {
    if (!has(key)) {
      problem(branch.place(), dotted(key), "is missing; it must be " + allowed);
      return harmless;
    }
    return read(key, allowed, harmless, parse);
  }

  private <T> T read(String key, String allowed, T absent, Function<String, T> parse) {
    if (!has(key)) {
      return absent;
    }
    if (!(branch.children().get(key)
        instanceof Tree.Scalar(Place place, String text, boolean empty, boolean isText))) {
      problem(place(key), dotted(key), "must be " + allowed);
      return absent;
    }
    if (empty) {
      problem(place, dotted(key), "has no value; it must be " + allowed);
      return absent;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      problem(place, dotted(key), "is '" + text + "' but must be " + allowed);
      return absent;
    }
  }

  private List<Tree> items(String key) {
    known.add(key);
    return switch (branch.children().get(key)) {
      case null -> List.of();
      case Tree.Items items -> items.items();
      case Tree.Scalar(Place place, String text, boolean empty, boolean isText) when empty ->
          List.of();
      case Tree single -> List.of(single);
    };
  }

  private Section sectionOf(@Nullable Tree tree, String dotted, Place place) {
    Section asked = shared.sections.get(dotted);
    if (asked != null) {
      return asked;
    }
    if (tree instanceof Tree.Branch child) {
      return new Section(dotted, child, shared);
    }
    boolean nothing = tree == null || (tree instanceof Tree.Scalar scalar && scalar.empty());
    if (!nothing) {
      problem(place, dotted, "must be keys and values");
    }
    return new Section(dotted, Tree.Branch.empty(place), shared);
  }

  private Place place(String key) {
    Tree tree = branch.children().get(key);
    return tree == null ? branch.place() : tree.place();
  }

  private String dotted(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private void problem(Place place, String key, String text) {
    shared.problems.add(place, key, text);
  }

  private static long inRange(long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(Long.toString(value));
    }
    return value;
  }
}
