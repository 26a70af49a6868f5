package io.tributary.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.tributary.agent.StatusClient;
import io.tributary.hub.cli.AddressConverter;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `hub audit EDGE`: asks a running hub to prove what it holds of an edge.
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Proves that what the hub holds of an edge is what the edge wrote, or names the ranges that",
      "are not: reads all of it, and compares digests with the edge, which should be connected."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:everything is as the edge wrote it",
      "1:something is not; the ranges are named",
      "2:wrong usage",
      "3:no hub answers, or the edge is not connected and only the hub's side was read"
    })
final class AuditCommand implements Callable<Integer> {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final String HTTP = "127.0.0.1:8080";
  private static final long POLL_MS = 200;

  @Parameters(index = "0", paramLabel = "EDGE", description = "the edge's name")
  private String edge = "";

  @Option(
      names = "--deep",
      description =
          "also fetch every batch that the edge still holds, and compare record by record")
  private boolean deep;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "where the hub answers (default: ${DEFAULT-VALUE})",
      defaultValue = HTTP)
  private HostAndPort http = HostAndPort.parse(HTTP);

  @Option(names = "--json", description = "one JSON object, without the progress")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      String name = URLEncoder.encode(edge, StandardCharsets.UTF_8);
      JsonObject job = ask("POST", "?edge=" + name + "&deep=" + deep);
      String told = "";
      while (job.getString("state", "").equals("running")) {
        if (!json && !job.getString("progress", "").equals(told)) {
          told = job.getString("progress", "");
          err.println(told);
        }
        Thread.sleep(POLL_MS);
        job = ask("GET", "?id=" + job.getLong("id"));
      }
      if (!job.has("report")) {
        err.println("hub audit: " + job.getString("failure", job.getString("error", "")));
        return ExitStatus.WORLD;
      }
      JsonObject report = job.getObject("report");
      if (json) {
        out.println(JsonWriter.string(report));
      } else {
        print(report, out);
      }
      out.flush();
      return !report.getBoolean("clean")
          ? ExitStatus.FAILED
          : report.getBoolean("connected") ? ExitStatus.DONE : ExitStatus.WORLD;
    } catch (IOException e) {
      err.println(
          "hub audit: no hub answers at http://%s/audit (%s): is it running, and is http.listen the same address?"
              .formatted(http, e.getMessage()));
      return ExitStatus.WORLD;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitStatus.WORLD;
    }
  }

  private JsonObject ask(String method, String query) throws IOException {
    return StatusClient.ask(method, http, AuditEndpoint.PATH + query, ANSWER_WITHIN).body();
  }

  private static boolean isDamaged(JsonObject report) {
    return report.getArray("streams", new JsonArray()).stream()
        .anyMatch(each -> !((JsonObject) each).getArray("findings", new JsonArray()).isEmpty());
  }

  private static void print(JsonObject report, PrintWriter out) {
    out.printf(
        "edge %s: %s%s%n",
        report.getString("edge"),
        report.getBoolean("clean")
            ? "everything that the hub holds is whole"
            : isDamaged(report) ? "NOT AS WRITTEN" : "NOT ALL PROVEN",
        report.getBoolean("connected")
            ? ""
            : "; the edge is not connected, so nothing was compared with it");
    JsonArray streams = report.getArray("streams", new JsonArray());
    if (streams.isEmpty()) {
      out.println("the hub holds no stream of this edge");
      return;
    }
    out.printf(
        "%n%-24s %9s %14s %14s %14s %9s %12s  %s%n",
        "TOPIC", "PARTITION", "FROM", "TO", "PROVED TO", "DIGESTS", "RECORDS", "REMARK");
    for (Object each : streams) {
      JsonObject stream = (JsonObject) each;
      long proved = stream.getLong("provedTo");
      out.printf(
          "%-24s %9d %14d %14d %14s %9d %12d  %s%n",
          stream.getString("topic"),
          stream.getLong("partition"),
          stream.getLong("from"),
          stream.getLong("to"),
          proved < 0 ? "-" : String.valueOf(proved),
          stream.getLong("digestsCompared"),
          stream.getLong("recordsCompared"),
          stream.getString("remark"));
      for (Object one : stream.getArray("findings", new JsonArray())) {
        JsonObject finding = (JsonObject) one;
        out.printf(
            "  %s: [%d, %d) of stream %s, %s%n",
            finding.getString("kind").toUpperCase(Locale.ROOT),
            finding.getLong("from"),
            finding.getLong("to"),
            stream.getString("stream"),
            finding.getString("place"));
      }
      for (Object one : stream.getArray("unproven", new JsonArray())) {
        JsonObject range = (JsonObject) one;
        out.printf(
            "  not proven: [%d, %d) of stream %s; the edge knows no digest there%s%n",
            range.getLong("from"),
            range.getLong("to"),
            stream.getString("stream"),
            report.getBoolean("deep") ? " and holds other records or none" : ": try --deep");
      }
    }
  }
}
