package io.tributary.sim.lte;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.device.Publisher;
import io.tributary.sim.oracle.HubReader;
import io.tributary.sim.oracle.Ledger;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.HubPlan;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.eclipse.paho.client.mqttv3.MqttException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim lte`: a backlog and alarms over a cellular link.
@Command(
    name = "lte",
    description = {
      "Puts an edge and a hub into network namespaces of their own, with a link between them of 64",
      "kbit/s, 300 ms there and back, 2 % loss, and blackouts of 5 s. The edge starts with a backlog that",
      "keeps the link busy for most of the run; alarms come in beside it. Tells what was on the wire, how",
      "often the edge dialled, how long an alarm took and how long the backlog, and whether anything is",
      "missing, doubled or out of order. Exit status 1 also when alarms waited, or when the backlog was",
      "through before half of them had come, so that nothing was shown. Needs root, ip and tc."
    },
    mixinStandardHelpOptions = true)
public final class LteCommand implements Callable<Integer> {
  private static final String EDGE = "lte-edge";
  private static final String READINGS = "readings";
  private static final String ALARMS = "alarms";
  private static final int QOS = 2;
  private static final int WINDOW = 200;
  private static final int BLACKOUT_MS = 5_000;
  private static final Duration SETTLE = Duration.ofMinutes(2);
  private static final Duration DRAIN = Duration.ofMinutes(10);

  /// 128 KiB ahead of it in buffers at 64 kbit/s, a blackout, and the 8 s that TCP may pause behind one:
  /// longer means that it queued up behind the backlog.
  private static final long ALARM_AT_MOST_MS = 30_000;

  /// A dial that meets a blackout fails after 10 s, which is longer than it lasts: so few suffice.
  private static final int DIALS_A_BLACKOUT = 3;

  /// A waveform of a machine, which no codec makes smaller than its entropy: a backlog that compresses to
  /// a few seconds of the link would load nothing.
  private static final int WAVEFORM_BYTES = 300;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "90",
      description = "how long alarms come in (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      defaultValue = "1600",
      description = "readings of 460 B that wait at the beginning (default: ${DEFAULT-VALUE})")
  private int backlog;

  @Option(names = "--kbit", defaultValue = "64", description = "(default: ${DEFAULT-VALUE})")
  private int kilobits;

  @Option(
      names = "--round-trip",
      paramLabel = "MS",
      defaultValue = "300",
      description = "(default: ${DEFAULT-VALUE})")
  private long roundTripMs;

  @Option(
      names = "--loss",
      paramLabel = "PERCENT",
      defaultValue = "2",
      description = "(default: ${DEFAULT-VALUE})")
  private double lossPercent;

  @Option(
      names = "--blackout-every",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "(default: ${DEFAULT-VALUE})")
  private int blackoutEvery;

  @Option(names = "--seed", defaultValue = "1", description = "of the losses")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private final Random noise = new Random(0);

  private final Set<Long> dials = new HashSet<>();
  private volatile boolean over;
  private int sessions;
  private int blackouts;
  private long alarmsEndedAfterMs;
  private long rawBytes;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (seconds < 1 || backlog < 1 || kilobits < 8 || blackoutEvery < 6) {
      err.println("sim lte: figures are positive, --kbit at least 8, --blackout-every at least 6");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-lte-", List.of(EDGE))) {
      Namespaces namespaces;
      try {
        namespaces = plant.closes(new Namespaces(kilobits, roundTripMs, lossPercent / 100, seed));
      } catch (IOException e) {
        err.println("NO LTE LINK: this machine does not permit it: " + e.getMessage());
        return ExitStatus.WORLD;
      }
      return run(plant, namespaces);
    } catch (IOException | MqttException | KafkaException e) {
      err.println("sim lte: " + e.getMessage());
      return ExitStatus.WORLD;
    } finally {
      over = true;
    }
  }

  private int run(Plant plant, Namespaces namespaces)
      throws IOException, InterruptedException, MqttException {
    Plant.Hub hub =
        plant.unstartedHub(
            HubPlan.of(plant, "")
                .at(
                    Namespaces.HUB_RADIO + ":7420",
                    Namespaces.HUB_DESK + ":9092",
                    Namespaces.HUB_DESK + ":8080")
                .behind(namespaces.inHub()));
    Plant.Edge edge =
        plant.unstartedEdge(
            EdgePlan.of(plant, EDGE, Namespaces.HUB_RADIO + ":7420")
                .at(Namespaces.EDGE_DESK + ":1883", Namespaces.EDGE_DESK + ":8081")
                .behind(namespaces.inEdge())
                .hub("link: metered")
                .hub("name: localhost")
                .mapping("{filter: alarms, topic: alarms, timestamp: \"json:ts\", class: alarm}")
                .mapping("{filter: readings, topic: readings, timestamp: \"json:ts\", class: bulk}")
                .more("classes: {bulk: {full: block, compression: gzip}}\n"));
    hub.program().start();
    plant.awaitReady(hub);
    black(namespaces, true);
    edge.program().start();
    plant.awaitReady(edge);
    Path readingsFile = plant.directory().resolve("readings.ledger");
    Path alarmsFile = plant.directory().resolve("alarms.ledger");
    publish(edge, READINGS, readingsFile, backlog, 0, WAVEFORM_BYTES);
    say(backlog + " readings wait at the edge; the link comes up");
    long started = System.nanoTime();
    long openedAtMs = System.currentTimeMillis();
    black(namespaces, false);
    ArrivalWatch alarms = new ArrivalWatch(ALARMS, openedAtMs);
    ArrivalWatch readings = new ArrivalWatch(READINGS, openedAtMs);
    alarms.start(hub.kafka());
    readings.start(hub.kafka());
    Thread watch = Thread.ofPlatform().daemon().name("lte-status").start(() -> watch(edge));
    Thread weather = Thread.ofPlatform().daemon().name("lte-air").start(() -> weather(namespaces));
    publish(edge, ALARMS, alarmsFile, Math.max(1, seconds / 2), 2_000, 0);
    alarmsEndedAfterMs = System.currentTimeMillis() - openedAtMs;
    Verdict verdict = new Verdict(List.of(Ledger.read(readingsFile), Ledger.read(alarmsFile)));
    for (String topic : List.of(ALARMS, READINGS)) {
      try (HubReader reader = new HubReader(hub.kafka(), topic)) {
        reader.readTopic(verdict, topic, DRAIN);
      }
    }
    double took = (System.nanoTime() - started) / 1e9;
    alarms.stop();
    readings.stop();
    over = true;
    watch.join();
    weather.join();
    return report(verdict, namespaces, took, alarms, readings);
  }

  /// Publishes so many readings, one each `everyMs`, and waits until all are acknowledged.
  private void publish(
      Plant.Edge edge, String topic, Path file, int count, int everyMs, int waveformBytes)
      throws IOException, InterruptedException, MqttException {
    try (Publisher publisher =
        new Publisher(
            edge.mqtt(), topic, topic, QOS, WINDOW, new Ledger.Recorder(file, topic, topic, QOS))) {
      for (int seq = 0; seq < count; seq++) {
        long now = System.currentTimeMillis();
        String payload =
            String.format(
                Locale.ROOT,
                "{\"ts\":%d,\"value\":%.3f,\"seq\":%d,\"wave\":\"%s\"}",
                now,
                70 + 8 * Math.sin(seq / 40.0),
                seq,
                waveform(waveformBytes));
        rawBytes += payload.length();
        publisher.publish(seq, payload);
        TimeUnit.MILLISECONDS.sleep(everyMs);
      }
      if (!publisher.settle(SETTLE)) {
        throw new IOException(topic + " are not acknowledged");
      }
    }
  }

  private String waveform(int sizeBytes) {
    byte[] samples = new byte[sizeBytes];
    noise.nextBytes(samples);
    return Base64.getEncoder().encodeToString(samples);
  }

  private void weather(Namespaces namespaces) {
    try {
      long next = System.nanoTime() + TimeUnit.SECONDS.toNanos(blackoutEvery);
      while (!over) {
        TimeUnit.MILLISECONDS.sleep(50);
        if (System.nanoTime() > next) {
          say("black for " + BLACKOUT_MS + " ms");
          blackouts++;
          black(namespaces, true);
          TimeUnit.MILLISECONDS.sleep(BLACKOUT_MS);
          black(namespaces, false);
          next += TimeUnit.SECONDS.toNanos(blackoutEvery);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void black(Namespaces namespaces, boolean on) {
    namespaces.up().black(on);
    namespaces.down().black(on);
  }

  /// Counts how often the edge dialled, and how often it came to be connected.
  private void watch(Plant.Edge edge) {
    boolean connected = false;
    try {
      while (!over) {
        JsonObject status = Plant.status(edge.http());
        boolean now =
            status != null && "connected".equals(status.getObject("connection").getString("state"));
        if (status != null) {
          dials.add(status.getObject("connection").getLong("dialledAtMs"));
        }
        if (now && !connected) {
          sessions++;
        }
        connected = status == null ? connected : now;
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int report(
      Verdict verdict,
      Namespaces namespaces,
      double took,
      ArrivalWatch alarms,
      ArrivalWatch readings) {
    long wire = namespaces.up().bytes() + namespaces.down().bytes();
    double kbitUp = namespaces.up().bytes() * 8 / 1000.0 / took;
    boolean storm = dials.size() > DIALS_A_BLACKOUT * (blackouts + 1);
    boolean waited = alarms.most() > ALARM_AT_MOST_MS;
    boolean loaded = readings.lastAfterMs() > alarmsEndedAfterMs / 2;
    boolean over = kbitUp > kilobits * 1.05;
    PrintWriter out = spec.commandLine().getOut();
    JsonStringWriter result =
        JsonWriter.string()
            .object()
            .value("kilobits", kilobits)
            .value("roundTripMs", roundTripMs)
            .value("lossPercent", lossPercent)
            .value("blackouts", blackouts)
            .value("seconds", Math.round(took));
    verdict.write(result);
    result
        .value("rounds", blackouts)
        .value("faults", blackouts + namespaces.up().lost() + namespaces.down().lost())
        .value("dials", dials.size())
        .value("reconnects", Math.max(0, sessions - 1))
        .value("rawBytes", rawBytes)
        .value("wireBytesUp", namespaces.up().bytes())
        .value("wireBytesDown", namespaces.down().bytes())
        .value("wirePackets", namespaces.up().packets() + namespaces.down().packets())
        .value("lostPackets", namespaces.up().lost() + namespaces.down().lost())
        .value("kilobitsUpOnAverage", Math.round(kbitUp * 10) / 10.0)
        .value("alarmSeconds", Math.round(alarmsEndedAfterMs / 1000.0))
        .value("backlogDrainedAfterSeconds", Math.round(readings.lastAfterMs() / 1000.0));
    millis(result, "alarmMillis", alarms);
    millis(result, "backlogMillis", readings);
    result
        .value("byteRateCap", "not built: the configuration of an edge has no key for one")
        .value("reconnectStorm", storm)
        .value("alarmWaited", waited)
        .value("backlogLoadedTheLink", loaded);
    String text = result.end().done();
    if (json) {
      out.println(text);
    } else {
      out.printf(
          Locale.ROOT,
          "%d readings acknowledged: %d missing, %d duplicated, %d disordered%n"
              + "%d raw bytes, %d bytes on the wire (%.2f), %d packets lost, %d dials%n"
              + "alarms over %d s: median %d ms, p99 %d ms; the backlog beside them: median %d ms, p99 %d ms%s%n",
          verdict.acknowledged(),
          verdict.missing(),
          verdict.duplicated(),
          verdict.disordered(),
          rawBytes,
          wire,
          (double) wire / rawBytes,
          namespaces.up().lost() + namespaces.down().lost(),
          dials.size(),
          Math.round(alarmsEndedAfterMs / 1000.0),
          alarms.percentile(50),
          alarms.percentile(99),
          readings.percentile(50),
          readings.percentile(99),
          loaded ? "" : "; IT WAS THROUGH BEFORE HALF OF THE ALARMS: give it a larger --backlog");
    }
    out.flush();
    return verdict.holds() && !storm && !waited && !over && loaded && alarms.count() > 0
        ? ExitStatus.DONE
        : ExitStatus.CHECK_FAILED;
  }

  private static void millis(JsonStringWriter result, String name, ArrivalWatch watch) {
    result
        .object(name)
        .value("count", watch.count())
        .value("p50", watch.percentile(50))
        .value("p99", watch.percentile(99))
        .value("max", watch.most())
        .end();
  }

  private void say(String text) {
    spec.commandLine().getErr().println(text);
    spec.commandLine().getErr().flush();
  }
}
