package io.tributary.sim.chaos;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim mqtt-kills`: a broker that is killed in the middle of everything.
@Command(
    name = "mqtt-kills",
    description = {
      "Publishes numbers at QoS 2 and retained messages at QoS 1 to an edge, and subscribes at QoS 1 and at QoS 2, all with",
      "sessions that last, while the edge is killed (SIGKILL) again and again. Then every number that was acknowledged must",
      "have come to the subscriber of QoS 2 once and in order, to that of QoS 1 at least once; each retained topic must have",
      "its last acknowledged value or a later one; no session may have been forgotten. Exit status 1 on any violation."
    },
    mixinStandardHelpOptions = true)
public final class MqttKillsCommand implements Callable<Integer> {
  private static final String EDGE = "killed-edge";
  private static final String TOPIC = "kills";
  private static final String DATA = "kills/data";
  private static final String STATE = "kills/state";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final int SHOWN = 20;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "50",
      description = "(default: ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--most-millis",
      paramLabel = "N",
      defaultValue = "1500",
      description = "how long the edge lives between two kills at most (default: ${DEFAULT-VALUE})")
  private int mostMillis;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "(default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "one JSON object as the last line")
  private boolean json;

  @Spec private CommandSpec spec;

  private final List<String> violations = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (kills < 1 || mostMillis < 1) {
      err.println("sim mqtt-kills: --kills and --most-millis are positive");
      return ExitStatus.USAGE;
    }
    try (Plant plant = new Plant("tributary-kills-", List.of(EDGE))) {
      Plant.Edge edge = plant.edge(EDGE, plant.freeAddress(), TOPIC, "");
      InetSocketAddress address = Plant.address(edge.mqtt());
      List<Listener> listeners =
          List.of(
              new Listener(address, "listener-1", DATA, 1),
              new Listener(address, "listener-2", DATA, 2));
      Teller teller = new Teller(address, "teller", DATA, STATE);
      listeners.forEach(MqttKillsCommand::start);
      await("the subscriptions", () -> listeners.stream().allMatch(Listener::isSubscribed));
      start(teller);
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 1; i <= kills; i++) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(mostMillis)));
        edge.program().kill();
        edge.program().start();
        plant.awaitReady(edge);
        if (!json) {
          err.printf("kill %d of %d: %,d acknowledged%n", i, kills, teller.acknowledged());
          err.flush();
        }
      }
      teller.stop();
      await("the last acknowledgements", teller::hasEnded);
      long count = teller.acknowledged();
      listeners.forEach(listener -> listener.endAt(count - 1));
      await("the last messages", () -> listeners.stream().allMatch(Persistent::hasEnded));
      judge(listeners.get(0), listeners.get(1), count);
      judgeSessions(teller, listeners);
      judgeRetained(address, teller.retained());
      report(count, listeners);
      return violations.isEmpty() ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException e) {
      err.println("sim mqtt-kills: seed " + seed + ": " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private static void start(Persistent client) {
    Thread thread = new Thread(client, client.clientId());
    thread.setDaemon(true);
    thread.start();
  }

  private static void await(String what, BooleanSupplier holds) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(what + " did not come");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private void judge(Listener once, Listener exactly, long count) {
    List<Long> first = new ArrayList<>(new LinkedHashSet<>(once.came()));
    compare("QoS 1, first of each", first, count);
    compare("QoS 2", exactly.came(), count);
  }

  private void compare(String who, List<Long> came, long count) {
    for (int i = 0; i < Math.min(came.size(), count); i++) {
      if (came.get(i) != i) {
        violations.add(who + ": number " + i + " is due, " + came.get(i) + " came");
        return;
      }
    }
    if (came.size() != count) {
      violations.add(who + ": " + came.size() + " came, " + count + " were acknowledged");
    }
  }

  private void judgeSessions(Teller teller, List<Listener> listeners) {
    List<Persistent> all = new ArrayList<>(listeners);
    all.add(teller);
    for (Persistent client : all) {
      if (client.forgotten() > 0) {
        violations.add(
            client.clientId() + ": its session was forgotten " + client.forgotten() + " times");
      }
    }
  }

  private void judgeRetained(InetSocketAddress address, Map<String, Long> expected)
      throws IOException {
    Map<String, Long> found = new HashMap<>();
    try (RawMqtt late = new RawMqtt(address)) {
      late.send(RawMqtt.connect("late"));
      late.receive();
      late.send(RawMqtt.subscribe(1, STATE + "/#", 0));
      while (!found.keySet().containsAll(expected.keySet())) {
        RawMqtt.Packet packet = late.receive();
        if (packet.type() == RawMqtt.PUBLISH) {
          found.put(packet.topic(), Long.parseLong(packet.payload()));
        }
      }
    } catch (IOException e) {
      violations.add("retained: " + found.keySet() + " came of " + expected.keySet());
      return;
    }
    expected.forEach((topic, number) -> {
      Long value = found.get(topic);
      if (value == null || value < number) {
        violations.add("retained: " + topic + " has " + value + ", acknowledged was " + number);
      }
    });
  }

  private void report(long count, List<Listener> listeners) {
    PrintWriter out = spec.commandLine().getOut();
    long again = listeners.get(0).came().size() - count;
    int connections = listeners.stream().mapToInt(Persistent::connections).sum();
    if (json) {
      out.println(
          JsonWriter.string()
              .object()
              .value("kills", kills)
              .value("acknowledged", count)
              .value("againAtQos1", again)
              .value("connections", connections)
              .array("violations", new JsonArray(violations))
              .end()
              .done());
    } else {
      out.printf(
          "%d kills: %,d numbers acknowledged; QoS 2 once each, QoS 1 %,d again; %d violations%n",
          kills, count, again, violations.size());
      violations.stream().limit(SHOWN).forEach(violation -> out.println("  " + violation));
    }
    out.flush();
  }
}
