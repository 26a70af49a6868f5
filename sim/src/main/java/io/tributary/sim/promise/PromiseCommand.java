package io.tributary.sim.promise;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Launcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim promise`: runs the commands of the table and writes down what came of them.
@Command(
    name = "promise",
    description = {
      "Runs the command of each fault of the promise, keeps its result under docs/promise, and renders",
      "docs/promise.md from all results that are there. Exit status 1 when one of them failed."
    },
    mixinStandardHelpOptions = true)
public final class PromiseCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description = "only these rows (default: all)")
  private List<Integer> rows = List.of();

  @Option(names = "--quick", description = "fewer seeds, shorter runs")
  private boolean quick;

  @Option(names = "--render", description = "runs nothing; only renders the page")
  private boolean render;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  /// One command may serve several rows: it is run once.
  private final Map<String, JsonObject> ran = new HashMap<>();

  private int failed;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Path home = Objects.requireNonNull(Path.of(Launcher.path()).toAbsolutePath().getParent());
    Path results = home.resolve("docs/promise");
    try {
      Files.createDirectories(results);
      String commit = ask(home, "git", "rev-parse", "--short=12", "HEAD");
      for (Row row : render ? List.<Row>of() : Row.ALL) {
        if (row.commands().isEmpty() || (!rows.isEmpty() && !rows.contains(row.number()))) {
          continue;
        }
        JsonObject result = new JsonObject();
        result.put("row", row.number());
        result.put("commit", commit);
        List<Object> runs = new ArrayList<>();
        for (String command : quick ? row.quick() : row.commands()) {
          runs.add(run(home, command));
        }
        result.put("runs", runs);
        Files.writeString(
            PromisePage.file(results, row.number()),
            JsonWriter.indent("  ").string().object(result).done() + "\n");
      }
      Files.writeString(home.resolve("docs/promise.md"), PromisePage.render(results));
    } catch (IOException e) {
      err.println("sim promise: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    PrintWriter out = spec.commandLine().getOut();
    String text =
        JsonWriter.string().object().value("ran", ran.size()).value("failed", failed).end().done();
    out.println(json ? text : ran.size() + " commands run, " + failed + " failed");
    out.flush();
    return failed == 0 ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  private JsonObject run(Path home, String command) throws IOException, InterruptedException {
    JsonObject known = ran.get(command);
    if (known != null) {
      return known;
    }
    spec.commandLine().getErr().println("./tributary " + command);
    spec.commandLine().getErr().flush();
    List<String> words = new ArrayList<>(List.of(Launcher.path()));
    words.addAll(List.of(command.split(" ", -1)));
    words.add("--json");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    JsonObject run = new JsonObject();
    run.put("command", "./tributary " + command);
    run.put("exitStatus", process.waitFor());
    failed += process.exitValue() == 0 ? 0 : 1;
    try {
      run.put(
          "result",
          lines.isEmpty()
              ? new JsonObject()
              : JsonParser.object().from(lines.get(lines.size() - 1)));
    } catch (JsonParserException e) {
      run.put("result", new JsonObject());
    }
    ran.put(command, run);
    return run;
  }

  private static String ask(Path home, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(home.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? said.strip() : "unknown";
  }
}
