package io.tributary.hub.cli;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.tributary.agent.StatusClient;
import io.tributary.agent.StatusClient.Reply;
import io.tributary.settings.HostAndPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `topic delete`.
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = {
      "Deletes a topic with all of its records, at a running hub.",
      "",
      "Edges that mirror it are told. Where the hub's configuration creates it again, they send what"
          + " they still hold, and declare the rest as missing (hub-lost); where it does not, they keep"
          + " their readings and say in their status that the hub refuses the topic.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 deleted, 1 not deleted, 2 wrong usage or not confirmed, 3 no hub there."
    })
public final class TopicDeleteCommand implements Callable<Integer> {
  static final String HTTP = "127.0.0.1:8080";
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic's name.")
  private String topic = "";

  @Option(
      names = {"--http", "--hub-http"},
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "Where the hub answers over HTTP. Default: ${DEFAULT-VALUE}.",
      defaultValue = HTTP)
  private HostAndPort hub = HostAndPort.parse(HTTP);

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "One JSON object; needs --yes.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (json && !yes) {
      err.println("topic delete: --json asks nobody: say --yes as well");
      return Failure.USAGE;
    }
    try {
      Reply found = ask("GET", "");
      if (!found.isDone()) {
        return refused(found, err);
      }
      if (!yes && !isConfirmed(found.body(), err)) {
        err.println("topic delete: nothing was deleted");
        return Failure.USAGE;
      }
      Reply gone = ask("DELETE", "?id=" + found.body().getString("id"));
      if (!gone.isDone()) {
        return refused(gone, err);
      }
      if (json) {
        out.println(JsonWriter.string(gone.body()));
      } else {
        out.printf(
            "deleted the topic '%s'; %s%n",
            topic,
            gone.body().getBoolean("createdAgain")
                ? "the hub's configuration creates it again, empty, when an edge writes to it"
                : "the hub's configuration does not create it again: edges keep what they have for it");
      }
      out.flush();
      return 0;
    } catch (IOException e) {
      err.println(
          "topic delete: no hub answers at http://%s (%s): is it running, and is http.listen the same address?"
              .formatted(hub, e.getMessage()));
      return Failure.WORLD;
    }
  }

  private int refused(Reply reply, PrintWriter err) {
    err.println(
        "topic delete: "
            + reply.error()
            + (reply.code() == HttpURLConnection.HTTP_NOT_FOUND
                ? "; `topic list` shows those that are there"
                : ""));
    return Failure.CHECK;
  }

  private boolean isConfirmed(JsonObject found, PrintWriter err) throws IOException {
    err.printf(
        "The topic '%s' has %d partitions with the records of %d streams. Deleted, they are gone from this hub.%n",
        topic, found.getInt("partitions"), found.getInt("streams"));
    err.print("Type its name to delete it: ");
    err.flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    return topic.equals(in.readLine());
  }

  private Reply ask(String method, String query) throws IOException {
    return StatusClient.ask(method, hub, "/topics/" + escaped(topic) + query, ANSWER_WITHIN);
  }

  /// A name that is none is the hub's to refuse.
  private static String escaped(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
