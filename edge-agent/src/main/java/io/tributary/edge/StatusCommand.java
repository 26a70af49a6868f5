package io.tributary.edge;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `edge status`: asks a running agent and prints what it says.
@Command(
    name = "status",
    description = "Shows what a running edge agent holds and how far the hub is behind it.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final int TIMEOUT_MS = 5_000;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "where the agent answers (default: ${DEFAULT-VALUE})",
      defaultValue = "127.0.0.1:8081")
  private @Nullable HostAndPort http;

  @Option(names = "--json", description = "one JSON object, for scripts")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String body;
    try {
      body = ask();
    } catch (IOException | IllegalArgumentException e) {
      spec.commandLine()
          .getErr()
          .println(
              "edge status: no agent answers at http://"
                  + http
                  + "/status ("
                  + e.getMessage()
                  + "): is it running, and is http.listen the same address?");
      return ExitStatus.WORLD;
    }
    if (json) {
      out.println(body);
      return ExitStatus.DONE;
    }
    try {
      print(JsonParser.object().from(body), out);
    } catch (JsonParserException e) {
      spec.commandLine().getErr().println("edge status: the answer is no JSON: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    return ExitStatus.DONE;
  }

  private String ask() throws IOException {
    var connection = URI.create("http://" + http + "/status").toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void print(JsonObject status, PrintWriter out) {
    JsonObject connection = status.getObject("connection");
    out.printf(
        "edge %s, incarnation %s, up %s, health: %s%n",
        status.getString("edge"),
        status.getString("incarnation"),
        duration(status.getLong("uptimeMs")),
        status.getString("health"));
    out.printf(
        "hub  %s: %s for %s%s%s%n",
        connection.getString("hub"),
        connection.getString("state"),
        duration(connection.getLong("sinceMs")),
        connection.getString("reason", "").isEmpty()
            ? ""
            : " (" + connection.getString("reason") + ")",
        connection.getBoolean("insecure", false) ? ", INSECURE: no TLS" : "");
    out.printf(
        "%n%-24s %-7s %12s %12s %10s %10s %9s  %s%n",
        "TOPIC", "CLASS", "LOG END", "ACKED", "LAG", "LAG BYTES", "DRAINED", "STATE");
    for (Object each : status.getArray("streams", new JsonArray())) {
      JsonObject s = (JsonObject) each;
      out.printf(
          "%-24s %-7s %12d %12d %10d %10s %9s  %s%n",
          s.getString("topic"),
          s.getString("class"),
          s.getLong("end"),
          s.getLong("acked"),
          s.getLong("lagRecords"),
          bytes(s.getLong("lagBytes")),
          duration(s.getLong("timeToDrainMs")),
          s.getString("state"));
    }
    for (Object each : status.getArray("streams", new JsonArray())) {
      JsonObject s = (JsonObject) each;
      if (s.getBoolean("forked", false)) {
        out.printf(
            "FORK  %s: this edge was put back to an old image and has written since; the hub has other%n"
                + "      readings under the same offsets. Nothing is lost. To go on: tributary edge seal %s%n",
            s.getString("topic"), s.getString("topic"));
      }
    }
    out.printf(
        "%n%-7s %-11s %10s %10s %10s %9s %10s %9s  %s%n",
        "CLASS",
        "WHEN FULL",
        "QUOTA",
        "HELD",
        "UNACKED",
        "FULL IN",
        "READINGS",
        "DROPPED",
        "TROUBLE");
    for (Object each : status.getArray("classes", new JsonArray())) {
      JsonObject c = (JsonObject) each;
      out.printf(
          "%-7s %-11s %10s %10s %10s %9s %10d %9d  %s%n",
          c.getString("class"),
          c.getString("policy"),
          bytes(c.getLong("quotaBytes")),
          bytes(c.getLong("bytes")),
          bytes(c.getLong("unackedBytes")),
          duration(c.getLong("timeToFullMs")),
          c.getLong("readings"),
          c.getLong("dropped"),
          c.getString("trouble", "-"));
    }
    JsonObject scrub = status.getObject("scrub", new JsonObject());
    for (Object each : scrub.getArray("damage", new JsonArray())) {
      JsonObject d = (JsonObject) each;
      out.printf(
          "DAMAGE class %s, records [%d, %d) of stream %s: %s%n",
          d.getString("class"),
          d.getLong("from"),
          d.getLong("to"),
          d.getString("stream"),
          d.getString("state"));
    }
    states(status.getArray("adapters", new JsonArray()), "ADAPTER", out);
    JsonArray transforms = status.getArray("transforms", new JsonArray());
    if (!transforms.isEmpty()) {
      states(transforms, "TOPIC", out);
    }
    out.flush();
  }

  private static void states(JsonArray states, String heading, PrintWriter out) {
    out.printf("%n%-12s %-10s %s%n", heading, "TYPE", "STATE");
    for (Object each : states) {
      JsonObject a = (JsonObject) each;
      out.printf(
          "%-12s %-10s %s%n", a.getString("name"), a.getString("type"), a.getString("state"));
    }
  }

  private static String duration(long ms) {
    if (ms < 0) {
      return "-";
    }
    if (ms < 10_000) {
      return String.format(Locale.ROOT, "%.1fs", ms / 1000.0);
    }
    Duration d = Duration.ofMillis(ms);
    return d.toDays() > 1
        ? d.toDays() + "d" + d.toHoursPart() + "h"
        : d.toHours() > 0
            ? d.toHours() + "h" + d.toMinutesPart() + "m"
            : d.toMinutes() > 0
                ? d.toMinutes() + "m" + d.toSecondsPart() + "s"
                : d.toSeconds() + "s";
  }

  private static String bytes(long bytes) {
    if (bytes < 0) {
      return "-";
    }
    if (bytes < 10_000) {
      return bytes + "B";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = -1;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f%s", value, units[unit]);
  }
}
