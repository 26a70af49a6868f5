package io.tributary.sim.bench;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.field.source.Source;
import io.tributary.sim.field.source.Sources;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench field-memory`: what each adapter takes in memory.
@Command(
    name = "field-memory",
    description = {
      "The resident memory of an edge with the MQTT endpoint alone and nobody there, with each source of",
      "the field beside it that talks a little, and with all of them: medians over several starts. Needs",
      "socat."
    },
    mixinStandardHelpOptions = true)
public final class FieldMemoryBench implements Callable<Integer> {
  private static final String EDGE = "bench-edge";
  private static final String FORM = "%-20s%10s%10s%10s%12s%n";

  @Option(
      names = "--sources",
      paramLabel = "NAME",
      split = ",",
      description = "which (default: all)")
  private List<String> words = Sources.words();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10",
      description = "how often each source talks in a second (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "of load before memory is read (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "starts of each (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  /// An edge with some sources.
  private record Field(String name, List<Sources> sources) {}

  /// One life of an edge, at its end.
  ///
  /// @param cpuShare of one core, over the seconds of load
  private record Life(double megabytes, double peakMegabytes, double cpuShare) {}

  private record Result(Field field, List<Life> lives) {
    double median(ToDoubleFunction<Life> of) {
      return Median.of(lives.stream().mapToDouble(of).toArray());
    }

    double megabytes() {
      return median(Life::megabytes);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    List<Field> fields;
    try {
      fields = fields(words.stream().map(Sources::of).toList());
    } catch (IllegalArgumentException e) {
      err.println("bench field-memory: " + e.getMessage());
      return ExitStatus.USAGE;
    }
    if (runs < 1 || seconds < 1 || !(rate > 0)) {
      err.println("bench field-memory: --runs, --seconds and --rate are positive");
      return ExitStatus.USAGE;
    }
    List<Result> results = new ArrayList<>();
    try {
      for (Field field : fields) {
        Result result = new Result(field, lives(field));
        results.add(result);
        if (!json) {
          err.printf("%s: %.1f MB%n", field.name, result.megabytes());
          err.flush();
        }
      }
    } catch (IOException e) {
      err.println("bench field-memory: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    report(results);
    return ExitStatus.DONE;
  }

  /// The first is what the others stand beside.
  private static List<Field> fields(List<Sources> chosen) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("nobody", List.of()));
    chosen.forEach(each -> fields.add(new Field(each.word(), List.of(each))));
    fields.add(new Field("all", chosen));
    return fields;
  }

  /// The first life is not counted: it has no class archive yet, which is written at its end.
  private List<Life> lives(Field field) throws IOException, InterruptedException {
    List<Life> lives = new ArrayList<>();
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE))) {
      EdgePlan plan = EdgePlan.of(plant, EDGE, plant.freeAddress());
      List<Source> sources = new ArrayList<>();
      for (Sources each : field.sources) {
        Source source = each.in(plant, new Sources.Manner(1, rate));
        source.prepare();
        plan = source.joined(plan);
        sources.add(source);
      }
      Edge edge = plant.unstartedEdge(plan.mapping("{filter: \"#\", topic: other}"));
      Program program = edge.program();
      for (int life = 0; life <= runs; life++) {
        program.start();
        plant.awaitReady(edge);
        program.awaitUntil("well", Plant.READY, () -> Plant.isWell(edge.http()));
        if (life == 0) {
          for (Source source : sources) {
            source.start(edge);
          }
        }
        double cpuBefore = program.cpuSeconds();
        long fromNanos = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double share = (program.cpuSeconds() - cpuBefore) / ((System.nanoTime() - fromNanos) / 1e9);
        if (life > 0) {
          lives.add(
              new Life(program.rssBytes() / 1e6, program.peakRssBytesOfThisLife() / 1e6, share));
        }
        program.terminate();
      }
    }
    return lives;
  }

  private void report(List<Result> results) {
    PrintWriter out = spec.commandLine().getOut();
    double baseline = results.getFirst().megabytes();
    if (json) {
      JsonStringWriter written =
          JsonWriter.string()
              .object()
              .value("bench", "field-memory")
              .value("runs", runs)
              .value("seconds", seconds)
              .value("rate", rate)
              .array("fields");
      for (Result each : results) {
        written
            .object()
            .value("sources", each.field.name)
            .value("megabytes", each.megabytes())
            .value("more", each.megabytes() - baseline)
            .value("peakMegabytes", each.median(Life::peakMegabytes))
            .value("cpuShare", each.median(Life::cpuShare))
            .end();
      }
      out.println(written.end().end().done());
    } else {
      out.printf(FORM, "", "MB", "more", "peak MB", "CPU share");
      for (Result each : results) {
        out.printf(
            FORM,
            each.field.name,
            "%.1f".formatted(each.megabytes()),
            "%+.1f".formatted(each.megabytes() - baseline),
            "%.1f".formatted(each.median(Life::peakMegabytes)),
            "%.3f".formatted(each.median(Life::cpuShare)));
      }
    }
    out.flush();
  }
}
