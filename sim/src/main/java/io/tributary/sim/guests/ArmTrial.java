package io.tributary.sim.guests;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Launcher;
import io.tributary.sim.plant.Plant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim smartmodule-arm`: guests on ARM make the same bytes.
@Command(
    name = "smartmodule-arm",
    description = {
      "Sends the same records through the same chains of guests in this JVM, in Debian's Java 21 of armhf and",
      "in its Java 25 of arm64, both under QEMU, and compares what came out and the states that are left.",
      "The signs of NaN in a state, which WebAssembly leaves to the machine, are told and are no difference.",
      "The first run downloads 150 MB by the mirror that apt uses; nothing is installed. Exit status 1 on any",
      "difference, 3 when something is missing."
    },
    mixinStandardHelpOptions = true)
public final class ArmTrial implements Callable<Integer> {
  private static final List<String> MACHINES = List.of("armhf", "arm64");

  /// Small, and quick to start, where each instruction is emulated.
  private static final List<String> JVM_OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xmx192m", "-Xshare:auto", "-XX:-UsePerfData");

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = "${sys:user.home}/.cache/tributary-arm",
      description = "where the machines are kept (default: ${DEFAULT-VALUE})")
  private Path directory = Path.of("");

  @Spec private CommandSpec spec;

  /// What one JVM made of all stories.
  ///
  /// @param stories by name, in order
  private record Told(Map<String, JsonObject> stories, double seconds) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      Path scratch = Files.createTempDirectory("tributary-arm-");
      try {
        Path script = script(scratch);
        prepare(script, scratch);
        Told here = told(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        boolean isSame = true;
        for (String machine : MACHINES) {
          Told there =
              told(
                  List.of(
                      "bash",
                      script.toString(),
                      "java",
                      directory.toAbsolutePath().toString(),
                      machine));
          isSame &= compare(machine, here, there);
        }
        return isSame ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
      } finally {
        Plant.delete(scratch);
      }
    } catch (IOException e) {
      err.println("sim smartmodule-arm: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private static Path script(Path scratch) throws IOException {
    try (InputStream in = ArmTrial.class.getResourceAsStream("arm.sh")) {
      return Files.write(scratch.resolve("arm.sh"), Objects.requireNonNull(in).readAllBytes());
    }
  }

  /// Downloads what is not there yet.
  private void prepare(Path script, Path scratch) throws IOException, InterruptedException {
    Path log = scratch.resolve("prepare.log");
    Process process =
        new ProcessBuilder(
                "bash", script.toString(), "prepare", directory.toAbsolutePath().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      List<String> lines = Files.readAllLines(log);
      throw new IOException(
          "the machines could not be prepared: "
              + String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size())));
    }
  }

  private static Told told(List<String> java) throws IOException, InterruptedException {
    Path home = Launcher.home();
    List<String> command = new ArrayList<>(java);
    command.addAll(JVM_OPTIONS);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            ChainDigests.class.getName(),
            home.resolve("smartmodules/samples/wasm").toString()));
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, JsonObject> stories = new LinkedHashMap<>();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        JsonObject story = JsonParser.object().from(line);
        stories.put(story.getString("story"), story);
      }
    } catch (JsonParserException e) {
      throw new IOException("a story that is no JSON: " + e.getMessage(), e);
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0) {
      throw new IOException(java.getLast() + " ended with the exit status " + process.exitValue());
    }
    return new Told(stories, (System.nanoTime() - begin) / 1e9);
  }

  private boolean compare(String machine, Told here, Told there) {
    PrintWriter out = spec.commandLine().getOut();
    int different = 0;
    for (String name : here.stories.keySet()) {
      JsonObject ours = Objects.requireNonNull(here.stories.get(name));
      JsonObject theirs = there.stories.get(name);
      if (theirs == null) {
        out.printf("%s: %s: not told%n", machine, name);
        different++;
        continue;
      }
      for (String what : List.of("outputs", "dead", "output", "state")) {
        if (!Objects.equals(ours.get(what), theirs.get(what))) {
          out.printf(
              "%s: %s: its %s is %s, here %s%n",
              machine, name, what, theirs.get(what), ours.get(what));
          different++;
        }
      }
      if (!Objects.equals(ours.get("stateBits"), theirs.get("stateBits"))) {
        out.printf(
            "%s: %s: the bits of its state are others: where no difference is named beside this, signs of NaN%n",
            machine, name);
      }
    }
    out.printf(
        "%s: %d stories, %d records out, %d dead letters, %d differences; %.1f s, here %.1f s%n",
        machine,
        here.stories.size(),
        sum(here, "outputs"),
        sum(here, "dead"),
        different,
        there.seconds,
        here.seconds);
    out.flush();
    return different == 0;
  }

  private static long sum(Told told, String of) {
    return told.stories.values().stream().mapToLong(story -> story.getLong(of)).sum();
  }
}
