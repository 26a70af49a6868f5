package io.tributary.sim.device;

import io.tributary.sim.ExitStatus;
import io.tributary.sim.device.FleetPlan.Endpoint;
import io.tributary.sim.device.FleetPlan.Publishing;
import io.tributary.sim.device.FleetPlan.Signals;
import io.tributary.sim.oracle.FleetLedger;
import io.tributary.sim.signal.Fault;
import io.tributary.sim.signal.Quantity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sim device mqtt`: a fleet of devices with realistic signals and faults, in one process. The calling thread is the fleet's.
@Command(
    name = "mqtt",
    description = {
      "Many devices in one process, a connection each, with signals as sensors give them and faults as devices have",
      "them. Each device has one signal. What a broker has not acknowledged is sent again. SIGTERM ends the readings;",
      "what is under way is still waited for. Exit status 1 when something was not acknowledged in the end."
    },
    footer = {
      "",
      "Faults: stuck (shows one value), spike, dropout (no reading), error (NaN, quality bad), reboot (no DISCONNECT;",
      "counters begin at 0), clock (wrong by up to 2 h), away (out of reach, then all at once). They strike in running",
      "time, the signals go by theirs: --speedup changes the latter alone."
    })
public final class FleetCommand implements Callable<Integer> {
  private static final String NONE = "none";
  private static final String ALL = "all";
  private static final String MIX = "mix";
  private static final double FAULTS_UNSAID = 0.1;
  private static final int DEVICES_MOST = 50_000;
  private static final int WINDOW_MOST = 60_000;
  private static final int KEEP_MOST = 1_000_000;
  private static final double RATE_MOST = 10_000;
  private static final double SPEEDUP_MOST = 1_000_000;

  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:1883",
      description = "the MQTT endpoint (default: ${DEFAULT-VALUE})")
  private String mqtt = "";

  @Option(
      names = "--protocol",
      paramLabel = "V",
      defaultValue = "3.1.1",
      description = "MQTT 3.1.1 or 5 (default: ${DEFAULT-VALUE})")
  private String protocol = "";

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many (default: ${DEFAULT-VALUE})")
  private int devices;

  @Option(
      names = "--signal",
      paramLabel = "S",
      split = ",",
      defaultValue = MIX,
      description = {
        "temperature, humidity, vibration, power, level, counter or state; several, with commas,",
        "go around the devices; mix: all of them (default: ${DEFAULT-VALUE})"
      })
  private List<String> signals = List.of();

  @Option(
      names = "--fault",
      paramLabel = "F",
      split = ",",
      description = {
        "stuck, spike, dropout, error, reboot, clock or away, with commas; all; none",
        "(default: none, so that what is missing is not the fleet's; all where --faults is given)"
      })
  private @Nullable List<String> faults;

  @Option(
      names = "--faults",
      paramLabel = "RATE",
      description = "faults a minute of each device, while it is well (default: 0.1)")
  private @Nullable Double faultsPerMinute;

  @Option(
      names = "--topic",
      paramLabel = "T",
      defaultValue = "devices/{device}/{signal}",
      description = "a template (default: ${DEFAULT-VALUE})")
  private String topic = "";

  @Option(
      names = "--payload",
      paramLabel = "P",
      defaultValue = "json",
      description = {
        "json: {\"ts\":…,\"value\":…,\"seq\":…,\"unit\":\"…\"}, with \"quality\":\"bad\" where it is not good;",
        "value: the value alone; csv: ts,value,seq,unit,quality (default: ${DEFAULT-VALUE})"
      })
  private PayloadFormat payload = PayloadFormat.JSON;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1",
      description = "readings per second of each device (default: ${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "0",
      description = "how long to take readings (default: until SIGTERM)")
  private long seconds;

  @Option(
      names = "--speedup",
      paramLabel = "X",
      defaultValue = "1",
      description = {
        "the signal's time, which the timestamps tell, goes X times as fast; the rate stays: with 1440",
        "a day passes in a minute (default: ${DEFAULT-VALUE})"
      })
  private double speedup;

  @Option(
      names = "--start",
      paramLabel = "INSTANT",
      description =
          "the signal's time of the first reading, as 2026-03-02T06:00:00Z (default: now)")
  private @Nullable String start;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description =
          "the local time of days and shifts, as Europe/Vienna (default: ${DEFAULT-VALUE})")
  private String zone = "";

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "with the same --start gives the same readings (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--qos",
      paramLabel = "Q",
      defaultValue = "1",
      description = "0, 1 or 2 (default: ${DEFAULT-VALUE})")
  private int qos;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "publishes of each device that may wait for their acknowledgement (default: ${DEFAULT-VALUE})")
  private int window;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "1000",
      description = {
        "readings that each device keeps while it cannot send them; then the oldest are dropped, and",
        "counted (default: ${DEFAULT-VALUE})"
      })
  private int keep;

  @Option(
      names = "--client-id",
      paramLabel = "C",
      defaultValue = "sim-{device}",
      description = "a template (default: ${DEFAULT-VALUE})")
  private String clientId = "";

  @Option(names = "--user", paramLabel = "U", description = "a user name, or a template")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "the password of all devices is its first line")
  private @Nullable Path passwordFile;

  @Option(
      names = "--will",
      paramLabel = "T",
      description =
          "a topic, or a template, to which the broker tells a device that is lost (default: no will)")
  private @Nullable String will;

  @Option(
      names = "--connects",
      paramLabel = "N",
      defaultValue = "200",
      description = "first connects a second (default: ${DEFAULT-VALUE})")
  private int connects;

  @Option(
      names = "--ledger",
      paramLabel = "L",
      description = "a file for what was acknowledged, for `sim verify`; needs --payload json")
  private @Nullable Path ledger;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "how long to wait for the last acknowledgements (default: ${DEFAULT-VALUE})")
  private long patienceS;

  @Option(names = "--json", description = "one JSON object in the end")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // picocli answers it
  private boolean help;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    FleetFigures figures = new FleetFigures(devices);
    CountDownLatch settled = new CountDownLatch(1);
    try {
      FleetPlan plan = plan();
      FleetLedger book = ledger == null ? null : new FleetLedger(ledger, qos);
      long started = System.nanoTime();
      try (Fleet fleet = new Fleet(plan, figures, book)) {
        Runtime.getRuntime().addShutdownHook(stopping(fleet, settled));
        FleetProgress progress = new FleetProgress(err);
        long left = fleet.run(progress::at);
        progress.done();
        double took = (System.nanoTime() - started) / 1e9;
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? figures.json(took, left) : figures.text(took, left));
        out.flush();
        if (!fleet.wasAccepted()) {
          err.println(
              "sim device mqtt: no device was connected to " + mqtt + ": " + figures.lastTrouble());
          return ExitStatus.WORLD;
        }
        return left == 0 && figures.refused == 0 ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
      }
    } catch (IOException | UncheckedIOException e) {
      err.println("sim device mqtt: " + e.getMessage());
      return ExitStatus.WORLD;
    } finally {
      settled.countDown();
    }
  }

  /// On SIGTERM: ends the readings, and lets the process go when what was under way is done.
  private static Thread stopping(Fleet fleet, CountDownLatch settled) {
    return new Thread(
        () -> {
          fleet.stop();
          try {
            settled.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        "fleet-stop");
  }

  private FleetPlan plan() throws IOException {
    check(devices >= 1 && devices <= DEVICES_MOST, "--devices", devices, "1 to " + DEVICES_MOST);
    check(qos >= 0 && qos <= 2, "--qos", qos, "0, 1 or 2");
    check(window >= 1 && window <= WINDOW_MOST, "--window", window, "1 to " + WINDOW_MOST);
    check(keep >= 1 && keep <= KEEP_MOST, "--keep", keep, "1 to " + KEEP_MOST);
    check(rate > 0 && rate <= RATE_MOST, "--rate", rate, "above 0, " + RATE_MOST + " at most");
    check(
        speedup > 0 && speedup <= SPEEDUP_MOST,
        "--speedup",
        speedup,
        "above 0, " + SPEEDUP_MOST + " at most");
    check(seconds >= 0, "--seconds", seconds, "0 (for ever) or more");
    check(patienceS >= 0, "--patience", patienceS, "0 or more");
    check(connects >= 1, "--connects", connects, "1 or more");
    double perMinute = faultsPerMinute == null ? FAULTS_UNSAID : faultsPerMinute;
    check(perMinute >= 0 && perMinute <= 60, "--faults", perMinute, "0 to 60");
    check(
        devices == 1 || clientId.contains("{device}"),
        "--client-id",
        clientId,
        "a template with {device}: two clients of one identifier throw each other out");
    check(
        ledger == null || devices == 1 || topic.contains("{device}"),
        "--topic",
        topic,
        "a template with {device}, where there is a --ledger: a key there belongs to one device");
    check(
        ledger == null || payload == PayloadFormat.JSON,
        "--payload",
        payload.name().toLowerCase(Locale.ROOT),
        "json, where there is a --ledger: only there `sim verify` finds the number of a reading");
    check(passwordFile == null || user != null, "--user", "missing", "there with --password-file");
    return new FleetPlan(
        devices,
        new Endpoint(address(), protocol(), clientId, user, password(), will, connects),
        new Signals(quantities(), seed, startMs(), speedup, zone(), kinds(), perMinute),
        new Publishing(topic, payload, rate, qos, window, keep),
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(patienceS));
  }

  private void check(boolean isRight, String option, Object value, String allowed) {
    if (!isRight) {
      throw wrong(option, value, allowed);
    }
  }

  private ParameterException wrong(String option, Object value, String allowed) {
    return new ParameterException(
        spec.commandLine(), option + " is '" + value + "' but must be " + allowed);
  }

  private InetSocketAddress address() throws IOException {
    int colon = mqtt.lastIndexOf(':');
    try {
      int port = Integer.parseInt(mqtt.substring(colon + 1));
      InetSocketAddress address =
          new InetSocketAddress(mqtt.substring(0, Math.max(0, colon)), port);
      check(colon > 0, "--mqtt", mqtt, "HOST:PORT");
      if (address.isUnresolved()) {
        throw new IOException("the host of --mqtt " + mqtt + " is not known");
      }
      return address;
    } catch (IllegalArgumentException e) {
      throw wrong("--mqtt", mqtt, "HOST:PORT");
    }
  }

  private Protocol protocol() {
    for (Protocol each : Protocol.values()) {
      if (each.word().equals(protocol)) {
        return each;
      }
    }
    throw wrong("--protocol", protocol, "3.1.1 or 5");
  }

  private List<Quantity> quantities() {
    if (signals.equals(List.of(MIX))) {
      return List.of(Quantity.values());
    }
    List<Quantity> quantities = new ArrayList<>();
    for (String word : signals) {
      quantities.add(named(Quantity.class, "--signal", word, MIX));
    }
    return quantities;
  }

  private Set<Fault> kinds() {
    List<String> words = faults != null ? faults : List.of(faultsPerMinute == null ? NONE : ALL);
    if (words.equals(List.of(ALL))) {
      return EnumSet.allOf(Fault.class);
    }
    EnumSet<Fault> kinds = EnumSet.noneOf(Fault.class);
    if (!words.equals(List.of(NONE))) {
      for (String word : words) {
        kinds.add(named(Fault.class, "--fault", word, ALL + " or " + NONE));
      }
    }
    return kinds;
  }

  private <E extends Enum<E>> E named(Class<E> type, String option, String word, String alone) {
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(word.strip())) {
        return each;
      }
    }
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(each -> each.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw wrong(option, word, "one of " + allowed + "; or alone: " + alone);
  }

  private long startMs() {
    try {
      return start == null ? System.currentTimeMillis() : Instant.parse(start).toEpochMilli();
    } catch (DateTimeException e) {
      throw wrong("--start", String.valueOf(start), "an instant as 2026-03-02T06:00:00Z");
    }
  }

  private ZoneId zone() {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw wrong("--zone", zone, "a zone as UTC, +01:00 or Europe/Vienna");
    }
  }

  private @Nullable String password() throws IOException {
    if (passwordFile == null) {
      return null;
    }
    List<String> lines = Files.readAllLines(passwordFile);
    if (lines.isEmpty() || lines.getFirst().isEmpty()) {
      throw new IOException(passwordFile + ":1: is empty but must be a password");
    }
    return lines.getFirst();
  }
}
