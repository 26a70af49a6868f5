package io.tributary.hub.cli;

import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which SmartModules records go through before they are shown.
final class TransformOption {
  @Option(
      names = "--smartmodule",
      paramLabel = "MODULE",
      description =
          "Show what a SmartModule makes of the records: a file that ends with .wasm, or a name of `smartmodule list`.")
  private @Nullable String module;

  @Option(
      names = {"-e", "--params"},
      paramLabel = "KEY=VALUE",
      description = "A param for that module; may be repeated.")
  private Map<String, String> params = new LinkedHashMap<>();

  @Option(
      names = "--transforms-file",
      paramLabel = "FILE",
      description =
          "A YAML file with `transforms:`, as in a configuration, instead of --smartmodule.")
  private @Nullable Path file;

  /// @return null: records are shown as they are
  /// @throws Failure when it is no SmartModule, or refuses its params
  @Nullable ChainPlan plan() throws Failure {
    if (module == null && file == null) {
      if (!params.isEmpty()) {
        throw new Failure(Failure.USAGE, "-e is for the module that --smartmodule names");
      }
      return null;
    }
    if (module != null && file != null) {
      throw new Failure(Failure.USAGE, "give --smartmodule or --transforms-file, not both");
    }
    Modules modules = Modules.find(false);
    if (modules == null) {
      throw new Failure(Failure.WORLD, "this program was built without the engine of SmartModules");
    }
    try {
      return file == null ? ofModule(String.valueOf(module), modules) : ofFile(file, modules);
    } catch (SettingsRefused | SmartModuleRefused e) {
      throw new Failure(Failure.USAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new Failure(Failure.WORLD, (file == null ? module : file) + " cannot be read: " + e, e);
    }
  }

  private ChainPlan ofModule(String name, Modules modules) throws IOException, SmartModuleRefused {
    SmartModule loaded =
        name.endsWith(".wasm")
            ? modules.engine().load(name, Files.readAllBytes(Path.of(name)))
            : modules.named(name);
    @Nullable Lookback none = null;
    return new ChainPlan(
        modules.engine(),
        List.of(new Transform(loaded, params, none, Budget.DEFAULT)),
        ErrorPolicy.SKIP);
  }

  private static ChainPlan ofFile(Path file, Modules modules)
      throws IOException, SettingsRefused, Failure {
    Section root = Settings.load(file);
    ChainPlan read = ChainPlan.read(root, modules);
    root.finish();
    if (read == null) {
      throw new Failure(Failure.USAGE, file + " has no transforms");
    }
    return new ChainPlan(read.engine(), read.transforms(), ErrorPolicy.SKIP);
  }
}
