package io.tributary.sim.bench;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Launcher;
import io.tributary.sim.plant.Plant;
import io.tributary.smartmodule.Modules;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench smartmodule`: what a guest that filters costs here, beside V8.
@Command(
    name = "smartmodule",
    description = {
      "Filters on records of 100 bytes in batches of 1,000, half of which pass: through a chain, in JVMs",
      "with the options of an edge and of a hub and with none, beside Node's V8 running the same module by",
      "the same calls, and beside the same question in Java; what loading, starting and keeping a guest",
      "takes. Needs node."
    },
    mixinStandardHelpOptions = true)
public final class SmartModuleBench implements Callable<Integer> {
  private static final String NODE = "node";
  private static final String FORM = "%-14s%-14s%12s%14s%10s%n";
  private static final String FOOTPRINT_FORM = "%-14s%-14s%14s%12s%12s%14s%14s%n";

  /// Each guest with the name of its param, all of which are told the same.
  private static final Map<String, String> GUESTS = guests();

  /// The options of the launcher that guests feel.
  private static final Map<String, List<String>> JVMS = jvms();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "of each, in turns (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "1",
      description = "that a run takes (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "4",
      description = "seconds of each before its first run (default: ${DEFAULT-VALUE})")
  private int warmUpSeconds;

  @Option(names = "--json", description = "one JSON object, without the progress and the table")
  private boolean json;

  @Spec private CommandSpec spec;

  private static Map<String, String> guests() {
    Map<String, String> guests = new LinkedHashMap<>();
    guests.put("filter-c", "key");
    guests.put("filter-as", "key");
    guests.put("regex-filter", "regex");
    return guests;
  }

  private static Map<String, List<String>> jvms() {
    Map<String, List<String>> jvms = new LinkedHashMap<>();
    jvms.put("jvm", List.of("-XX:+UseSerialGC", "-Xmx256m"));
    jvms.put(
        "hub",
        List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmn24m", "-Xmx512m", "-XX:TieredStopAtLevel=1"));
    jvms.put(
        "edge",
        List.of(
            "-XX:+UseSerialGC",
            "-Xms4m",
            "-Xmn2m",
            "-Xmx40m",
            "-Xss256k",
            "-XX:-TieredCompilation",
            "-XX:ReservedCodeCacheSize=24m",
            "-XX:MaxMetaspaceSize=48m",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=memlimit,*.*,3m~stop",
            "-XX:CompileCommand=memlimit,run.endive.$gen.*::*,16m~stop"));
    return jvms;
  }

  private record Run(double recordsPerSecond, double cpuSecondsPerMillion, double passedShare) {}

  /// One way to do the work.
  ///
  /// @param manner what the worker is told before the time; empty of Node
  private record Contestant(
      String guest, String who, Worker worker, String manner, List<Run> runs) {
    Contestant(String guest, String who, Worker worker, String manner) {
      this(guest, who, worker, manner, new ArrayList<>());
    }

    Run run(int seconds) throws IOException {
      double cpuBefore = worker.cpuSeconds();
      JsonObject answer = worker.ask(manner + seconds * 1_000_000_000L);
      double records = (double) answer.getLong("batches") * FilterRecords.BATCH_RECORDS;
      return new Run(
          records / answer.getLong("nanos") * 1e9,
          (worker.cpuSeconds() - cpuBefore) / records * 1e6,
          answer.getLong("passed") / records);
    }

    double median(ToDoubleFunction<Run> of) {
      return Median.of(runs.stream().mapToDouble(of).toArray());
    }

    double recordsPerSecond() {
      return median(Run::recordsPerSecond);
    }
  }

  /// What one guest takes in one JVM.
  ///
  /// @param first of a JVM that has just begun
  /// @param told of one that has worked
  private record Footprint(String guest, String jvm, JsonObject first, JsonObject told) {
    double firstLoadMillis() {
      return first.getDouble("loadNanos") / 1e6;
    }

    double loadMillis() {
      return told.getDouble("loadNanos") / 1e6;
    }

    double startMicros() {
      return told.getDouble("startNanos") / 1e3;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (runs < 1 || seconds < 1 || warmUpSeconds < 1) {
      err.println("bench smartmodule: --runs, --seconds and --warm-up are positive");
      return ExitStatus.USAGE;
    }
    List<Contestant> contestants = new ArrayList<>();
    List<Footprint> footprints = new ArrayList<>();
    try {
      Path scratch = Files.createTempDirectory("tributary-guests-");
      try {
        FilterRecords.write(scratch.resolve("inputs"));
        for (Map.Entry<String, String> guest : GUESTS.entrySet()) {
          contestants.addAll(measure(scratch, guest.getKey(), guest.getValue(), footprints));
        }
      } finally {
        Plant.delete(scratch);
      }
    } catch (IOException e) {
      err.println("bench smartmodule: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    report(contestants, footprints);
    if (contestants.stream().mapToDouble(each -> each.median(Run::passedShare)).distinct().count()
        > 1) {
      err.println("bench smartmodule: they do not agree on what passes");
      return ExitStatus.CHECK_FAILED;
    }
    return ExitStatus.DONE;
  }

  private List<Contestant> measure(
      Path scratch, String guest, String param, List<Footprint> footprints) throws IOException {
    List<Contestant> contestants = new ArrayList<>();
    Map<String, Worker> workers = new LinkedHashMap<>();
    try {
      Path file = file(scratch, guest);
      Worker node = new Worker(node(scratch, file, param));
      workers.put(NODE, node);
      contestants.add(new Contestant(guest, NODE, node, ""));
      for (Map.Entry<String, List<String>> jvm : JVMS.entrySet()) {
        Worker worker = new Worker(java(jvm.getValue(), file, param));
        workers.put(jvm.getKey(), worker);
        contestants.add(new Contestant(guest, jvm.getKey(), worker, "chain "));
        contestants.add(new Contestant(guest, jvm.getKey() + ", built", worker, "built "));
        if (jvm.getKey().equals("jvm")) {
          contestants.add(new Contestant(guest, "jvm, native", worker, "native "));
        }
      }
      for (Contestant each : contestants) {
        each.run(warmUpSeconds);
      }
      for (int run = 0; run < runs; run++) {
        for (Contestant each : contestants) {
          each.runs.add(each.run(seconds));
        }
      }
      for (Map.Entry<String, Worker> each : workers.entrySet()) {
        if (!each.getKey().equals(NODE)) {
          Worker worker = each.getValue();
          footprints.add(
              new Footprint(guest, each.getKey(), worker.beginning(), worker.ask("footprint")));
        }
      }
    } finally {
      workers.values().forEach(Worker::close);
    }
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf("%s: measured%n", guest);
      err.flush();
    }
    return contestants;
  }

  /// A sample of the source tree, or a guest of the catalogue as a file.
  private static Path file(Path scratch, String guest) throws IOException {
    Path home = Launcher.home();
    Path sample = home.resolve("smartmodules/samples/wasm/" + guest + ".wasm");
    if (Files.exists(sample)) {
      return sample;
    }
    Modules modules = Objects.requireNonNull(Modules.find(false), "no engine");
    return Files.write(
        scratch.resolve(guest + ".wasm"),
        Objects.requireNonNull(modules.catalogue().get(guest), guest).wasm());
  }

  private static List<String> node(Path scratch, Path guest, String param) throws IOException {
    Path script = scratch.resolve("guest_host.mjs");
    try (InputStream in = SmartModuleBench.class.getResourceAsStream("guest_host.mjs")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    Path init = scratch.resolve("init-" + param);
    Files.write(init, FilterRecords.initInput(param, FilterRecords.WANTED));
    return List.of(
        NODE,
        script.toString(),
        guest.toString(),
        init.toString(),
        scratch.resolve("inputs").toString(),
        "filter");
  }

  private static List<String> java(List<String> options, Path guest, String param) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            GuestWorker.class.getName(),
            guest.toString(),
            param,
            FilterRecords.WANTED));
    return command;
  }

  private void report(List<Contestant> contestants, List<Footprint> footprints) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(object(contestants, footprints));
    } else {
      table(out, contestants, footprints);
    }
    out.flush();
  }

  private static double ofNode(Contestant one, List<Contestant> all) {
    double node =
        all.stream()
            .filter(each -> each.who.equals(NODE) && each.guest.equals(one.guest))
            .mapToDouble(Contestant::recordsPerSecond)
            .findFirst()
            .orElseThrow();
    return one.recordsPerSecond() / node;
  }

  private String object(List<Contestant> contestants, List<Footprint> footprints) {
    JsonStringWriter written =
        JsonWriter.string()
            .object()
            .value("bench", "smartmodule")
            .value("runs", runs)
            .value("seconds", seconds)
            .value("recordBytes", FilterRecords.VALUE_BYTES)
            .value("batchRecords", FilterRecords.BATCH_RECORDS)
            .array("speeds");
    for (Contestant each : contestants) {
      written
          .object()
          .value("guest", each.guest)
          .value("who", each.who)
          .value("recordsPerSecond", each.recordsPerSecond())
          .value("cpuSecondsPerMillion", each.median(Run::cpuSecondsPerMillion))
          .value("ofNode", ofNode(each, contestants))
          .value("passedShare", each.median(Run::passedShare))
          .end();
    }
    written.end().array("footprints");
    for (Footprint each : footprints) {
      written
          .object()
          .value("guest", each.guest)
          .value("jvm", each.jvm)
          .value("firstLoadMillis", each.firstLoadMillis())
          .value("loadMillis", each.loadMillis())
          .value("startMicros", each.startMicros())
          .value("freshBytes", each.told.getLong("freshBytes"))
          .value("usedBytes", each.told.getLong("usedBytes"))
          .value("linearBytes", each.told.getLong("linearBytes"))
          .end();
    }
    return written.end().end().done();
  }

  private static void table(
      PrintWriter out, List<Contestant> contestants, List<Footprint> footprints) {
    out.printf(FORM, "", "", "million/s", "CPU s/million", "of node");
    for (Contestant each : contestants) {
      out.printf(
          FORM,
          each.guest,
          each.who,
          "%.2f".formatted(each.recordsPerSecond() / 1e6),
          "%.2f".formatted(each.median(Run::cpuSecondsPerMillion)),
          "%.2f".formatted(ofNode(each, contestants)));
    }
    out.printf(
        FOOTPRINT_FORM, "", "", "first load ms", "load ms", "start us", "fresh KiB", "used KiB");
    for (Footprint each : footprints) {
      out.printf(
          FOOTPRINT_FORM,
          each.guest,
          each.jvm,
          "%.0f".formatted(each.firstLoadMillis()),
          "%.1f".formatted(each.loadMillis()),
          "%.0f".formatted(each.startMicros()),
          each.told.getLong("freshBytes") / 1024,
          each.told.getLong("usedBytes") / 1024);
    }
  }
}
