package io.tributary.smartmodule;

import io.tributary.settings.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds and loads the modules that transforms name: files, and what comes with the program. Each is compiled once.
public final class Modules {
  private static final String FILE_SUFFIX = ".wasm";

  private final Engine engine;
  private final boolean needsChecksum;
  private final Budget budget;
  private final Map<String, Catalogue.Entry> catalogue = new TreeMap<>();
  private final Map<Path, SmartModule> files = new HashMap<>();
  private final Map<String, SmartModule> known = new HashMap<>();

  private Modules(Engine engine, boolean needsChecksum, Budget budget) {
    this.engine = engine;
    this.budget = budget;
    this.needsChecksum = needsChecksum;
    for (Catalogue some : ServiceLoader.load(Catalogue.class)) {
      some.entries().forEach(entry -> catalogue.put(entry.name(), entry));
    }
  }

  /// As {@link #find(boolean, Budget)}, with the budget by default.
  public static @Nullable Modules find(boolean needsChecksum) {
    return find(needsChecksum, Budget.DEFAULT);
  }

  /// @param needsChecksum whether a file is used only with its `sha256` beside it
  /// @param budget what a guest may spend unless its transform says otherwise
  /// @return null when this program has no engine
  public static @Nullable Modules find(boolean needsChecksum, Budget budget) {
    return ServiceLoader.load(Engine.class)
        .findFirst()
        .map(engine -> new Modules(engine, needsChecksum, budget))
        .orElse(null);
  }

  /// What a guest may spend unless its transform says otherwise.
  Budget budget() {
    return budget;
  }

  public Engine engine() {
    return engine;
  }

  /// What comes with the program, by name.
  public Map<String, Catalogue.Entry> catalogue() {
    return Map.copyOf(catalogue);
  }

  /// The module of the keys `uses` (a file that ends with `.wasm`, or a name, or `name@version`) and `sha256`.
  ///
  /// @return null when it is refused, which the section has noted
  @Nullable SmartModule read(Section transform) {
    String uses = transform.string("uses");
    String sha256 = transform.stringOrNull("sha256");
    if (uses.isEmpty()) {
      return null;
    }
    try {
      SmartModule module =
          uses.endsWith(FILE_SUFFIX)
              ? file(Path.of(transform.resolve("uses", uses)), uses)
              : named(uses);
      check(module, sha256, uses.endsWith(FILE_SUFFIX));
      return module;
    } catch (SmartModuleRefused e) {
      boolean ofChecksum = e.reason() == SmartModuleRefused.Reason.CHECKSUM;
      transform.refuse(ofChecksum ? "sha256" : "uses", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      transform.refuse("uses", "names the file " + uses + ", which cannot be read: " + e);
    }
    return null;
  }

  private SmartModule file(Path path, String name) throws IOException, SmartModuleRefused {
    SmartModule loaded = files.get(path);
    if (loaded == null) {
      loaded = engine.load(name, Files.readAllBytes(path));
      files.put(path, loaded);
    }
    return loaded;
  }

  /// A module of the catalogue.
  ///
  /// @param uses its name, or `name@version`
  /// @throws SmartModuleRefused when there is none, or not of that version; says which there are
  public SmartModule named(String uses) throws SmartModuleRefused {
    int at = uses.indexOf('@');
    String name = at < 0 ? uses : uses.substring(0, at);
    Catalogue.Entry entry = catalogue.get(name);
    if (entry == null) {
      throw new SmartModuleRefused(
          SmartModuleRefused.Reason.NOT_WASM,
          "is '"
              + uses
              + "', which is neither a file that ends with .wasm nor one of "
              + String.join(", ", catalogue.keySet()));
    }
    if (at >= 0 && !entry.version().equals(uses.substring(at + 1))) {
      throw new SmartModuleRefused(
          SmartModuleRefused.Reason.NOT_WASM,
          "is '" + uses + "', but there is " + name + "@" + entry.version());
    }
    SmartModule loaded = known.get(name);
    if (loaded == null) {
      loaded = engine.load(name, entry.wasm());
      known.put(name, loaded);
    }
    return loaded;
  }

  private void check(SmartModule module, @Nullable String sha256, boolean isFile)
      throws SmartModuleRefused {
    if (sha256 == null) {
      if (isFile && needsChecksum) {
        throw new SmartModuleRefused(
            SmartModuleRefused.Reason.CHECKSUM,
            "is missing; the file " + module.name() + " has " + module.sha256());
      }
    } else if (!sha256.equalsIgnoreCase(module.sha256())) {
      throw new SmartModuleRefused(
          SmartModuleRefused.Reason.CHECKSUM,
          "is %s, but %s has %s: it is another version, or was changed"
              .formatted(sha256, module.name(), module.sha256()));
    }
  }
}
