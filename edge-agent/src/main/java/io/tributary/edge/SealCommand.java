package io.tributary.edge;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.tributary.agent.StatusClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `edge seal`: resolves a fork. Asks a running agent, which asks the hub.
@Command(
    name = "seal",
    description = {
      "Resolves a fork: goes on with a topic whose stream the hub refuses because this edge's disk was put back to an old"
          + " image.",
      "",
      "The stream is sealed where edge and hub part. What this edge holds behind that goes on as a new stream of the same"
          + " topic: the same readings, times and order. The hub keeps what it has. Nothing is lost; and nothing is twice, but"
          + " where damage or retention hides what the hub has: --dry-run names the offsets that may be."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done, or with --dry-run: it can be done",
      "2:wrong usage",
      "3:not done: no agent answers, the hub is not reached, the topic is not forked, no room"
    })
final class SealCommand implements Callable<Integer> {
  /// Above what the agent takes at most.
  private static final Duration ANSWER_WITHIN = Duration.ofMinutes(3);

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..*",
      description = "the topics that 'edge status' shows as forked")
  private List<String> topics = new ArrayList<>();

  @Option(names = "--all", description = "all topics that are forked")
  private boolean all;

  @Option(
      names = "--proven-only",
      description =
          "do not take the hub's acknowledgements as evidence where it no longer knows the digests: for a hub that was"
              + " replaced, or put back to an older state, since it gave them")
  private boolean isProvenOnly;

  @Option(names = "--dry-run", description = "say what would be done, and do nothing")
  private boolean isDry;

  @Mixin private AgentOption agent = new AgentOption();

  @Option(names = "--json", description = "one JSON object a topic, for scripts")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (all == !topics.isEmpty()) {
      spec.commandLine().getErr().println("edge seal: name the topics, or give --all");
      return ExitStatus.USAGE;
    }
    PrintWriter out = spec.commandLine().getOut();
    int status = ExitStatus.DONE;
    try {
      List<String> forked = all ? forked() : topics;
      if (forked.isEmpty()) {
        out.println("No topic is forked: there is nothing to be sealed.");
      }
      for (String topic : forked) {
        status = Math.max(status, seal(topic, out));
      }
    } catch (IOException e) {
      spec.commandLine().getErr().println("edge seal: " + e.getMessage());
      status = ExitStatus.WORLD;
    }
    out.flush();
    return status;
  }

  private int seal(String topic, PrintWriter out) throws IOException {
    StatusClient.Reply found = post(topic, true);
    if (!found.isDone()) {
      return failed(topic, found.error());
    }
    if (!json) {
      tellPlan(found.body(), out);
    } else if (isDry) {
      out.println(JsonWriter.string(found.body()));
    }
    if (isDry) {
      return ExitStatus.DONE;
    }
    StatusClient.Reply sealed = post(topic, false);
    if (!sealed.isDone()) {
      return failed(topic, sealed.error());
    }
    if (json) {
      out.println(JsonWriter.string(sealed.body()));
    } else {
      tellDone(sealed.body(), out);
    }
    return ExitStatus.DONE;
  }

  private static void tellPlan(JsonObject plan, PrintWriter out) {
    long at = plan.getLong("at");
    long end = plan.getLong("end");
    out.printf("topic %s, stream %s%n", plan.getString("topic"), plan.getString("stream"));
    out.printf("  edge and hub hold the same below offset %d, and part there%n", at);
    out.printf(
        "  to do: seal the stream at %d; its %d offsets [%d, %d) go on as a new stream%n",
        at, end - at, at, end);
    long provenTo = plan.getLong("provenTo");
    if (provenTo < at) {
      out.printf(
          "  that the hub has [%d, %d) is known from its acknowledgement alone (a digest is lost): if it was replaced%n"
              + "  or put back to an older state since, stop here and use --proven-only%n",
          provenTo, at);
    }
    long unprovenTo = plan.getLong("unprovenTo");
    if (unprovenTo > at) {
      out.printf(
          "  of these, nobody can tell whether the hub has [%d, %d) already (a digest is lost):%n"
              + "  they go along, and may be there twice; if this topic was sealed before, all of them may be%n",
          at, unprovenTo);
    }
    out.flush();
  }

  private static void tellDone(JsonObject done, PrintWriter out) {
    out.printf(
        "  done: sealed at %d; topic %s goes on as stream %s%n",
        done.getLong("at"), done.getString("topic"), done.getString("successor"));
    long unmoved = done.getLong("unmovedRecords");
    if (unmoved > 0) {
      out.printf(
          "  %d offsets are still being moved, and are mirrored then; it goes on by itself, also after a"
              + " restart.%n  If 'edge status' shows that it waits for room, seal the other forked topics of"
              + " class %s too.%n",
          unmoved, done.getString("class"));
    }
  }

  private int failed(String topic, String why) {
    spec.commandLine().getErr().println("edge seal: " + topic + ": " + why.strip());
    return ExitStatus.WORLD;
  }

  private List<String> forked() throws IOException {
    JsonObject status = agent.ask("GET", "/status", ANSWER_WITHIN).body();
    List<String> forked = new ArrayList<>();
    for (Object each : status.getArray("streams", new JsonArray())) {
      JsonObject stream = (JsonObject) each;
      if (stream.getBoolean("forked", false)) {
        forked.add(stream.getString("topic"));
      }
    }
    return forked;
  }

  private StatusClient.Reply post(String topic, boolean isLook) throws IOException {
    String query =
        "?topic="
            + URLEncoder.encode(topic, StandardCharsets.UTF_8)
            + (isLook ? "&look=true" : "")
            + (isProvenOnly ? "&proven=true" : "");
    return agent.ask("POST", SealEndpoint.PATH + query, ANSWER_WITHIN);
  }
}
