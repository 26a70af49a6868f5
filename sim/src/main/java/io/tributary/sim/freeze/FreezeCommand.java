package io.tributary.sim.freeze;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.oracle.Verdict;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Traffic;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.eclipse.paho.client.mqttv3.MqttException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim freeze`: one thread after the other stands still, under traffic.
@Command(
    name = "freeze",
    description = {
      "Starts a hub and an edge with traffic, freezes one thread of them after the other with strace,",
      "and measures how long /healthz takes to tell it, and to be well again. Exit status 1 when one",
      "is not told within 30 s or does not heal, or when a reading is lost."
    },
    mixinStandardHelpOptions = true)
public final class FreezeCommand implements Callable<Integer> {
  private static final String EDGE = "freeze-edge";
  private static final int CATCHES = 3;
  private static final Duration TOLD_MOST = Duration.ofSeconds(30);
  private static final Duration HEALED_MOST = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final int ASK_TIMEOUT_MS = 2_000;
  private static final int READINGS_PER_SECOND = 200;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private record Frozen(
      String program, String thread, int code, long toldMs, boolean healed, String reason) {
    boolean told() {
      return code == HttpURLConnection.HTTP_UNAVAILABLE;
    }

    boolean isSilent() {
      return code == 0;
    }
  }

  private record Asked(int code, String body) {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (!FrozenThread.isPossible()) {
      err.println("sim freeze: needs strace (apt install strace)");
      return ExitStatus.WORLD;
    }
    try (Plant plant = new Plant("tributary-freeze-", List.of(EDGE))) {
      Plant.Hub hub = plant.hub("");
      Plant.Edge edge = plant.edge(EDGE, hub.mirror(), "freeze", "");
      List<Frozen> all = new ArrayList<>();
      Verdict verdict;
      try (Traffic traffic =
          Traffic.start(edge.mqtt(), "freeze", plant.directory(), READINGS_PER_SECOND)) {
        for (String thread : List.of("journal-normal", "uplink", "mqtt-loop-1-1")) {
          all.add(freeze("edge", edge.program().pid(), thread, edge.http()));
        }
        for (String thread : List.of("store", "hub-loop-1-1")) {
          all.add(freeze("hub", hub.program().pid(), thread, hub.http()));
        }
        verdict = traffic.finish(hub.kafka(), DRAIN);
      }
      report(all, verdict);
      boolean found = all.stream().allMatch(frozen -> frozen.told() && frozen.healed);
      return found && verdict.holds() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | MqttException | KafkaException e) {
      err.println("sim freeze: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  /// Holds a thread. One that is caught inside of the JVM holds the whole program up with it when the JVM wants its threads
  /// at a safe point: nobody answers then, which says nothing of the health check, and it is caught anew.
  private Frozen freeze(String program, long pid, String thread, String http)
      throws IOException, InterruptedException {
    Frozen frozen = freezeOnce(program, pid, thread, http);
    for (int i = 1; i < CATCHES && frozen.isSilent(); i++) {
      frozen = freezeOnce(program, pid, thread, http);
    }
    return frozen;
  }

  private Frozen freezeOnce(String program, long pid, String thread, String http)
      throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    await(http, 200, HEALED_MOST);
    long startNanos = System.nanoTime();
    Asked told;
    long toldMs;
    FrozenThread frozen = FrozenThread.freeze(pid, thread);
    try {
      told = await(http, 503, TOLD_MOST);
      toldMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    } finally {
      frozen.release();
    }
    boolean healed = await(http, 200, HEALED_MOST).code == 200;
    err.println(program + " " + thread + ": after " + toldMs + " ms: " + told.body.strip());
    err.flush();
    return new Frozen(program, thread, told.code, toldMs, healed, told.body.strip());
  }

  /// Asks until the answer has the code, or the time is up; the last answer.
  private static Asked await(String http, int code, Duration patience) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    Asked asked = ask(http);
    while (asked.code != code && System.nanoTime() < deadlineNanos) {
      TimeUnit.MILLISECONDS.sleep(250);
      asked = ask(http);
    }
    return asked;
  }

  /// What `/healthz` says; code 0 when it does not answer.
  private static Asked ask(String http) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create("http://" + http + "/healthz").toURL().openConnection();
      connection.setConnectTimeout(ASK_TIMEOUT_MS);
      connection.setReadTimeout(ASK_TIMEOUT_MS);
      int code = connection.getResponseCode();
      try (var in = code == 200 ? connection.getInputStream() : connection.getErrorStream()) {
        return new Asked(code, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return new Asked(0, "no answer: " + e.getMessage());
    }
  }

  private void report(List<Frozen> all, Verdict verdict) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter result = JsonWriter.string().object();
      verdict.write(result);
      result.value("freezes", all.size());
      result.array("threads");
      for (Frozen frozen : all) {
        result
            .object()
            .value("program", frozen.program)
            .value("thread", frozen.thread)
            .value("told", frozen.told())
            .value("toldAfterMs", frozen.toldMs)
            .value("healed", frozen.healed)
            .value("reason", frozen.reason)
            .end();
      }
      out.println(result.end().end().done());
    } else {
      out.printf("%-6s %-16s %10s  %-7s %s%n", "OF", "THREAD", "TOLD AFTER", "HEALED", "REASON");
      for (Frozen frozen : all) {
        out.printf(
            "%-6s %-16s %8.1f s  %-7s %s%n",
            frozen.program,
            frozen.thread,
            frozen.toldMs / 1000.0,
            frozen.healed ? "yes" : "NO",
            frozen.reason);
      }
      out.println(verdict.toJson());
    }
    out.flush();
  }
}
