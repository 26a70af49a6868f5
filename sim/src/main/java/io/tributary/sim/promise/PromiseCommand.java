package io.tributary.sim.promise;

import com.grack.nanojson.JsonArray;
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
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim promise`: runs the commands of the table and writes down what came of them.
@Command(
    name = "promise",
    description = {
      "Runs the command of each fault of the promise, keeps its result under docs/promise, and renders",
      "docs/promise.md from all results that are there, after each row. A command that serves several",
      "rows runs once. Exit status 1 when one of them failed."
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

  @Option(
      names = "--resume",
      description = "takes what earlier runs on the same commit have left, and runs the rest")
  private boolean resume;

  @Option(names = "--render", description = "runs nothing; only renders the page")
  private boolean render;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  /// One command may serve several rows: it is run once.
  private final Map<String, JsonObject> ran = new HashMap<>();

  private final Set<String> failed = new HashSet<>();
  private final long startNanos = System.nanoTime();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Set<Integer> wrong = new HashSet<>(rows);
    Row.ALL.forEach(row -> wrong.remove(row.number()));
    if (!wrong.isEmpty()) {
      err.println("sim promise: --rows: there is no row " + wrong + ", only 1 to 29");
      return ExitStatus.USAGE;
    }
    Path home = Objects.requireNonNull(Path.of(Launcher.path()).toAbsolutePath().getParent());
    Path results = home.resolve("docs/promise");
    Path page = home.resolve("docs/promise.md");
    try {
      Files.createDirectories(results);
      String commit = commit(home);
      if (resume) {
        takeOver(results, commit);
      }
      for (Row row : render ? List.<Row>of() : Row.ALL) {
        boolean isWanted = rows.isEmpty() || rows.contains(row.number());
        if (isWanted && !row.commands().isEmpty()) {
          write(PromisePage.file(results, row.number()), runAll(home, row, commit));
          write(page, PromisePage.render(results));
        }
      }
      write(page, PromisePage.render(results));
    } catch (IOException e) {
      err.println("sim promise: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    PrintWriter out = spec.commandLine().getOut();
    String text =
        JsonWriter.string()
            .object()
            .value("ran", ran.size())
            .value("failed", failed.size())
            .value("seconds", elapsedSeconds())
            .end()
            .done();
    out.println(
        json
            ? text
            : "%d commands, %d failed, %d s"
                .formatted(ran.size(), failed.size(), elapsedSeconds()));
    out.flush();
    return failed.isEmpty() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  /// The commit of the tree; with a `+` when something but the results differs from it.
  private static String commit(Path home) throws IOException, InterruptedException {
    String commit = ask(home, "git", "rev-parse", "--short=12", "HEAD");
    String changed =
        ask(home, "git", "status", "--porcelain", "--", ".", ":!docs/promise", ":!docs/promise.md");
    return changed.isEmpty() ? commit : commit + "+";
  }

  /// What was run on this commit, and whole, need not run again. Uncommitted changes may be any.
  private void takeOver(Path results, String commit) throws IOException {
    for (Row row : Row.ALL) {
      Path file = PromisePage.file(results, row.number());
      if (commit.endsWith("+") || !Files.exists(file)) {
        continue;
      }
      JsonObject result = PromisePage.read(file);
      if (result.getString("commit", "").equals(commit)) {
        for (Object each : result.getArray("runs", new JsonArray())) {
          JsonObject run = (JsonObject) each;
          if (run.getInt("exitStatus", -1) == ExitStatus.DONE) {
            ran.put(run.getString("command"), run);
          }
        }
      }
    }
  }

  private String runAll(Path home, Row row, String commit)
      throws IOException, InterruptedException {
    List<Object> runs = new ArrayList<>();
    for (String command : quick ? row.quick() : row.commands()) {
      runs.add(run(home, row, "./tributary " + command));
    }
    JsonObject result = new JsonObject();
    result.put("row", row.number());
    result.put("commit", commit);
    result.put("endedAtMs", System.currentTimeMillis());
    result.put("runs", runs);
    return JsonWriter.indent("  ").string().object(result).done() + "\n";
  }

  private JsonObject run(Path home, Row row, String command)
      throws IOException, InterruptedException {
    JsonObject known = ran.get(command);
    if (known != null) {
      say("row %d: %s: has run already".formatted(row.number(), command));
      return known;
    }
    say("row %d, %s: %s".formatted(row.number(), row.fault(), command));
    long startedNanos = System.nanoTime();
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.set(0, Launcher.path());
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
    run.put("command", command);
    run.put("exitStatus", process.waitFor());
    long tookSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
    run.put("seconds", tookSeconds);
    try {
      run.put(
          "result",
          lines.isEmpty()
              ? new JsonObject()
              : JsonParser.object().from(lines.get(lines.size() - 1)));
    } catch (JsonParserException e) {
      run.put("result", new JsonObject());
    }
    if (process.exitValue() != ExitStatus.DONE) {
      failed.add(command);
    }
    say(
        "row %d: %s after %d s"
            .formatted(
                row.number(),
                process.exitValue() == ExitStatus.DONE
                    ? "held"
                    : "FAILED with status " + process.exitValue(),
                tookSeconds));
    ran.put(command, run);
    return run;
  }

  private void say(String text) {
    spec.commandLine().getErr().printf("[%4d s] %s%n", elapsedSeconds(), text);
    spec.commandLine().getErr().flush();
  }

  private long elapsedSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
  }

  /// As a whole or not at all: whoever stops this may do so at any time.
  private static void write(Path file, String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, text);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String ask(Path home, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(home.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? said.strip() : "unknown";
  }
}
