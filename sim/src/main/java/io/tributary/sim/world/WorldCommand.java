package io.tributary.sim.world;

import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim world`: many seeds, or one in words.
@Command(
    name = "world",
    description =
        "Runs the real sessions and logs in simulated worlds with faults; exit status 1 when a promise is broken, or"
            + " when a fault or a state that should have been seen never was.",
    mixinStandardHelpOptions = true)
public final class WorldCommand implements Callable<Integer> {
  private static final long SEEDS = 1_000;

  /// A violation that comes in every world must not fill a disk.
  private static final int STORIES_WRITTEN_MOST = 10;

  /// The logs under test report each flipped bit, as they should; here nobody reads it. Held, since a logger that nobody
  /// holds forgets its level.
  private static final Logger PRODUCT_LOG = Logger.getLogger("io.tributary");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "how many worlds (default: 1000, or as many as the minutes allow)")
  private @Nullable Long seeds;

  @Option(names = "--minutes", paramLabel = "N", description = "runs until the time is up")
  private @Nullable Double minutes;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "how many worlds at once (default: as many as there are processors)")
  private @Nullable Integer threads;

  @Option(
      names = "--from",
      paramLabel = "S",
      defaultValue = "1",
      description = "the first seed (default: ${DEFAULT-VALUE})")
  private long from;

  @Option(
      names = "--story",
      paramLabel = "NAME|FILE",
      defaultValue = "anything",
      description = "what may go wrong (see --list), or a story file, which is run exactly")
  private String story = "anything";

  @Option(
      names = "--list",
      description = "lists the stories, and the row of the promise that each serves")
  private boolean list;

  @Option(
      names = "--story-out",
      paramLabel = "DIR",
      description =
          "where the shrunken story of a violation is written (default: sim/target/stories of the tree)")
  private @Nullable Path storyOut;

  @Option(names = "--no-story", description = "does not shrink violating stories")
  private boolean noStory;

  @Option(names = "--trace", description = "tells what happens in each world")
  private boolean trace;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Option(names = "--stop", description = "stops at the first violation")
  private boolean stop;

  @Spec private CommandSpec spec;

  private int storiesWritten;

  @Override
  public Integer call() throws InterruptedException {
    PRODUCT_LOG.setLevel(Level.OFF);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (list) {
      out.print(json ? Figures.plotsAsJson() : Figures.plots());
      out.flush();
      return ExitStatus.DONE;
    }
    Script script;
    try {
      script = script();
    } catch (IOException e) {
      err.println("sim world: " + e.getMessage());
      return ExitStatus.USAGE;
    }
    Worlds worlds = new Worlds(range(script), trace ? out : null);
    worlds.run(outcome -> violated(script, outcome, err), json || trace ? null : err);
    out.println(
        json ? Figures.toJson(worlds, script.plot()) : Figures.inWords(worlds, script.plot()));
    out.flush();
    List<String> unseen = Coverage.unseen(worlds, script.plot());
    for (String each : unseen) {
      err.println("sim world: no seed saw " + each);
    }
    return worlds.violations() == 0 && unseen.isEmpty() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  private Script script() throws IOException {
    if (Script.isFile(story)) {
      return Script.read(Path.of(story));
    }
    Plot plot = Plot.named(story);
    if (plot == null) {
      throw new IOException(
          "there is no story " + story + "; there are " + String.join(", ", Plot.labels()));
    }
    return new Script(from, plot, null);
  }

  private Worlds.Range range(Script script) {
    long nanosMost =
        minutes == null ? Long.MAX_VALUE : (long) (minutes * TimeUnit.MINUTES.toNanos(1));
    long count = seeds == null ? (minutes == null ? SEEDS : Long.MAX_VALUE) : seeds;
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return new Worlds.Range(
        script, script.mishaps() == null ? count : 1, nanosMost, Math.max(1, workers), stop);
  }

  private void violated(Script script, World.Outcome outcome, PrintWriter err) {
    err.println("seed " + outcome.seed() + ": " + outcome.violation());
    if (!noStory && script.mishaps() == null && storiesWritten < STORIES_WRITTEN_MOST) {
      storiesWritten++;
      Script violating = new Script(outcome.seed(), script.plot(), null);
      List<Mishap> left = Shrinking.of(violating, outcome.mishaps());
      try {
        World.Outcome shrunk = World.run(violating.with(left), null);
        Path file = violating.write(directory(), left, String.valueOf(shrunk.violation()));
        err.println("seed " + outcome.seed() + ": " + left.size() + " mishaps are enough: " + file);
      } catch (IOException e) {
        err.println("sim world: the story cannot be written: " + e.getMessage());
      }
    }
    err.flush();
  }

  private Path directory() {
    if (storyOut != null) {
      return storyOut;
    }
    String launcher = System.getenv("TRIBUTARY_LAUNCHER");
    Path home = launcher == null ? null : Path.of(launcher).getParent();
    return (home == null ? Path.of("") : home.resolve("sim")).resolve("target").resolve("stories");
  }
}
