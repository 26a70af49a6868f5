package io.tributary.smartmodule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.settings.Section;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The transforms of a configuration, checked: every module is loaded, and has accepted its params.
///
/// @param transforms in order; at least one
/// @param policy what becomes of a record that one fails on
public record ChainPlan(Engine engine, List<Transform> transforms, ErrorPolicy policy) {
  private static final long LAST_MOST = 1_000_000;

  public ChainPlan {
    transforms = List.copyOf(transforms);
  }

  /// Reads the keys `transforms` (a list of `uses`, `sha256`, `with`, `lookback`, `budget`) and `on-error`, and tries the chain.
  ///
  /// @param modules null when this program has no engine
  /// @return null when there are no transforms, or they are refused, which the section has noted
  public static @Nullable ChainPlan read(Section section, @Nullable Modules modules) {
    ErrorPolicy policy = section.oneOf("on-error", ErrorPolicy.class, ErrorPolicy.DEAD_LETTER);
    List<Section> written = section.sections("transforms");
    if (written.isEmpty()) {
      return null;
    }
    if (modules == null) {
      section.refuse(
          "transforms",
          "needs the engine of SmartModules, which this program was built without: add the module"
              + " smartmodules/engine to the image");
      return null;
    }
    List<Transform> transforms = new ArrayList<>();
    for (Section one : written) {
      Transform transform = transform(one, modules);
      if (transform != null && accepts(one, modules.engine(), transform)) {
        transforms.add(transform);
      }
    }
    return transforms.size() == written.size()
        ? new ChainPlan(modules.engine(), transforms, policy)
        : null;
  }

  private static @Nullable Transform transform(Section section, Modules modules) {
    SmartModule module = modules.read(section);
    Lookback lookback =
        section.has("lookback") ? lookback(section.section("lookback"), module) : null;
    Budget budget = Budget.read(section.section("budget"), modules.budget());
    return module == null ? null : new Transform(module, section.texts("with"), lookback, budget);
  }

  private static @Nullable Lookback lookback(Section section, @Nullable SmartModule module) {
    long last = section.number("last", 0, 0, LAST_MOST);
    Duration age =
        section.has("age")
            ? section.duration("age", Duration.ZERO, Duration.ofMillis(1), Duration.ofDays(36_500))
            : null;
    if (module != null && !module.hasLookBack()) {
      section.refuse("last", "is of no use: " + module.name() + " does not look back");
      return null;
    }
    if (last == 0 && age == null) {
      section.refuse("last", "is missing; it must be a number of records, or there must be an age");
      return null;
    }
    return new Lookback(last, age);
  }

  /// Whether a guest starts and accepts its params.
  private static boolean accepts(Section section, Engine engine, Transform transform) {
    try {
      Chain.start(engine, List.of(transform), ErrorPolicy.STOP, line -> {});
      return true;
    } catch (GuestFailed e) {
      section.refuse(
          e.reason() == GuestFailed.Reason.STATUS ? "with" : "uses",
          "is not accepted by " + transform.module().name() + ": " + e.text());
      return false;
    }
  }

  /// A chain for one stream.
  ///
  /// @param log takes what guests write, each line with the guest's name before it
  /// @throws GuestFailed when a guest cannot be started any more
  public Chain start(Consumer<String> log) throws GuestFailed {
    return Chain.start(engine, transforms, policy, log);
  }

  /// Whether records that come out are what they were when they came in.
  public boolean onlyFilters() {
    return transforms.stream().allMatch(transform -> transform.module().kind() == Kind.FILTER);
  }

  /// What tells one version of the chain from another: the SHA-256, in hexadecimal, of its modules, params and look-backs.
  public String fingerprint() {
    StringBuilder all = new StringBuilder();
    for (Transform transform : transforms) {
      all.append(transform.module().sha256())
          .append(new TreeMap<>(transform.params()))
          .append(transform.lookback())
          .append('\n');
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has it", e);
    }
  }
}
