package io.tributary.sim.bench;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.HubPlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench recovery`: how long a start takes over large logs, after SIGKILL under load.
@Command(
    name = "recovery",
    description = {
      "Fills an edge's journal, then kills the edge under load and starts it again: from the start"
          + " of the",
      "process to the first acknowledged publish. Without damage, with a torn tail, and with"
          + " corruption in",
      "the middle and a destroyed header; with the files in memory, and read from the device. The"
          + " same for",
      "the hub, to the first answered fetch. Then everything that was acknowledged is read back"
          + " and",
      "counted. Exit status 1 when more is missing than the damage hit, or less is told than is"
          + " missing."
    },
    mixinStandardHelpOptions = true)
public final class RecoveryBench implements Callable<Integer> {
  private static final String EDGE = "bench-edge";
  private static final String EMPTY_EDGE = "bench-empty";
  private static final int HUB_PARTITIONS = 8;
  private static final int RECORD_BYTES = 1000;
  private static final int LOAD_RATE = 2000;
  private static final int LOAD_BYTES = 100;
  private static final int LOAD_WINDOW = 100;
  private static final int LOAD_MS = 700;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final double TARGET_MILLIS = 1000;
  private static final double LIMIT_MILLIS = 5000;

  @Option(
      names = "--megabytes",
      paramLabel = "N",
      defaultValue = "1024",
      description = "of readings in the logs (default: ${DEFAULT-VALUE})")
  private int megabytes;

  @Option(
      names = "--topics",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "that they are of; at the hub each is a log of its own (default: ${DEFAULT-VALUE})")
  private int topicCount;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "of each kind (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(
      names = "--no-cold",
      description = "leaves the page cache alone, which the whole machine shares")
  private boolean isWarmOnly;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  private final NumberedReadings book = new NumberedReadings();
  private final Harm harm = new Harm(book, 1);
  private final List<Kind> kinds = new ArrayList<>();
  private List<String> topics = List.of();
  private int loadCount;
  private @Nullable String noCold;

  /// One start.
  private record Start(
      double millis, double recoveryMillis, double cpuSeconds, long peakBytes, long damagedBytes) {
    /// The same with the CPU of this life of the program only.
    Start since(double cpuBefore) {
      return new Start(millis, recoveryMillis, cpuSeconds - cpuBefore, peakBytes, damagedBytes);
    }
  }

  /// The starts of one program after one kind of harm.
  private record Kind(String program, Harm.Kind harm, boolean isCold, List<Start> starts) {
    double median(ToDoubleFunction<Start> of) {
      return Median.of(starts.stream().mapToDouble(of).toArray());
    }

    double most(ToDoubleFunction<Start> of) {
      return starts.stream().mapToDouble(of).max().orElse(0);
    }

    String text() {
      return program + ", " + harm.text() + ", " + (isCold ? "cold" : "warm");
    }
  }

  /// What was read back behind one program's starts.
  ///
  /// @param told readings that a Gap names, or bytes that a status tells of as damaged
  private record Account(String program, long missing, long lostToDamage, long told) {
    boolean holds() {
      return missing == 0 && (lostToDamage == 0 || told > 0);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (megabytes < 1 || megabytes > 8_000 || runs < 1 || topicCount < 1 || topicCount > 64) {
      err.println("bench recovery: --megabytes is 1 to 8000, --topics 1 to 64, --runs positive");
      return ExitStatus.USAGE;
    }
    noCold = isWarmOnly ? "--no-cold" : null;
    topics = IntStream.range(0, topicCount).mapToObj(i -> "recovery-" + i).toList();
    List<Account> accounts = new ArrayList<>();
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE, EMPTY_EDGE))) {
      Hub hub = plant.unstartedHub(HubPlan.of(plant, ""));
      startsOfAnEmptyEdge(plant);
      Edge edge = filledEdge(plant, hub);
      startsOfTheEdge(edge, plant.directory().resolve(EDGE));
      accounts.add(readBackOfTheEdge(edge, hub));
      startsOfTheHub(hub, edge, plant.directory().resolve("hub").resolve("topics"));
      accounts.add(readBackOfTheHub(edge, hub));
      edge.program().terminate();
      hub.program().terminate();
    } catch (IOException | KafkaException e) {
      Throwable cause = e.getCause();
      err.println("bench recovery: " + e.getMessage() + (cause == null ? "" : ", cause: " + cause));
      return ExitStatus.WORLD;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      table(out, accounts);
    }
    out.println(result(accounts));
    out.flush();
    return book.duplicated() + book.disordered() == 0 && accounts.stream().allMatch(Account::holds)
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  /// What a start costs that has nothing to recover.
  private void startsOfAnEmptyEdge(Plant plant) throws IOException, InterruptedException {
    Edge empty = plant.unstartedEdge(EMPTY_EDGE, plant.freeAddress(), topics.get(0), "");
    FirstAck.afterStart(empty, "recovery/first", new byte[Long.BYTES]);
    empty.program().terminate(); // a clean stop, so that the class archive is there
    Kind kind = kind("empty edge", Harm.Kind.NONE, false);
    for (int i = 0; i < runs; i++) {
      double cpuBefore = empty.program().cpuSeconds();
      double millis = FirstAck.afterStart(empty, "recovery/first", new byte[Long.BYTES]);
      kind.starts.add(start(millis, empty.program(), Plant.status(empty.http())).since(cpuBefore));
      empty.program().kill();
    }
    say(kind);
  }

  private Edge filledEdge(Plant plant, Hub hub) throws IOException {
    int records = (int) ((long) megabytes * 1_000_000 / RECORD_BYTES);
    progress("filling the journal");
    Backlog.fillInto(plant.directory().resolve(EDGE), EDGE, topics, records, RECORD_BYTES);
    for (int i = 0; i < topicCount; i++) {
      book.acknowledgedBelow(i, (records - i + topicCount - 1) / topicCount);
    }
    return plant.unstartedEdge(
        EdgePlan.of(plant, EDGE, hub.mirror())
            .mapping("{filter: \"#\", topic: " + topics.get(0) + "}"));
  }

  private void startsOfTheEdge(Edge edge, Path directory) throws IOException, InterruptedException {
    firstAck(edge);
    for (Harm.Kind harmKind : Harm.Kind.values()) {
      for (boolean isCold : new boolean[] {false, true}) {
        if (isCold && noCold != null) {
          continue;
        }
        Kind kind = kind("edge", harmKind, isCold);
        for (int i = 0; i < runs; i++) {
          PacedLoad load = load(edge);
          TimeUnit.MILLISECONDS.sleep(LOAD_MS);
          edge.program().kill();
          end(load);
          harm.strike(harmKind, directory.resolve("journal"));
          if (isCold && !dropped()) {
            break;
          }
          double cpuBefore = edge.program().cpuSeconds();
          double millis = firstAck(edge);
          Start start = start(millis, edge.program(), Plant.status(edge.http()));
          kind.starts.add(start.since(cpuBefore));
        }
        say(kind);
      }
    }
  }

  private Account readBackOfTheEdge(Edge edge, Hub hub) throws IOException, InterruptedException {
    hub.program().start();
    awaitDrained(edge);
    ReadBack.all(hub.kafka(), topics, book);
    return told(
        new Account(
            "edge",
            book.missing(),
            book.lostToDamage(),
            ReadBack.toldAsGaps(hub.kafka(), "corrupt")));
  }

  private void startsOfTheHub(Hub hub, Edge edge, Path directory)
      throws IOException, InterruptedException {
    for (Harm.Kind harmKind : Harm.Kind.values()) {
      for (boolean isCold : new boolean[] {false, true}) {
        if (isCold && noCold != null) {
          continue;
        }
        Kind kind = kind("hub", harmKind, isCold);
        for (int i = 0; i < runs; i++) {
          awaitDrained(edge);
          PacedLoad load = load(edge);
          TimeUnit.MILLISECONDS.sleep(LOAD_MS);
          hub.program().kill();
          end(load);
          for (String topic : topics) {
            harm.strike(harmKind, directory.resolve(topic));
          }
          if (isCold && !dropped()) {
            break;
          }
          double cpuBefore = hub.program().cpuSeconds();
          double millis = FirstFetch.afterStart(hub, topics, HUB_PARTITIONS);
          hub.program().awaitUntil("ready", PATIENCE, () -> Plant.status(hub.http()) != null);
          Start start = start(millis, hub.program(), Plant.status(hub.http()));
          kind.starts.add(start.since(cpuBefore));
        }
        say(kind);
      }
    }
  }

  private Account readBackOfTheHub(Edge edge, Hub hub) throws IOException, InterruptedException {
    awaitDrained(edge);
    book.readAgain();
    ReadBack.all(hub.kafka(), topics, book);
    long told =
        kinds.stream()
            .filter(kind -> kind.program.equals("hub") && kind.harm == Harm.Kind.CORRUPT)
            .flatMap(kind -> kind.starts.stream())
            .mapToLong(Start::damagedBytes)
            .min()
            .orElse(0);
    return told(new Account("hub", book.missing(), book.lostToDamage(), told));
  }

  private Kind kind(String program, Harm.Kind harmKind, boolean isCold) {
    Kind kind = new Kind(program, harmKind, isCold, new ArrayList<>());
    kinds.add(kind);
    return kind;
  }

  /// One numbered reading more, of the load's source.
  private double firstAck(Edge edge) throws IOException, InterruptedException {
    long number = NumberedReadings.number(topicCount, loadCount++);
    double millis =
        FirstAck.afterStart(
            edge, "recovery/first", ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    book.acknowledged(number);
    return millis;
  }

  private PacedLoad load(Edge edge) throws IOException {
    return PacedLoad.start(
        Plant.address(edge.mqtt()),
        new PacedLoad.Plan(
            topicCount, loadCount, "recovery/load", LOAD_WINDOW, LOAD_RATE, LOAD_BYTES, 0),
        book);
  }

  private void end(PacedLoad load) throws InterruptedException {
    load.stop();
    loadCount = load.nextCount();
  }

  private static Start start(double millis, Program program, @Nullable JsonObject status)
      throws IOException {
    if (status == null) {
      throw new IOException(program.name() + " does not answer:\n" + program.endOfLog());
    }
    long damaged = status.getObject("store", new JsonObject()).getLong("damagedBytes");
    for (Object each : status.getArray("classes", new JsonArray())) {
      damaged += ((JsonObject) each).getLong("damagedBytes");
    }
    return new Start(
        millis,
        status.getLong("recoveryMs"),
        program.cpuSeconds(),
        program.peakRssBytesOfThisLife(),
        damaged);
  }

  /// Empties the page cache; where that is not permitted, says so once.
  private boolean dropped() throws InterruptedException {
    noCold = PageCache.drop();
    if (noCold != null) {
      progress("NOTHING IS MEASURED COLD: " + noCold);
    }
    return noCold == null;
  }

  private static void awaitDrained(Edge edge) throws IOException, InterruptedException {
    edge.program()
        .awaitUntil("drained", PATIENCE, () -> Drain.isDrained(Plant.status(edge.http())));
  }

  private void progress(String text) {
    if (!json) {
      spec.commandLine().getErr().println(text);
      spec.commandLine().getErr().flush();
    }
  }

  private void say(Kind kind) {
    if (!kind.starts.isEmpty()) {
      progress(
          String.format(
              Locale.ROOT,
              "%s: %.0f ms (most %.0f), of which %.0f the log's recovery",
              kind.text(),
              kind.median(Start::millis),
              kind.most(Start::millis),
              kind.median(Start::recoveryMillis)));
    }
  }

  private Account told(Account account) {
    progress(
        String.format(
            Locale.ROOT,
            "%s: of %,d acknowledged readings %,d are missing, %,d went with the damage, told: %,d",
            account.program,
            book.acknowledged(),
            account.missing,
            account.lostToDamage,
            account.told));
    return account;
  }

  private void table(PrintWriter out, List<Account> accounts) {
    out.printf(
        "%nFrom the start to the first answer, %,d MB of readings; target %.0f ms, limit %.0f ms%n",
        megabytes, TARGET_MILLIS, LIMIT_MILLIS);
    out.printf(
        "%-40s %10s %10s %14s %8s %10s%n", "", "median", "most", "log recovery", "CPU", "peak RSS");
    for (Kind kind : kinds) {
      if (!kind.starts.isEmpty()) {
        out.printf(
            "%-40s %7.0f ms %7.0f ms %11.0f ms %6.2f s %7.0f MB%n",
            kind.text(),
            kind.median(Start::millis),
            kind.most(Start::millis),
            kind.median(Start::recoveryMillis),
            kind.median(Start::cpuSeconds),
            kind.most(Start::peakBytes) / 1e6);
      }
    }
    for (Account account : accounts) {
      out.printf(
          "%s: missing %d, lost with the damage %d, %s %d%n",
          account.program,
          account.missing,
          account.lostToDamage,
          account.program.equals("edge")
              ? "told as Gaps 'corrupt'"
              : "bytes told as damaged by each start, at least",
          account.told);
    }
  }

  private String result(List<Account> accounts) {
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("bench", "recovery")
            .value("megabytes", megabytes)
            .value("topics", topicCount)
            .value("runs", runs)
            .value("readings", book.acknowledged())
            .value("duplicated", book.duplicated())
            .value("disordered", book.disordered())
            .value("targetMillis", TARGET_MILLIS)
            .value("limitMillis", LIMIT_MILLIS)
            .value("cold", noCold == null ? "page cache dropped" : "not measured: " + noCold);
    result.array("starts");
    for (Kind kind : kinds) {
      if (!kind.starts.isEmpty()) {
        result
            .object()
            .value("program", kind.program)
            .value("harm", kind.harm.text())
            .value("pageCache", kind.isCold ? "cold" : "warm")
            .value("millis", kind.median(Start::millis))
            .value("millisMost", kind.most(Start::millis))
            .value("recoveryMillis", kind.median(Start::recoveryMillis))
            .value("recoveryMillisMost", kind.most(Start::recoveryMillis))
            .value("cpuSeconds", kind.median(Start::cpuSeconds))
            .value("peakRssMegabytes", kind.most(Start::peakBytes) / 1e6)
            .end();
      }
    }
    result.end().array("readBack");
    for (Account account : accounts) {
      result
          .object()
          .value("program", account.program)
          .value("missing", account.missing)
          .value("lostToDamage", account.lostToDamage)
          .value("told", account.told)
          .end();
    }
    return result.end().end().done();
  }
}
