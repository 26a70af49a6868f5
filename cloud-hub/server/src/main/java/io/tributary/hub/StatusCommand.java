package io.tributary.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.hub.cli.AddressConverter;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `hub status`: asks a running hub and prints what it says.
@Command(
    name = "status",
    description = "Shows the edges of a running hub, their streams, and what was refused.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final int TIMEOUT_MS = 10_000;

  /// The newest notices that a person wants to read.
  private static final int NOTICES_SHOWN = 10;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "where the hub answers (default: ${DEFAULT-VALUE})",
      defaultValue = "127.0.0.1:8080")
  private @Nullable HostAndPort http;

  @Option(names = "--json", description = "one JSON object, for scripts")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      String body = ask();
      if (json) {
        out.println(body);
      } else {
        print(JsonParser.object().from(body), out);
      }
      out.flush();
      return ExitStatus.DONE;
    } catch (JsonParserException e) {
      err.println("hub status: what answers at http://" + http + "/status is no hub");
      return ExitStatus.WORLD;
    } catch (IOException | IllegalArgumentException e) {
      err.println(
          "hub status: no hub answers at http://%s/status (%s): is it running, and is http.listen"
                  .formatted(http, e.getMessage())
              + " the same address?");
      return ExitStatus.WORLD;
    }
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
    JsonObject mirror = status.getObject("mirror");
    JsonObject kafka = status.getObject("kafka");
    JsonObject store = status.getObject("store");
    out.printf(
        "hub %s, up %s, health: %s%n",
        status.getString("hub"), duration(status.getLong("uptimeMs")), status.getString("health"));
    out.printf(
        "edges at %s%s, %d sessions; Kafka at %s%s, %d clients%s%n",
        mirror.getString("listen"),
        mirror.getBoolean("insecure", false) ? " (INSECURE: no TLS)" : " (TLS)",
        mirror.getLong("sessions"),
        kafka.getString("listen"),
        (kafka.getBoolean("tls", false) ? " (TLS" : " (no TLS")
            + (kafka.getBoolean("insecure", false)
                ? ", INSECURE: anybody may do everything)"
                : ")"),
        kafka.getLong("connections"),
        kafka.getLong("throttled") > 0
            ? ", throttled " + kafka.getLong("throttled") + " times by quotas"
            : "");
    out.printf(
        "stored %s since the start in %d forces; %s free on the disk%n",
        bytes(store.getLong("storedBytes")),
        store.getLong("forces"),
        bytes(store.getLong("usableBytes")));
    edges(status.getArray("edges", new JsonArray()), out);
    streams(status.getArray("edges", new JsonArray()), out);
    pipelines(status.getArray("pipelines", new JsonArray()), out);
    refusals(status, mirror, out);
    for (Object trouble : store.getArray("troubles", new JsonArray())) {
      out.printf("TROUBLE %s%n", trouble);
    }
    String groupsTrouble = kafka.getString("groupsTrouble", "");
    if (!groupsTrouble.isEmpty()) {
      out.printf("TROUBLE consumer groups: %s%n", groupsTrouble);
    }
    JsonObject scrub = status.getObject("scrub", new JsonObject());
    for (Object each : scrub.getArray("damage", new JsonArray())) {
      JsonObject damage = (JsonObject) each;
      out.printf(
          "DAMAGE %s: records [%d, %d) of edge %s, topic %s: %s%n",
          damage.getString("place"),
          damage.getLong("from"),
          damage.getLong("to"),
          damage.getString("edge"),
          damage.getString("topic"),
          damage.getString("state"));
    }
    JsonArray notices = status.getArray("notices", new JsonArray());
    for (int i = Math.max(0, notices.size() - NOTICES_SHOWN); i < notices.size(); i++) {
      JsonObject notice = notices.getObject(i);
      out.printf(
          "%s  %s%n", Instant.ofEpochMilli(notice.getLong("atMs")), notice.getString("text"));
    }
  }

  private static void edges(JsonArray edges, PrintWriter out) {
    out.printf(
        "%n%-20s %-13s %8s  %-36s %-16s %s%n",
        "EDGE", "STATE", "SINCE", "INCARNATION", "AGENT", "REASON");
    for (Object each : edges) {
      JsonObject edge = (JsonObject) each;
      String peer = edge.getString("peer", "");
      out.printf(
          "%-20s %-13s %8s  %-36s %-16s %s%s%n",
          edge.getString("edge"),
          edge.getString("state"),
          duration(edge.getLong("sinceMs")),
          edge.getString("incarnation"),
          edge.getString("agent"),
          edge.getString("reason"),
          peer.isEmpty() ? "" : " (" + peer + ")");
    }
  }

  private static void streams(JsonArray edges, PrintWriter out) {
    out.printf(
        "%n%-20s %-24s %9s %14s %6s %10s %10s  %s%n",
        "EDGE", "TOPIC", "PARTITION", "NEXT OFFSET", "GAPS", "MISSING", "BYTES", "STATE");
    for (Object each : edges) {
      JsonObject edge = (JsonObject) each;
      for (Object one : edge.getArray("streams", new JsonArray())) {
        JsonObject stream = (JsonObject) one;
        long next = stream.getLong("next");
        String trouble = stream.getString("trouble", "");
        out.printf(
            "%-20s %-24s %9d %14s %6d %10d %10s  %s%s%n",
            edge.getString("edge"),
            stream.getString("topic"),
            stream.getLong("partition"),
            next < 0 ? "not read" : String.valueOf(next),
            stream.getLong("gaps"),
            stream.getLong("missing"),
            bytes(stream.getLong("bytes")),
            stream.getString("state"),
            trouble.isEmpty() ? "" : " (" + trouble + ")");
      }
    }
    out.println();
  }

  private static void pipelines(JsonArray pipelines, PrintWriter out) {
    if (pipelines.isEmpty()) {
      return;
    }
    out.printf(
        "%-20s %-24s %-24s %-8s %4s %12s %9s %9s %7s %8s %7s %7s%n",
        "PIPELINE",
        "FROM",
        "TO",
        "STATE",
        "GEN",
        "LAG",
        "IN/s",
        "OUT/s",
        "DEAD",
        "SKIPPED",
        "MISSED",
        "GUESTS");
    for (Object each : pipelines) {
      JsonObject one = (JsonObject) each;
      out.printf(
          "%-20s %-24s %-24s %-8s %4d %12d %9.1f %9.1f %7d %8d %7d %7d%n",
          one.getString("pipeline"),
          one.getString("from"),
          one.getString("to"),
          one.getString("state"),
          one.getLong("generation"),
          one.getLong("lag"),
          one.getDouble("inPerSecond"),
          one.getDouble("outPerSecond"),
          one.getLong("dead"),
          one.getLong("skipped"),
          one.getLong("missed"),
          one.getLong("openGuests"));
      String why = one.getString("why", "");
      if (!why.isEmpty()) {
        out.println("  " + why);
      }
    }
    out.println();
  }

  private static void refusals(JsonObject status, JsonObject mirror, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    status
        .getObject("refusals", new JsonObject())
        .forEach((code, count) -> line.append(' ').append(code).append(' ').append(count));
    if (mirror.getLong("handshakesFailed") > 0) {
      line.append(" no-handshake ")
          .append(mirror.getLong("handshakesFailed"))
          .append(" (last: ")
          .append(mirror.getString("lastFailure"))
          .append(')');
    }
    JsonObject kafka = status.getObject("kafka");
    if (kafka.getLong("loginsFailed") > 0) {
      line.append(" logins of Kafka clients ")
          .append(kafka.getLong("loginsFailed"))
          .append(" (last: ")
          .append(kafka.getString("lastFailedLogin"))
          .append(')');
    }
    String trouble = kafka.getString("usersTrouble", "");
    if (!trouble.isEmpty()) {
      out.printf("TROUBLE %s%n", trouble);
    }
    out.printf("refused:%s%n", line.isEmpty() ? " nobody" : line);
    for (Object each : status.getArray("clones", new JsonArray())) {
      JsonObject clone = (JsonObject) each;
      out.printf(
          "CLONE edge %s: run %s lives, run %s was refused%n",
          clone.getString("edge"), clone.getString("livingRun"), clone.getString("refusedRun"));
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
    if (d.toDays() > 1) {
      return d.toDays() + "d" + d.toHoursPart() + "h";
    }
    if (d.toHours() > 0) {
      return d.toHours() + "h" + d.toMinutesPart() + "m";
    }
    return d.toMinutes() > 0 ? d.toMinutes() + "m" + d.toSecondsPart() + "s" : d.toSeconds() + "s";
  }

  private static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes < 0 ? "-" : bytes + "B";
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
