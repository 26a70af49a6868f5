package io.tributary.sim.world;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
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
            + " when some fault never struck.",
    mixinStandardHelpOptions = true)
public final class WorldCommand implements Callable<Integer> {
  /// From so many seeds on, a fault that never struck means that the simulation is blind to it.
  private static final long SEEDS_FOR_ALL_FAULTS = 2_000;

  /// The logs under test report each flipped bit, as they should; here nobody reads it. Held, since a logger that nobody
  /// holds forgets its level.
  private static final Logger PRODUCT_LOG = Logger.getLogger("io.tributary");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "how many worlds (default: ${DEFAULT-VALUE})")
  private long seeds;

  @Option(
      names = "--from",
      paramLabel = "S",
      defaultValue = "1",
      description = "the first seed (default: ${DEFAULT-VALUE})")
  private long from;

  @Option(names = "--trace", description = "tells what happens in each world")
  private boolean trace;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Option(names = "--stop", description = "stops at the first violation")
  private boolean stop;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PRODUCT_LOG.setLevel(Level.OFF);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Worlds worlds = new Worlds(from, seeds, stop, trace ? out : null);
    worlds.run(outcome -> {
      err.println("seed " + outcome.seed() + ": " + outcome.violation());
      err.flush();
    });
    if (json) {
      out.println(toJson(worlds));
    } else {
      out.printf(
          "%d worlds (%d a minute), %d violations%s; %d readings, %d acknowledged, %d Gaps; digest %016x%n",
          worlds.done(),
          worlds.seedsPerMinute(),
          worlds.violations(),
          worlds.violations() == 0 ? "" : ", first in seed " + worlds.firstViolatingSeed(),
          worlds.tally().readings(),
          worlds.tally().acked(),
          worlds.tally().gaps(),
          worlds.digest());
    }
    out.flush();
    String missing = missingFault(worlds);
    if (missing != null) {
      err.println("sim world: no seed saw the fault " + missing);
    }
    return worlds.violations() == 0 && missing == null ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  private static @Nullable String missingFault(Worlds worlds) {
    if (worlds.done() >= SEEDS_FOR_ALL_FAULTS) {
      for (Fault fault : Fault.values()) {
        if (worlds.tally().struckBy(fault) == 0) {
          return fault.label();
        }
      }
    }
    return null;
  }

  private static String toJson(Worlds worlds) {
    JsonStringWriter writer = JsonWriter.string().object();
    writer.value("seeds", worlds.done());
    writer.value("violations", worlds.violations());
    if (worlds.violations() == 0) {
      writer.nul("firstViolatingSeed");
    } else {
      writer.value("firstViolatingSeed", worlds.firstViolatingSeed());
    }
    writer.value("seedsPerMinute", worlds.seedsPerMinute());
    writer.object("faults");
    for (Fault fault : Fault.values()) {
      writer.value(fault.label(), worlds.tally().struckBy(fault));
    }
    writer.end();
    writer.value("readings", worlds.tally().readings());
    writer.value("acked", worlds.tally().acked());
    writer.value("gaps", worlds.tally().gaps());
    writer.value("turns", worlds.tally().turns());
    writer.object("states");
    worlds.tally().states().forEach(writer::value);
    writer.end();
    writer.value("digest", String.format("%016x", worlds.digest()));
    return writer.end().done();
  }
}
