package io.tributary.hub.pipeline;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.tributary.agent.StatusClient;
import io.tributary.hub.ExitStatus;
import io.tributary.hub.cli.AddressConverter;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// Where the hub answers, how its answer is shown, and what is said when there is none.
final class HubOption {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
  private static final String HTTP = "127.0.0.1:8080";

  @Option(
      names = {"--http", "--hub-http"},
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "Where the hub answers over HTTP. Default: ${DEFAULT-VALUE}.",
      defaultValue = HTTP)
  private HostAndPort hub = HostAndPort.parse(HTTP);

  @Option(names = "--json", description = "One JSON object.")
  private boolean asJson;

  /// Asks of all pipelines, or of one.
  ///
  /// @param pipeline empty: all
  int show(String pipeline, PrintWriter out, PrintWriter err, Consumer<JsonObject> print) {
    return ask("GET", pipeline, "", out, err, print);
  }

  /// Gives an order, and prints that it was carried out.
  ///
  /// @param more of the query
  int order(String pipeline, String order, String more, PrintWriter out, PrintWriter err) {
    return ask(
        "POST",
        pipeline,
        "?order=" + order + more,
        out,
        err,
        answer -> out.println(answer.getString("done", "")));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private int ask(
      String method,
      String pipeline,
      String query,
      PrintWriter out,
      PrintWriter err,
      Consumer<JsonObject> print) {
    try {
      String path = pipeline.isEmpty() ? "" : "/" + encoded(pipeline);
      StatusClient.Reply reply =
          StatusClient.ask(method, hub, "/pipelines" + path + query, ANSWER_WITHIN);
      if (!reply.isDone()) {
        err.println("pipeline: " + reply.error());
        return reply.code() == 400 ? ExitStatus.USAGE : ExitStatus.FAILED;
      }
      if (asJson) {
        out.println(JsonWriter.string(reply.body()));
      } else {
        print.accept(reply.body());
      }
      out.flush();
      return ExitStatus.DONE;
    } catch (IOException e) {
      err.println(
          "pipeline: no hub answers at http://%s/pipelines (%s): is it running, and is http.listen the same address?"
              .formatted(hub, e.getMessage()));
      return ExitStatus.WORLD;
    }
  }
}
