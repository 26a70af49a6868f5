package io.tributary.hub.smartmodule;

import io.tributary.hub.ExitStatus;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `smartmodule build`.
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = {
      "Builds what `smartmodule new` has made, checks that it can run here, and tells its checksum.",
      "",
      "C needs clang and lld, AssemblyScript node and npm, which fetches its compiler the first time.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 done, 1 it does not build, or is no SmartModule, 2 wrong usage, 3 a compiler is missing."
    })
public final class BuildCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = ".",
      description = "The module's directory. Default: the one that you are in.")
  private Path directory = Path.of(".");

  @Override
  public Integer call() throws InterruptedException {
    try {
      Path built = Files.exists(directory.resolve("package.json")) ? npm() : clang();
      tell(built);
      return 0;
    } catch (Refusal e) {
      System.err.println("tributary: " + e.getMessage());
      return e.status();
    } catch (IOException e) {
      System.err.println("tributary: " + e);
      return ExitStatus.WORLD;
    }
  }

  private Path npm() throws Refusal, IOException, InterruptedException {
    need("npm", "install Node.js 20 or later with npm");
    if (!Files.isDirectory(directory.resolve("node_modules"))) {
      System.err.println("tributary: fetching the compiler of AssemblyScript");
      run(List.of("npm", "install", "--no-audit", "--no-fund", "--silent"));
    }
    run(List.of("npm", "run", "--silent", "build"));
    return module();
  }

  private Path clang() throws Refusal, IOException, InterruptedException {
    if (!Files.exists(directory.resolve("build"))) {
      throw new Refusal(
          ExitStatus.USAGE,
          directory
              + " has neither a package.json nor a file `build`: is it what `smartmodule new` has made?");
    }
    need("clang", "install clang and lld (Debian, Ubuntu: apt-get install clang lld)");
    need("wasm-ld", "install lld (Debian, Ubuntu: apt-get install lld)");
    run(List.of("./build"));
    return module();
  }

  private static void need(String program, String what) throws Refusal {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String directory : path.split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory.isEmpty() ? "." : directory, program))) {
        return;
      }
    }
    throw new Refusal(ExitStatus.WORLD, program + " is not there: " + what);
  }

  private void run(List<String> command) throws Refusal, IOException, InterruptedException {
    int status =
        new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start().waitFor();
    if (status != 0) {
      throw new Refusal(
          ExitStatus.FAILED, String.join(" ", command) + " ended with status " + status);
    }
  }

  /// The newest .wasm here.
  private Path module() throws Refusal, IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> modules =
          files
              .filter(file -> file.toString().endsWith(".wasm"))
              .sorted((a, b) -> Long.compare(b.toFile().lastModified(), a.toFile().lastModified()))
              .toList();
      if (modules.isEmpty()) {
        throw new Refusal(ExitStatus.FAILED, "the build has made no .wasm in " + directory);
      }
      return modules.get(0);
    }
  }

  private static void tell(Path built) throws Refusal, IOException {
    Modules modules = Modules.find(false);
    if (modules == null) {
      throw new Refusal(
          ExitStatus.WORLD, "this program was built without the engine of SmartModules");
    }
    try {
      SmartModule module =
          modules.engine().load(built.getFileName().toString(), Files.readAllBytes(built));
      System.out.printf(
          "%s: %s, %d bytes. In a configuration:%n  transforms:%n    - uses: %s%n      sha256: %s%n",
          built, module.kind().export(), Files.size(built), built, module.sha256());
    } catch (SmartModuleRefused e) {
      throw new Refusal(ExitStatus.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}
