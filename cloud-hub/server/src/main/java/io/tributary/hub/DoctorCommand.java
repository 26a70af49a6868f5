package io.tributary.hub;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.hub.cli.AddressConverter;
import io.tributary.log.Diagnosis;
import io.tributary.log.FileDisk;
import io.tributary.log.Inspection;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `hub doctor`: reads every partition and the registry of a data directory and says what is wrong, what the hub does
/// about it by itself, and what somebody may do. Changes nothing and locks nothing; beside a running hub it asks that as
/// well.
@Command(
    name = "doctor",
    description = {
      "Reads all that a hub keeps on its disk and explains what is wrong with it.",
      "Changes nothing, and may run beside the hub. Exit status: 0 healthy, 1 something was"
          + " found, 2 wrong usage, 3 the directory cannot be read."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final int TIMEOUT_MS = 3_000;

  /// `topics`, a topic, a partition.
  private static final int LEVELS = 3;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the hub's YAML file, of which only data-dir and http.listen count")
  private @Nullable Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "the data directory (without --config: tributary-hub)")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "where a running hub answers (without --config: 127.0.0.1:8080)")
  private @Nullable HostAndPort http;

  @Option(names = "--json", description = "one JSON object, for scripts")
  private boolean json;

  @Spec private CommandSpec spec;

  /// What was found in one log.
  ///
  /// @param name its place in the data directory
  private record Log(String name, Inspection inspection, List<Diagnosis> diagnoses) {}

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Path directory;
    String address;
    try {
      Section root = config == null ? null : Settings.load(config);
      Path configured = root == null ? Path.of("tributary-hub") : root.path("data-dir");
      directory = dataDirectory == null ? configured : dataDirectory;
      address =
          http != null
              ? http.toString()
              : (root == null
                      ? HubConfig.HTTP
                      : root.section("http").address("listen", HubConfig.HTTP))
                  .toString();
    } catch (IOException | SettingsRefused e) {
      err.println("hub doctor: cannot read " + config + ": " + e.getMessage());
      return ExitStatus.USAGE;
    }
    JsonObject status = ask(address, directory);
    List<Log> logs;
    try {
      logs = inspect(directory, status);
    } catch (IOException e) {
      err.println("hub doctor: cannot read " + directory + ": " + e);
      return ExitStatus.WORLD;
    }
    if (logs.isEmpty() || !isOfHub(directory)) {
      err.println("hub doctor: there is no log in " + directory + ": is it the hub's data-dir?");
      return ExitStatus.WORLD;
    }
    List<Diagnosis> warnings = status == null ? List.of() : warnings(status);
    boolean isHealthy =
        warnings.isEmpty() && logs.stream().allMatch(each -> each.diagnoses.isEmpty());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(directory, logs, status, warnings, isHealthy));
    } else {
      print(directory, logs, status, warnings, isHealthy, out);
    }
    out.flush();
    return isHealthy ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  /// An edge's journals look like a registry.
  private static boolean isOfHub(Path directory) {
    return Stream.of(DataDirectory.HUB_ID, "registry", "topics")
        .anyMatch(name -> Files.exists(directory.resolve(name)));
  }

  private static List<Log> inspect(Path directory, @Nullable JsonObject status) throws IOException {
    List<Log> logs = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return logs;
    }
    FileDisk disk = FileDisk.readOnly(directory);
    try (Stream<Path> directories = Files.walk(directory, LEVELS)) {
      for (Path each : directories.filter(Files::isDirectory).sorted().toList()) {
        String name = directory.relativize(each).toString();
        Inspection inspection = name.isEmpty() ? null : Inspection.of(disk, name);
        if (inspection != null) {
          logs.add(
              new Log(
                  name,
                  inspection,
                  Diagnosis.of(inspection, Diagnosis.Role.HUB, id -> nameOf(status, id))));
        }
      }
    }
    return logs;
  }

  /// Edge and topic of a stream, as far as a running hub tells.
  private static String nameOf(@Nullable JsonObject status, long streamId) {
    String id = Long.toString(streamId);
    if (status != null) {
      for (Object each : status.getArray("edges")) {
        JsonObject edge = (JsonObject) each;
        for (Object one : edge.getArray("streams")) {
          JsonObject stream = (JsonObject) one;
          if (id.equals(stream.getString("stream"))) {
            return "'" + stream.getString("topic") + "' of edge " + edge.getString("edge");
          }
        }
      }
    }
    return "stream " + id;
  }

  /// What a running hub says; null when none answers, or another one does.
  private static @Nullable JsonObject ask(String address, Path directory) {
    try {
      var connection = URI.create("http://" + address + "/status").toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      try (var in = connection.getInputStream()) {
        JsonObject status =
            JsonParser.object().from(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        String hubId = Files.readString(directory.resolve(DataDirectory.HUB_ID)).strip();
        return hubId.equals(status.getString("hub", "")) ? status : null;
      }
    } catch (IOException | IllegalArgumentException | JsonParserException e) {
      return null;
    }
  }

  private static List<Diagnosis> warnings(JsonObject status) {
    List<Diagnosis> warnings = new ArrayList<>();
    for (Object trouble : status.getObject("store").getArray("troubles")) {
      warnings.add(
          new Diagnosis(
              "The hub says: " + trouble + ".",
              "It goes on by itself as far as it can; what it has acknowledged is safe."));
    }
    for (Object each : status.getArray("edges")) {
      JsonObject edge = (JsonObject) each;
      for (Object one : edge.getArray("streams")) {
        JsonObject stream = (JsonObject) one;
        String trouble = stream.getString("trouble", "");
        if (!trouble.isEmpty()) {
          warnings.add(
              new Diagnosis(
                  "The topic '%s' of edge %s is not taken: %s."
                      .formatted(stream.getString("topic"), edge.getString("edge"), trouble),
                  "The edge keeps its readings and offers them again by itself."));
        }
      }
    }
    for (Object each : status.getArray("clones")) {
      JsonObject clone = (JsonObject) each;
      warnings.add(
          new Diagnosis(
              "Two machines run as edge %s: run %s is served, run %s is refused."
                  .formatted(
                      clone.getString("edge"),
                      clone.getString("livingRun"),
                      clone.getString("refusedRun")),
              "Nothing is mixed up. Give one of them an id and a data directory of its own."));
    }
    return warnings;
  }

  private static void print(
      Path directory,
      List<Log> logs,
      @Nullable JsonObject status,
      List<Diagnosis> warnings,
      boolean isHealthy,
      PrintWriter out) {
    out.printf("hub doctor: %s, %s%n", directory, running(status));
    boolean isMedium = false;
    long files = 0;
    long sizeBytes = 0;
    for (Log log : logs) {
      Inspection i = log.inspection();
      files += i.segments();
      sizeBytes += i.sizeBytes();
      if (log.diagnoses().isEmpty()) {
        continue;
      }
      out.printf("%n%s: %s in files: %d%n", log.name(), bytes(i.sizeBytes()), i.segments());
      print(log.diagnoses(), out);
      isMedium |= !i.findings().isEmpty() || !i.mendable().isEmpty() || !i.unreadable().isEmpty();
      long places = i.findings().size();
      if (places > 0 && i.oldestArrivalMs() > 0) {
        Duration held = Duration.between(Instant.ofEpochMilli(i.oldestArrivalMs()), Instant.now());
        out.printf(
            "  Damaged places: %d, in a log that goes back %d days.%n",
            places, Math.max(0, held.toDays()));
      }
    }
    if (!warnings.isEmpty()) {
      out.printf("%nthe running hub%n");
      print(warnings, out);
    }
    out.printf("%nRead: %s in logs: %d, files: %d%n", bytes(sizeBytes), logs.size(), files);
    out.printf("%s%n", verdict(isHealthy, isMedium));
  }

  private static void print(List<Diagnosis> diagnoses, PrintWriter out) {
    for (Diagnosis diagnosis : diagnoses) {
      out.printf("  ! %s%n    %s%n", diagnosis.found(), diagnosis.byItself());
    }
  }

  private static String running(@Nullable JsonObject status) {
    if (status == null) {
      return "no hub answers for it";
    }
    JsonObject store = status.getObject("store");
    return String.format(
        Locale.ROOT,
        "the hub runs (%d damaged bytes known to it, %d batches healed since its start)",
        store.getLong("damagedBytes", 0),
        store.getLong("healedBatches", 0));
  }

  private static String verdict(boolean isHealthy, boolean isMedium) {
    if (isHealthy) {
      return "Everything is as it was written. There is nothing to do.";
    }
    return isMedium
        ? "Nothing needs to be done for the readings: run the hub, and leave its files as they are. But"
            + " look after the disk: `dmesg | grep -iE 'ata|nvme|I/O error'` and `smartctl -a` show"
            + " whether it fails."
        : "Nothing needs to be done for what is on the disk.";
  }

  private static String json(
      Path directory,
      List<Log> logs,
      @Nullable JsonObject status,
      List<Diagnosis> warnings,
      boolean isHealthy) {
    JsonStringWriter writer = JsonWriter.string().object();
    writer
        .value("dataDirectory", directory.toString())
        .value("healthy", isHealthy)
        .value("running", status != null);
    writer.array("logs");
    for (Log log : logs) {
      Inspection i = log.inspection();
      writer
          .object()
          .value("log", log.name())
          .value("segments", i.segments())
          .value("bytes", i.sizeBytes())
          .value("damagedBytes", i.damagedBytes())
          .value("tailBytes", i.tailBytes());
      findings(writer, i);
      diagnoses(writer, "diagnoses", log.diagnoses());
      writer.end();
    }
    writer.end();
    diagnoses(writer, "warnings", warnings);
    return writer.end().done();
  }

  private static void findings(JsonStringWriter writer, Inspection inspection) {
    writer.array("findings");
    for (var finding : inspection.findings()) {
      writer
          .object()
          .value("kind", finding.kind().name().toLowerCase(Locale.ROOT))
          .value("stream", Long.toString(finding.streamId()))
          .value("from", finding.from())
          .value("to", finding.to())
          .value("segment", finding.segment())
          .value("position", finding.position())
          .value("bytes", finding.sizeBytes())
          .end();
    }
    writer.end();
  }

  private static void diagnoses(JsonStringWriter writer, String name, List<Diagnosis> diagnoses) {
    writer.array(name);
    for (Diagnosis each : diagnoses) {
      writer.object().value("found", each.found()).value("byItself", each.byItself()).end();
    }
    writer.end();
  }

  private static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + "B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f%s", value, units[unit]);
  }
}
