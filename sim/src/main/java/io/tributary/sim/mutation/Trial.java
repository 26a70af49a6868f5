package io.tributary.sim.mutation;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Lets the simulated world judge a mutation: which seed is the first that catches it, and does that seed pass without?
final class Trial {
  private static final int WORDS_SHOWN = 160;

  private final Path root;
  private final long seeds;
  private final String classPath = System.getProperty("java.class.path");

  /// What became of a mutation.
  ///
  /// @param seed that caught it; -1: none
  /// @param violation what the oracle said then
  /// @param passesWithout whether that seed passes in the code as it is
  record Verdict(
      Mutation mutation, long seed, String violation, boolean passesWithout, double seconds) {
    boolean isCaught() {
      return seed >= 0 && passesWithout;
    }
  }

  private record Run(long firstViolatingSeed, String violation) {}

  /// @param seeds that are tried for each mutation at most
  Trial(Path root, long seeds) {
    this.root = root;
    this.seeds = seeds;
  }

  Verdict judge(Mutation mutation) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Run caught;
    try (ScratchTree tree = new ScratchTree(root)) {
      tree.apply(mutation);
      Path classes = tree.compile(mutation, classPath);
      caught =
          world(
              classes + File.pathSeparator + classPath, "--seeds", Long.toString(seeds), "--stop");
    }
    boolean passesWithout =
        caught.firstViolatingSeed() >= 0
            && world(
                        classPath,
                        "--from",
                        Long.toString(caught.firstViolatingSeed()),
                        "--seeds",
                        "1")
                    .firstViolatingSeed()
                < 0;
    double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
    return new Verdict(
        mutation, caught.firstViolatingSeed(), caught.violation(), passesWithout, seconds);
  }

  /// Runs `sim world` as a process of its own, with assertions.
  private static Run world(String classPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-XX:+UseParallelGC", "-Xmx1g", "-cp", classPath));
    command.addAll(List.of("io.tributary.sim.Main", "sim", "world", "--json"));
    command.addAll(List.of(arguments));
    Path said = Files.createTempFile("tributary-mutation", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(said.toFile()).start();
      process.getOutputStream().close();
      String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return read(json, Files.readString(said));
    } finally {
      Files.delete(said);
    }
  }

  private static Run read(String json, String said) throws IOException {
    try {
      JsonObject result = JsonParser.object().from(json);
      long seed = result.isNull("firstViolatingSeed") ? -1 : result.getLong("firstViolatingSeed");
      return new Run(seed, seed < 0 ? "" : violation(seed, said));
    } catch (JsonParserException e) {
      throw new IOException("the world did not run: " + (said.isBlank() ? json : said), e);
    }
  }

  private static String violation(long seed, String said) {
    String start = "seed " + seed + ": ";
    @Nullable String line =
        said.lines().filter(each -> each.startsWith(start)).findFirst().orElse(null);
    String words = line == null ? "" : line.substring(start.length());
    return words.length() <= WORDS_SHOWN ? words : words.substring(0, WORDS_SHOWN) + "…";
  }
}
