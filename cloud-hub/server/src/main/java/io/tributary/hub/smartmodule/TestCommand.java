package io.tributary.hub.smartmodule;

import io.tributary.hub.ExitStatus;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `smartmodule test`.
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a SmartModule, or a chain of them, on lines of text, and prints one output a line.",
      "",
      "Each line is a record. What a module fails on is told on the standard error, with its line.",
      ""
    },
    footer = {
      "",
      "  printf 'apple\\nfruit\\n' | ./tributary smartmodule test filter.wasm -e key=app",
      "  ./tributary smartmodule test deadband -e band=0.5 -i readings.txt --interval 5m --verbose",
      "  ./tributary smartmodule test --transforms-file chain.yaml -i readings.txt",
      "",
      "Exit status: 0 done, 1 a module failed on a record, 2 wrong usage, or no SmartModule, 3 a file cannot be read."
    })
public final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODULE",
      arity = "0..1",
      description = "A file that ends with .wasm, or a name of `smartmodule list`.")
  private @Nullable String module;

  @Option(
      names = "--transforms-file",
      paramLabel = "FILE",
      description = "A YAML file with `transforms:`, as in a configuration, instead of MODULE.")
  private @Nullable Path transformsFile;

  @Option(
      names = {"-e", "--params"},
      paramLabel = "KEY=VALUE",
      description = "A param for the module's init; may be repeated.")
  private Map<String, String> params = new LinkedHashMap<>();

  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      description = "The lines; the standard input when left out.")
  private @Nullable Path input;

  @Option(
      names = "--aggregate-initial",
      paramLabel = "VALUE",
      description = "What an aggregate begins with. Default: nothing.")
  private @Nullable String initial;

  @Option(
      names = "--lookback",
      paramLabel = "N",
      description = "The first N lines are earlier records, which the module looks back at.")
  private int lookback;

  @Option(
      names = "--key-separator",
      paramLabel = "TEXT",
      description = "What stands before it in a line is the record's key. Default: no keys.")
  private @Nullable String keySeparator;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "0ms",
      description = "How far apart the records' timestamps are. Default: ${DEFAULT-VALUE}.")
  private String interval = "";

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "The first record's timestamp, such as 2026-01-31T12:00:00Z. Default: now.")
  private @Nullable String start;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many records go into one call at most. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      description = "The budget of a call. Default: 1s.")
  private @Nullable String time;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "The budget of memory. Default: 32MiB.")
  private @Nullable String memory;

  @Option(
      names = {"-k", "--key"},
      description = "Print [key] before the value.")
  private boolean withKey;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell the module's log, its calls, time and memory on the standard error.")
  private boolean verbose;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintStream err = System.err;
    try {
      Modules modules = Modules.find(false);
      if (modules == null) {
        throw new Refusal(
            ExitStatus.WORLD, "this program was built without the engine of SmartModules");
      }
      if ((module == null) == (transformsFile == null)) {
        throw wrong("name a MODULE or a --transforms-file");
      }
      if (batch < 1 || lookback < 0) {
        throw wrong("--batch is at least 1, --lookback at least 0");
      }
      long loadNanos = System.nanoTime();
      List<Transform> transforms = transforms(modules);
      loadNanos = System.nanoTime() - loadNanos;
      Trial trial = new Trial(modules.engine(), transforms, System.out, err);
      trial.keySeparator(keySeparator).withKey(withKey).batch(batch).lookback(lookback);
      trial.times(startMs(), interval());
      try (InputStream lines = lines()) {
        trial.run(lines, initial, verbose);
      }
      if (verbose) {
        err.printf("loaded and compiled in %.1f ms%n", loadNanos / 1e6);
        trial.tell();
      }
      return trial.failures() > 0 ? ExitStatus.FAILED : 0;
    } catch (Refusal e) {
      err.println("tributary: " + e.getMessage());
      return e.status();
    } catch (NoSuchFileException e) {
      err.println("tributary: there is no file " + e.getFile());
      return ExitStatus.WORLD;
    } catch (IOException e) {
      err.println("tributary: " + e);
      return ExitStatus.WORLD;
    }
  }

  private InputStream lines() throws IOException {
    return input == null ? System.in : Files.newInputStream(input);
  }

  private long startMs() {
    try {
      return start == null ? System.currentTimeMillis() : Instant.parse(start).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw wrong("--start is a time such as 2026-01-31T12:00:00Z, not '" + start + "'");
    }
  }

  private Duration interval() throws Refusal {
    Section section = flags(Map.of("interval", interval));
    Duration apart =
        section.duration("interval", Duration.ZERO, Duration.ZERO, Duration.ofDays(365));
    finish(section);
    return apart;
  }

  private List<Transform> transforms(Modules modules) throws Refusal, IOException {
    Path file = transformsFile;
    if (file != null) {
      try {
        Section root = Settings.load(file);
        ChainPlan plan = ChainPlan.read(root, modules);
        root.finish();
        if (plan == null) {
          throw new Refusal(ExitStatus.USAGE, file + " has no transforms");
        }
        return plan.transforms();
      } catch (SettingsRefused e) {
        throw new Refusal(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
      }
    }
    String name = String.valueOf(module);
    try {
      SmartModule loaded =
          name.endsWith(".wasm")
              ? modules.engine().load(name, Files.readAllBytes(Path.of(name)))
              : modules.named(name);
      Lookback back = lookback > 0 ? new Lookback(lookback, null) : null;
      return List.of(new Transform(loaded, params, back, budget()));
    } catch (SmartModuleRefused e) {
      throw new Refusal(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private Budget budget() throws Refusal {
    Map<String, String> flags = new LinkedHashMap<>();
    if (time != null) {
      flags.put("time", time);
    }
    if (memory != null) {
      flags.put("memory", memory);
    }
    Section section = flags(flags);
    Budget budget = Budget.read(section, Budget.DEFAULT);
    finish(section);
    return budget;
  }

  /// The words of options as a section, which knows durations and sizes.
  private static Section flags(Map<String, String> flags) {
    try {
      Section section = Settings.parse("options", "");
      flags.forEach(section::override);
      return section;
    } catch (SettingsRefused e) {
      throw new AssertionError("nothing is YAML", e);
    }
  }

  private static void finish(Section section) throws Refusal {
    try {
      section.finish();
    } catch (SettingsRefused e) {
      throw new Refusal(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private ParameterException wrong(String what) {
    if (spec == null) {
      throw new IllegalStateException("picocli did not fill in the command");
    }
    return new ParameterException(spec.commandLine(), what);
  }
}
