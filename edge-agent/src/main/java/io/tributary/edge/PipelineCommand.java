package io.tributary.edge;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.tributary.agent.StatusClient;
import io.tributary.edge.pipeline.PipelinePlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `edge pipeline ...`: asks a running agent.
@Command(
    name = "pipeline",
    mixinStandardHelpOptions = true,
    description = "The pipelines of an edge: what it makes of topics, into topics of their own.",
    synopsisSubcommandLabel = "COMMAND")
final class PipelineCommand {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  private static final String DONE_OR_NOT =
      "Exit status: 0 done, and durable; 1 no such pipeline, or refused; 2 wrong usage; 3 no agent there.";

  private static final String NAME = "The pipeline's name.";

  @Spec private CommandSpec spec;

  /// Prints what the status says of pipelines.
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "The pipelines of a running edge, and how far each is behind.",
      footer = {"", "Exit status: 0 done, 3 no agent there."})
  int list(
      @Mixin AgentOption agent,
      @Option(names = "--json", description = "one JSON object, for scripts") boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    JsonObject status;
    try {
      status = agent.ask("GET", "/status", ANSWER_WITHIN).body();
    } catch (IOException e) {
      return failed(e.getMessage(), ExitStatus.WORLD);
    }
    List<JsonObject> pipelines =
        status.getArray("adapters", new JsonArray()).stream()
            .map(JsonObject.class::cast)
            .filter(each -> each.getString("type", "").equals(PipelinePlan.TYPE))
            .toList();
    if (json) {
      out.println(JsonWriter.string().object().array("pipelines", pipelines).end().done());
    } else if (pipelines.isEmpty()) {
      out.println("no pipelines are configured (edge.yaml, key 'pipelines')");
    } else {
      out.printf(
          "%-20s %4s %12s %12s %8s %12s %8s %9s%n",
          "PIPELINE", "GEN", "LAG", "READ", "READ/s", "WRITTEN", "WRIT/s", "DEAD");
      pipelines.forEach(each -> print(each, out));
    }
    out.flush();
    return ExitStatus.DONE;
  }

  private static void print(JsonObject pipeline, PrintWriter out) {
    JsonObject counters = pipeline.getObject("counters", new JsonObject());
    out.printf(
        "%-20s %4d %12d %12d %8d %12d %8d %9d%n  %s%n",
        pipeline.getString("name"),
        counters.getLong("generation"),
        counters.getLong("lag"),
        counters.getLong("read"),
        counters.getLong("readPerSecond"),
        counters.getLong("written"),
        counters.getLong("writtenPerSecond"),
        counters.getLong("deadLetters"),
        pipeline.getString("state"));
  }

  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description = {
        "Lets a pipeline take nothing more in, also behind a restart of the edge, until it is resumed.",
        "",
        "What its topic gets meanwhile is kept as long as the journal has room, as for a hub that is away.",
        ""
      },
      footer = {"", DONE_OR_NOT})
  int pause(
      @Parameters(paramLabel = "NAME", description = NAME) String name, @Mixin AgentOption agent) {
    return order(agent, name, "pause");
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description =
          "Lets a paused pipeline go on, and a stopped one try again what it has stopped at.",
      footer = {"", DONE_OR_NOT})
  int resume(
      @Parameters(paramLabel = "NAME", description = NAME) String name, @Mixin AgentOption agent) {
    return order(agent, name, "resume");
  }

  @Command(
      name = "reset",
      mixinStandardHelpOptions = true,
      description = {
        "Lets a pipeline begin anew, as a new generation: its guests forget, and read from where you say.",
        "",
        "What it has written stays where it is; what comes out from now on is written behind it. What the journal keeps"
            + " no longer is missing, and counted. A stopped pipeline goes on with that, a paused one when it is resumed.",
        ""
      },
      footer = {"", DONE_OR_NOT})
  int reset(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "WHERE",
              description =
                  "earliest, latest, a time such as 2026-11-29T12:00:00Z, or an offset of the topic's stream.")
          String to,
      @Mixin AgentOption agent) {
    return order(agent, name, "reset&to=" + encoded(to));
  }

  private int order(AgentOption agent, String name, String order) {
    StatusClient.Reply reply;
    try {
      String path = PipelineEndpoint.PATH + encoded(name) + "?order=" + order;
      reply = agent.ask("POST", path, ANSWER_WITHIN);
    } catch (IOException e) {
      return failed(e.getMessage(), ExitStatus.WORLD);
    }
    if (!reply.isDone()) {
      return failed(
          reply.error(), reply.code() == 400 ? ExitStatus.USAGE : ExitStatus.CHECK_FAILED);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(reply.body().getString("done", ""));
    out.flush();
    return ExitStatus.DONE;
  }

  private int failed(@Nullable String why, int status) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("edge pipeline: " + why);
    err.flush();
    return status;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
