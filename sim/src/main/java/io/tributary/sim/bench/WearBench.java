package io.tributary.sim.bench;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.BlockDisk;
import io.tributary.sim.plant.BlockDisk.Written;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench wear`: what a reading costs the flash.
@Command(
    name = "wear",
    description = {
      "Publishes at QoS 1 and a steady rate to an edge whose data lies on an ext4 of its own, and"
          + " reads the",
      "counters of that file system's two block devices: its files, and its journal. Several"
          + " publishers",
      "and one, each with a window and awaiting every acknowledgement. Then the hub is read back"
          + " and",
      "counted. Needs root and loop devices; else the kernel's count of the process is taken, and"
          + " told.",
      "Exit status 1 when a reading is missing, doubled or out of order."
    },
    mixinStandardHelpOptions = true)
public final class WearBench implements Callable<Integer> {
  private static final String EDGE = "bench-edge";
  private static final String TOPIC = "wear";
  private static final long DISK_BYTES = 1L << 30;
  private static final int PUBLISHERS = 10;
  private static final int WINDOW = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// The names of the profiles in an edge's file, and what they are meant to reach.
  enum Profile {
    SD_CARD("sd-card", 1.1),
    DEFAULT("default", 2);

    private final String word;
    private final double target;

    Profile(String word, double target) {
      this.word = word;
      this.target = target;
    }
  }

  /// How the readings come.
  private record Arrival(int publishers, int window) {
    String text() {
      return publishers
          + (publishers == 1 ? " publisher, " : " publishers, ")
          + (window == 1 ? "awaits each ack" : "window " + window);
    }
  }

  /// The first is the one that the figures at the top of the result are of.
  private static final List<Arrival> ARRIVALS =
      List.of(
          new Arrival(PUBLISHERS, WINDOW),
          new Arrival(PUBLISHERS, 1),
          new Arrival(1, WINDOW),
          new Arrival(1, 1));

  /// What one arrival came to.
  ///
  /// @param batchBytes what the readings take in Kafka's format, in the journal
  /// @param pageBytes what the edge wrote, counted in the pages that it made dirty
  /// @param written what the devices wrote; zeros where there are none
  private record Case(
      Arrival arrival,
      long readings,
      long groups,
      long valueBytes,
      long batchBytes,
      long pageBytes,
      Written written,
      double ackMillisMedian,
      double ackMillisMost,
      boolean isDeviceCounted) {

    long bytesWritten() {
      return isDeviceCounted ? written.fileBytes() + written.journalBytes() : pageBytes;
    }

    double ofValues(long bytes) {
      return (double) bytes / Math.max(1, valueBytes);
    }

    double ofBatches(long bytes) {
      return (double) bytes / Math.max(1, batchBytes);
    }
  }

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description = "readings per second, all publishers together (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "for each kind of arrival (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "of one reading (default: ${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "sd-card",
      description = "sd-card or default (default: ${DEFAULT-VALUE})")
  private String profileName = "sd-card";

  @Option(
      names = "--linger",
      paramLabel = "DURATION",
      description = "another 'journal.linger' than the profile's, 5s for instance")
  private @Nullable String linger;

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Profile profile = profile();
    if (profile == null) {
      err.println("bench wear: --profile is '" + profileName + "' but must be sd-card or default");
      return ExitStatus.USAGE;
    }
    if (rate < 1 || seconds < 1 || size < Long.BYTES || size > 16_000) {
      err.println("bench wear: --rate and --seconds are positive, --size is 8 to 16000");
      return ExitStatus.USAGE;
    }
    NumberedReadings book = new NumberedReadings();
    List<Case> cases = new ArrayList<>();
    String refused;
    try (Plant plant = new Plant("tributary-bench-", List.of(EDGE))) {
      BlockDisk disk =
          plant.closes(
              BlockDisk.create(plant.directory(), plant.directory().resolve("disk"), DISK_BYTES));
      refused = disk.refused();
      if (refused != null) {
        err.println("NO BLOCK DEVICE OF ITS OWN: " + refused);
        err.println(
            "What the process made dirty is counted; the file system's own writes are not.");
      }
      Hub hub = plant.hub("");
      Edge edge = startEdge(plant, disk, hub, profile, book);
      int source = 1; // 0 was the first acknowledgement
      for (Arrival arrival : ARRIVALS) {
        cases.add(measure(edge, disk, arrival, source, book));
        source += arrival.publishers;
        say(cases.get(cases.size() - 1));
      }
      awaitDrained(edge);
      ReadBack.all(hub.kafka(), List.of(TOPIC), book);
      edge.program().terminate();
      hub.program().terminate();
    } catch (IOException | KafkaException e) {
      err.println("bench wear: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      table(out, profile, cases);
    }
    out.println(result(profile, cases, book, refused));
    out.flush();
    return book.missing() + book.duplicated() + book.disordered() == 0
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  private @Nullable Profile profile() {
    for (Profile each : Profile.values()) {
      if (each.word.equals(profileName)) {
        return each;
      }
    }
    return null;
  }

  private Edge startEdge(
      Plant plant, BlockDisk disk, Hub hub, Profile profile, NumberedReadings book)
      throws IOException, InterruptedException {
    String yaml = "profile: " + profile.word + "\n";
    if (linger != null) {
      yaml += "journal: {linger: " + linger + "}\n";
    }
    Edge edge =
        plant.unstartedEdge(
            EdgePlan.of(plant, EDGE, hub.mirror())
                .in(disk.directory().resolve("edge"))
                .mapping("{filter: \"#\", topic: " + TOPIC + "}")
                .more(yaml));
    long number = NumberedReadings.number(0, 0);
    FirstAck.afterStart(
        edge, "wear/first", ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    book.acknowledged(number);
    return edge;
  }

  private Case measure(
      Edge edge, BlockDisk disk, Arrival arrival, int firstSource, NumberedReadings book)
      throws IOException, InterruptedException {
    Path journal = disk.directory().resolve("edge").resolve("journal");
    long readingsBefore = book.acknowledged();
    long groupsBefore = groups(edge);
    long batchesBefore = SegmentFile.batchBytesBelow(journal);
    Written writtenBefore = disk.written();
    long pagesBefore = edge.program().writtenBytesOfThisLife();
    List<PacedLoad> loads = new ArrayList<>();
    double each = (double) rate / arrival.publishers;
    for (int i = 0; i < arrival.publishers; i++) {
      loads.add(
          PacedLoad.start(
              Plant.address(edge.mqtt()),
              new PacedLoad.Plan(
                  firstSource + i,
                  0,
                  "wear/" + i,
                  arrival.window,
                  each,
                  size,
                  (long) (1e9 / rate * i)),
              book));
    }
    TimeUnit.SECONDS.sleep(seconds);
    for (PacedLoad load : loads) {
      load.stop();
    }
    long readings = book.acknowledged() - readingsBefore;
    if (readings == 0) {
      throw new IOException("nothing was acknowledged; see " + edge.program().endOfLog());
    }
    long[] latencies =
        loads.stream().flatMapToLong(l -> Arrays.stream(l.latencies())).sorted().toArray();
    Written written = disk.written().since(writtenBefore);
    return new Case(
        arrival,
        readings,
        groups(edge) - groupsBefore,
        readings * size,
        SegmentFile.batchBytesBelow(journal) - batchesBefore,
        edge.program().writtenBytesOfThisLife() - pagesBefore,
        written,
        Median.percentile(latencies, 0.5) / 1e6,
        latencies[latencies.length - 1] / 1e6,
        disk.refused() == null);
  }

  private static long groups(Edge edge) throws IOException {
    JsonObject status = Plant.status(edge.http());
    if (status == null) {
      throw new IOException("the edge does not answer; see " + edge.program().endOfLog());
    }
    long groups = 0;
    for (Object each : status.getArray("classes", new JsonArray())) {
      groups += ((JsonObject) each).getLong("groups");
    }
    return groups;
  }

  private static void awaitDrained(Edge edge) throws IOException, InterruptedException {
    edge.program()
        .awaitUntil("drained", PATIENCE, () -> Drain.isDrained(Plant.status(edge.http())));
  }

  private void say(Case done) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "%s: %,d readings, %,d groups, %.2f bytes written for one of value%n",
          done.arrival.text(), done.readings, done.groups, done.ofValues(done.bytesWritten()));
      err.flush();
    }
  }

  private void table(PrintWriter out, Profile profile, List<Case> cases) {
    out.printf(
        "%nBytes written to the device for one byte of value (and of batch), profile %s, target"
            + " %.1f%n",
        profile.word, profile.target);
    out.printf(
        "%-32s %8s %7s %9s %16s %16s %16s%n",
        "", "readings", "groups", "ack p50", "all", "the edge's pages", "ext4's journal");
    for (Case done : cases) {
      out.printf(
          "%-32s %,8d %,7d %6.1f ms %7.2f (%6.2f) %7.2f (%6.2f) %7.2f (%6.2f)%n",
          done.arrival.text(),
          done.readings,
          done.groups,
          done.ackMillisMedian,
          done.ofValues(done.bytesWritten()),
          done.ofBatches(done.bytesWritten()),
          done.ofValues(done.pageBytes),
          done.ofBatches(done.pageBytes),
          done.ofValues(done.written.journalBytes()),
          done.ofBatches(done.written.journalBytes()));
    }
  }

  private String result(
      Profile profile, List<Case> cases, NumberedReadings book, @Nullable String refused) {
    Case head = cases.get(0);
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("bench", "wear")
            .value("profile", profile.word)
            .value("linger", linger == null ? "of the profile" : linger)
            .value("rate", rate)
            .value("size", size)
            .value("rounds", cases.size())
            .value("readings", book.acknowledged())
            .value("faults", 0)
            .value("missing", book.missing())
            .value("duplicated", book.duplicated())
            .value("disordered", book.disordered())
            .value("droppedWithGap", 0)
            .value("countedBy", refused == null ? "block device" : "pages of the process")
            .value("arrival", head.arrival.text())
            .value("bytesWritten", head.bytesWritten())
            .value("bytesIngested", head.valueBytes)
            .value("batchBytes", head.batchBytes)
            .value("ratio", head.ofValues(head.bytesWritten()))
            .value("ratioOfBatchBytes", head.ofBatches(head.bytesWritten()))
            .value("target", profile.target);
    result.array("cases");
    for (Case done : cases) {
      result
          .object()
          .value("publishers", done.arrival.publishers)
          .value("window", done.arrival.window)
          .value("readings", done.readings)
          .value("groups", done.groups)
          .value("valueBytes", done.valueBytes)
          .value("batchBytes", done.batchBytes)
          .value("bytesWritten", done.bytesWritten())
          .value("pageBytes", done.pageBytes)
          .value("fileDeviceBytes", done.written.fileBytes())
          .value("journalDeviceBytes", done.written.journalBytes())
          .value("ratio", done.ofValues(done.bytesWritten()))
          .value("ratioOfBatchBytes", done.ofBatches(done.bytesWritten()))
          .value("ackMillisMedian", done.ackMillisMedian)
          .value("ackMillisMost", done.ackMillisMost)
          .end();
    }
    return result.end().end().done();
  }
}
