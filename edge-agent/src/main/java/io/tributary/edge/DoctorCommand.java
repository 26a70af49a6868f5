package io.tributary.edge;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
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

/// `edge doctor`: reads every journal of a data directory and says what is wrong, what the agent does about it by itself,
/// and what somebody may do. Changes nothing and locks nothing; beside a running agent it asks that as well.
@Command(
    name = "doctor",
    description = {
      "Reads all that an edge keeps on its disk and explains what is wrong with it.",
      "Changes nothing, and may run beside the agent. Exit status: 0 healthy, 1 something was"
          + " found, 2 wrong usage, 3 the directory cannot be read."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final int TIMEOUT_MS = 3_000;
  private static final HostAndPort HTTP = new HostAndPort("127.0.0.1", 8081);

  /// When so much of a quota is not acknowledged, the policy will soon decide.
  private static final int QUOTA_WARNED_PERCENT = 80;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the agent's YAML file, of which only data-dir and http.listen count")
  private @Nullable Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "the data directory (without --config: tributary-edge)")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "where a running agent answers (without --config: 127.0.0.1:8081)")
  private @Nullable HostAndPort http;

  @Option(names = "--json", description = "one JSON object, for scripts")
  private boolean json;

  @Spec private CommandSpec spec;

  /// What was found in one class, and what the agent says of it.
  private record Journal(String className, Inspection inspection, List<Diagnosis> diagnoses) {}

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Path directory;
    String address;
    try {
      Section root = config == null ? null : Settings.load(config);
      Path configured = root == null ? Path.of("tributary-edge") : root.path("data-dir");
      directory = dataDirectory == null ? configured : dataDirectory;
      address =
          http != null
              ? http.toString()
              : (root == null ? HTTP : root.section("http").address("listen", HTTP)).toString();
    } catch (IOException | SettingsRefused e) {
      err.println("edge doctor: cannot read " + config + ": " + e.getMessage());
      return ExitStatus.USAGE;
    }
    List<Journal> journals;
    try {
      journals = inspect(directory);
    } catch (IOException e) {
      err.println("edge doctor: cannot read " + directory + ": " + e);
      return ExitStatus.WORLD;
    }
    if (journals.isEmpty()) {
      err.println(
          "edge doctor: there is no journal in " + directory + ": is it the agent's data-dir?");
      return ExitStatus.WORLD;
    }
    JsonObject status = ask(address, directory);
    List<Diagnosis> warnings = status == null ? List.of() : warnings(status);
    boolean isHealthy =
        warnings.isEmpty() && journals.stream().allMatch(each -> each.diagnoses.isEmpty());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(directory, journals, status, warnings, isHealthy));
    } else {
      print(directory, journals, status, warnings, isHealthy, out);
    }
    out.flush();
    return isHealthy ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
  }

  private static List<Journal> inspect(Path directory) throws IOException {
    Path all = directory.resolve(EdgeNode.JOURNAL_DIRECTORY);
    List<Journal> journals = new ArrayList<>();
    if (!Files.isDirectory(all)) {
      return journals;
    }
    FileDisk disk = FileDisk.readOnly(all);
    try (Stream<Path> classes = Files.list(all)) {
      for (Path each : classes.sorted().toList()) {
        String className = each.getFileName().toString();
        Inspection inspection = Inspection.of(disk, className);
        if (inspection != null) {
          journals.add(
              new Journal(
                  className,
                  inspection,
                  Diagnosis.of(inspection, Diagnosis.Role.EDGE, id -> topicOf(inspection, id))));
        }
      }
    }
    return journals;
  }

  private static String topicOf(Inspection inspection, long streamId) {
    return inspection.streams().stream()
        .filter(stream -> stream.id() == streamId)
        .map(stream -> "'" + stream.topic() + "'")
        .findFirst()
        .orElse("stream " + streamId);
  }

  /// What a running agent says; null when none answers, or another one does.
  private static @Nullable JsonObject ask(String address, Path directory) {
    try {
      var connection = URI.create("http://" + address + "/status").toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      try (var in = connection.getInputStream()) {
        JsonObject status =
            JsonParser.object().from(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        Path identity = directory.resolve(NodeIdentity.FILE);
        String incarnation = status.getString("incarnation", "");
        boolean isThis = !incarnation.isEmpty() && Files.readString(identity).contains(incarnation);
        return isThis ? status : null;
      }
    } catch (IOException | IllegalArgumentException | JsonParserException e) {
      return null;
    }
  }

  private static List<Diagnosis> warnings(JsonObject status) {
    List<Diagnosis> warnings = new ArrayList<>();
    for (Object each : status.getArray("classes")) {
      JsonObject c = (JsonObject) each;
      String name = c.getString("class");
      long quota = c.getLong("quotaBytes");
      long unacked = c.getLong("unackedBytes");
      if (quota > 0 && unacked > quota / 100 * QUOTA_WARNED_PERCENT) {
        warnings.add(
            new Diagnosis(
                String.format(
                    Locale.ROOT,
                    "The class %s holds %s that the hub has not got, of a quota of %s.",
                    name,
                    bytes(unacked),
                    bytes(quota)),
                "When the quota is used up, the policy decides: "
                    + policy(c.getString("policy"))
                    + " What the hub acknowledges makes room."));
      }
      String trouble = c.getString("trouble", "");
      if (!trouble.isEmpty()) {
        warnings.add(
            new Diagnosis(
                "The agent says of the class " + name + ": " + trouble + ".",
                "It goes on by itself as far as it can; what it has acknowledged is safe."));
      }
    }
    for (Object each : status.getArray("streams")) {
      JsonObject s = (JsonObject) each;
      String state = s.getString("state", "");
      if (state.startsWith("refused")) {
        warnings.add(
            new Diagnosis(
                "The hub does not take the topic '" + s.getString("topic") + "' (" + state + ").",
                s.getBoolean("forked", false)
                    ? "Its readings are kept here. `tributary edge seal "
                        + s.getString("topic")
                        + "` goes on with them."
                    : "Its readings are kept here, and offered again by themselves."));
      }
    }
    return warnings;
  }

  private static String policy(String policy) {
    return switch (policy) {
      case "block" -> "no reading is taken any more until there is room.";
      case "drop-oldest" -> "the oldest readings go, behind a Gap that counts them.";
      case "drop-newest" -> "new readings are refused, and a Gap counts them.";
      default -> policy + ".";
    };
  }

  private static void print(
      Path directory,
      List<Journal> journals,
      @Nullable JsonObject status,
      List<Diagnosis> warnings,
      boolean isHealthy,
      PrintWriter out) {
    out.printf("edge doctor: %s, %s%n", directory, running(status));
    boolean isMedium = false;
    for (Journal journal : journals) {
      Inspection i = journal.inspection();
      out.printf(
          "%njournal %s: %s in files: %d, streams: %d; %s%n",
          journal.className(),
          bytes(i.sizeBytes()),
          i.segments(),
          i.streams().size(),
          i.oldestUnackedMs() < 0 || isDrained(status, journal.className())
              ? "the hub has all of it"
              : "the oldest reading that the hub has not acknowledged is of "
                  + Instant.ofEpochMilli(i.oldestUnackedMs()));
      printSeals(i, out);
      print(journal.diagnoses(), out);
      isMedium |= !i.findings().isEmpty() || !i.mendable().isEmpty() || !i.unreadable().isEmpty();
      if (i.tailBytes() > 0 && status == null) {
        out.printf(
            "  (The last %d bytes are a group that a stop or a power cut tore, or that is being"
                + " written now. It was never acknowledged, and the next start cuts it off.)%n",
            i.tailBytes());
      }
      long places = i.findings().size();
      if (places > 0 && i.oldestArrivalMs() > 0) {
        Duration held = Duration.between(Instant.ofEpochMilli(i.oldestArrivalMs()), Instant.now());
        out.printf(
            "  Damaged places: %d, in a log that goes back %d days.%n",
            places, Math.max(0, held.toDays()));
      }
    }
    if (!warnings.isEmpty()) {
      out.printf("%nthe running agent%n");
      print(warnings, out);
    }
    out.printf("%n%s%n", verdict(isHealthy, isMedium));
  }

  private static void print(List<Diagnosis> diagnoses, PrintWriter out) {
    for (Diagnosis diagnosis : diagnoses) {
      out.printf("  ! %s%n    %s%n", diagnosis.found(), diagnosis.byItself());
    }
  }

  /// A seal is no trouble: it is told so that two streams of one topic do not surprise.
  private static void printSeals(Inspection inspection, PrintWriter out) {
    for (Inspection.Stream stream : inspection.streams()) {
      if (stream.isSealed()) {
        out.printf(
            "  topic '%s': stream %d was sealed at %d; %s stream %d%n",
            stream.topic(),
            stream.id(),
            stream.end(),
            stream.unmovedRecords() == 0
                ? "what this edge had behind that is moved, and goes on as"
                : stream.unmovedRecords()
                    + " records behind that are still to be moved, which the agent does by itself, to",
            stream.successor());
      }
    }
  }

  /// Whether the hub has all of a class, which the files learn later than the agent.
  private static boolean isDrained(@Nullable JsonObject status, String className) {
    return status != null
        && status.getArray("streams").stream()
            .map(JsonObject.class::cast)
            .allMatch(s -> !className.equals(s.getString("class")) || s.getLong("lagRecords") == 0);
  }

  private static String running(@Nullable JsonObject status) {
    if (status == null) {
      return "no agent answers for it";
    }
    long damaged = 0;
    long healed = 0;
    for (Object each : status.getArray("classes")) {
      damaged += ((JsonObject) each).getLong("damagedBytes", 0);
      healed += ((JsonObject) each).getLong("healedBatches", 0);
    }
    return String.format(
        Locale.ROOT,
        "the agent runs (%s damaged bytes known to it, %d batches healed since its start)",
        damaged,
        healed);
  }

  private static String verdict(boolean isHealthy, boolean isMedium) {
    if (isHealthy) {
      return "Everything is as it was written. There is nothing to do.";
    }
    return isMedium
        ? "Nothing needs to be done for the readings: start the agent, if it does not run, and leave"
            + " its files as they are. But look after the card or disk: `dmesg | grep -iE"
            + " 'mmc|ata|nvme|I/O error'` shows whether it fails, and a card that flips bits again"
            + " should be replaced (stop the agent, copy the whole data directory, and start it from"
            + " the copy, on this machine)."
        : "Nothing needs to be done for what is on the disk.";
  }

  private static String json(
      Path directory,
      List<Journal> journals,
      @Nullable JsonObject status,
      List<Diagnosis> warnings,
      boolean isHealthy) {
    JsonStringWriter writer = JsonWriter.string().object();
    writer
        .value("dataDirectory", directory.toString())
        .value("healthy", isHealthy)
        .value("running", status != null);
    writer.array("journals");
    for (Journal journal : journals) {
      Inspection i = journal.inspection();
      writer
          .object()
          .value("class", journal.className())
          .value("segments", i.segments())
          .value("bytes", i.sizeBytes())
          .value("damagedBytes", i.damagedBytes())
          .value("tailBytes", i.tailBytes())
          .value("oldestUnackedMs", i.oldestUnackedMs());
      seals(writer, i);
      findings(writer, i);
      diagnoses(writer, "diagnoses", journal.diagnoses());
      writer.end();
    }
    writer.end();
    diagnoses(writer, "warnings", warnings);
    return writer.end().done();
  }

  private static void seals(JsonStringWriter writer, Inspection inspection) {
    writer.array("sealed");
    for (Inspection.Stream stream : inspection.streams()) {
      if (stream.isSealed()) {
        writer
            .object()
            .value("topic", stream.topic())
            .value("stream", Long.toString(stream.id()))
            .value("at", stream.end())
            .value("successor", Long.toString(stream.successor()))
            .value("unmovedRecords", stream.unmovedRecords())
            .end();
      }
    }
    writer.end();
  }

  private static void findings(JsonStringWriter writer, Inspection inspection) {
    writer.array("findings");
    for (var finding : inspection.findings()) {
      writer
          .object()
          .value("kind", finding.kind().name().toLowerCase(Locale.ROOT))
          .value("stream", Long.toString(finding.streamId()))
          .value("topic", topicOf(inspection, finding.streamId()).replace("'", ""))
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
