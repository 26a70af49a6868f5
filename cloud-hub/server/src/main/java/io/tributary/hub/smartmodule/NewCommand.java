package io.tributary.hub.smartmodule;

import io.tributary.hub.ExitStatus;
import io.tributary.smartmodule.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `smartmodule new`.
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a directory with a SmartModule to begin from, and the SDK that it needs.",
      "",
      "It builds with `./tributary smartmodule build`, which needs clang and lld for C, node and npm for AssemblyScript.",
      ""
    },
    footer = {"", "Exit status: 0 done, 2 wrong usage, 3 the directory cannot be written."})
public final class NewCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description =
          "The module's name: lower-case letters, digits and hyphens. Its directory is made here.")
  private String name = "";

  @Option(
      names = {"-l", "--language"},
      paramLabel = "LANGUAGE",
      defaultValue = "assemblyscript",
      description = "c or assemblyscript. Default: ${DEFAULT-VALUE}.")
  private Language language = Language.assemblyscript;

  @Option(
      names = {"-K", "--kind"},
      paramLabel = "KIND",
      defaultValue = "filter",
      description = "filter, map, filter-map, array-map or aggregate. Default: ${DEFAULT-VALUE}.")
  private String kind = "";

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where, instead of a directory of its name here.")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (!name.matches("[a-z][a-z0-9-]{0,60}")) {
      throw wrong("a name is lower-case letters, digits and hyphens, not '" + name + "'");
    }
    String export = kind.toLowerCase(Locale.ROOT).replace('-', '_');
    if (Arrays.stream(Kind.values()).noneMatch(known -> known.export().equals(export))) {
      throw wrong("--kind is filter, map, filter-map, array-map or aggregate, not '" + kind + "'");
    }
    Path target = directory == null ? Path.of(name) : directory;
    if (Files.exists(target)) {
      throw wrong(target + " is there already; choose another NAME or --directory");
    }
    try {
      Sdk.write(target, name, language, export);
    } catch (IOException e) {
      System.err.println("tributary: " + target + " cannot be written: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    System.out.printf(
        "%s: change %s%s, then%n  ./tributary smartmodule build %s%n  ./tributary smartmodule test %s/%s.wasm -e key=value%n",
        target, name, language.suffix(), target, target, name);
    return 0;
  }

  private ParameterException wrong(String what) {
    if (spec == null) {
      throw new IllegalStateException("picocli did not fill in the command");
    }
    return new ParameterException(spec.commandLine(), what);
  }
}
