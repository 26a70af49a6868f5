package io.tributary.sim.field;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.ExitStatus;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sim kernel`: pins and an I²C bus of a real kernel, through an edge and a hub.
@Command(
    name = "kernel",
    description = {
      "Boots Debian's kernel under QEMU with simulated pins (gpio-sim) and an I2C bus (i2c-stub), runs an",
      "edge in it that mirrors to a hub here, drives the pins, and compares what a Kafka client reads with",
      "what was done: states, edges in order, debounce, changes lost while the edge stood still, an output",
      "set by a command, and sensors whose registers are their data sheets' examples. The first run",
      "downloads the kernel and needs root. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class KernelTrial implements Callable<Integer> {
  private static final String EDGE = "kernel-edge";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int EDGES = 40;

  /// More than the kernel keeps for an edge that does not read.
  private static final int TOO_MANY = 1200;

  /// Of the kernel's buffer, as the edge asks for it.
  private static final int KEPT = 1024;

  private static final String TOPIC_PINS = "pins";
  private static final String TOPIC_SENSORS = "sensors";

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = "${sys:user.home}/.cache/tributary-kernel",
      description = "where the kernel is kept (default: ${DEFAULT-VALUE})")
  private Path directory = Path.of("");

  @Spec private CommandSpec spec;
  private boolean agrees = true;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try (Plant plant = new Plant("tributary-kernel-", List.of(EDGE))) {
      Machine machine = new Machine(directory.toAbsolutePath(), plant);
      machine.prepare();
      Hub hub = plant.hub("");
      EdgePlan loopback = EdgePlan.of(plant, EDGE, hub.mirror());
      int http = Plant.address(loopback.http()).getPort();
      EdgePlan plan = loopback.at(loopback.mqtt(), "0.0.0.0:" + http);
      Edge edge =
          plant.unstartedEdge(
              plan.mapping("{filter: orders, topic: orders}")
                  .in(Path.of("/run/edge"))
                  .behind(machine.before(Plant.address(hub.mirror()).getPort(), http))
                  .more(ADAPTERS));
      edge.program().start();
      machine.run(
          edge,
          "until curl -sf -o /dev/null 127.0.0.1:"
              + http
              + "/status || ! kill -0 $edge; do sleep 1; done");
      machine.run(edge, BOARD);
      sensors(machine, edge, hub);
      pins(machine, edge, hub);
      order(machine, edge);
      return agrees ? ExitStatus.DONE : ExitStatus.CHECK_FAILED;
    } catch (IOException | KafkaException | JsonParserException e) {
      err.println("sim kernel: " + e.getMessage());
      return ExitStatus.WORLD;
    }
  }

  private static final String ADAPTERS =
      """
        pins:
          type: gpio
          topic: pins
          chip: gpio-sim.0-node0
          inputs:
            - {pin: 1, name: door}
            - {pin: 2, name: gate, active-low: true}
            - {pin: 3, name: key, debounce: 50ms}
          outputs: [{pin: 5, name: pump}, {pin: 6, name: valve, active-low: true}]
          commands: {topic: orders}
        sensors:
          type: i2c
          bus: 0
          topic: sensors
          interval: 1s
          parts:
            - {part: bme280, name: air, address: 0x76}
            - {part: ads1115, name: tank, address: 0x48, inputs: [{name: level}]}
            - {part: ina219, name: supply, address: 0x40, shunt: 0.002, current-most: 32.768}
      """;

  /// A chip with eight pins; the registers of three parts, in which a word has its second byte in the upper half.
  private static final String BOARD =
      """
      cd /sys/kernel/config/gpio-sim
      mkdir board board/bank0
      echo 8 >board/bank0/num_lines
      echo 1 >board/live
      put() { # CHIP REGISTER BYTES
        register=$2
        for byte in $3; do i2cset -y 0 $1 $register 0x$byte b; register=$((register + 1)); done
      }
      put 0x76 0x88 "70 6b 43 67 18 fc 7d 8e 43 d6 d0 0b 27 0b 8c 00 f9 ff 8c 3c f8 c6 70 17 00 4b"
      put 0x76 0xe1 "6a 01 00 13 09 00 1e"
      put 0x76 0xf7 "65 5a c0 7e ed 00 6f 3c"
      put 0x76 0xd0 60
      i2cset -y 0 0x48 0 0x6666 w
      i2cset -y 0 0x40 1 0xd007 w
      i2cset -y 0 0x40 2 0x9a5d w
      i2cset -y 0 0x40 3 0x6617 w
      i2cset -y 0 0x40 4 0x1027 w
      """;

  private static final String DRIVE =
      """
      drive() { echo pull-$2 >/sys/devices/platform/gpio-sim.0/gpiochip*/sim_gpio$1/pull; }
      """;

  private void sensors(Machine machine, Edge edge, Hub hub)
      throws IOException, InterruptedException, JsonParserException {
    awaitState(edge, TOPIC_SENSORS, "measuring");
    long before =
        Objects.requireNonNull(Plant.counters(edge.http(), TOPIC_SENSORS)).getLong("measured");
    edge.program()
        .awaitUntil(
            "measuring twice more",
            PATIENCE,
            () -> {
              JsonObject counts = Plant.counters(edge.http(), TOPIC_SENSORS);
              return counts != null && counts.getLong("measured") >= before + 6;
            });
    Map<String, String> last = new LinkedHashMap<>();
    for (String value : TopicValues.read(hub.kafka(), TOPIC_SENSORS, 1, Duration.ofSeconds(10))) {
      JsonObject reading = (JsonObject) JsonParser.any().withLazyNumbers().from(value);
      last.put(
          reading.getString("source"),
          "%s %s".formatted(reading.get("value"), reading.getString("unit")));
    }
    List<String> found =
        last.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList();
    List<String> expected =
        List.of(
            "sensors/air/temperature 25.08 °C",
            "sensors/air/pressure 100653.3 Pa",
            "sensors/air/humidity 47.39 %",
            "sensors/tank/level 3.27675 V",
            "sensors/supply/voltage 11.98 V",
            "sensors/supply/current 10 A",
            "sensors/supply/power 119.8 W");
    check("sensors", expected, found);
    // What the drivers left in the registers: 32 V and 80 mV once; four inputs at 128 a second;
    // forced.
    check(
        "registers that the edge wrote",
        List.of("0x9b29", "0x0050", "0x83c3", "0x25"),
        machine
            .run(
                edge,
                "i2cget -y 0 0x40 0 w; i2cget -y 0 0x40 5 w; i2cget -y 0 0x48 1 w; i2cget -y 0 0x76 0xf4 b")
            .lines()
            .toList());
  }

  private void pins(Machine machine, Edge edge, Hub hub)
      throws IOException, InterruptedException, JsonParserException {
    awaitState(edge, TOPIC_PINS, "watching");
    machine.run(
        edge,
        DRIVE
            + """
            for i in $(seq %d); do
              drive 1 up; sleep 0.02; drive 2 up; sleep 0.02; drive 1 down; sleep 0.02; drive 2 down; sleep 0.02
            done
            for i in $(seq 20); do drive 3 up; drive 3 down; done
            drive 3 up; sleep 0.5
            """
                .formatted(EDGES / 4));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < EDGES / 4; i++) {
      expected.addAll(List.of("door true", "gate false", "door false", "gate true"));
    }
    expected.add("key true");
    List<String> found = changes(edge, hub, 0);
    check("edges of two pins, and one of a pin that bounced", expected, found);

    machine.run(
        edge,
        DRIVE
            + """
            kill -STOP $edge
            for i in $(seq %d); do drive 1 up; sleep 0.002; drive 1 down; sleep 0.002; done
            kill -CONT $edge
            """
                .formatted(TOO_MANY / 2));
    List<String> late = changes(edge, hub, found.size());
    check(
        "while the edge stood still",
        List.of((TOO_MANY - KEPT) + " lost", KEPT + " kept"),
        List.of(
            Objects.requireNonNull(Plant.counters(edge.http(), TOPIC_PINS)).getLong("lost")
                + " lost",
            late.size() - 1 + " kept"));
    check(
        "the first of what is told afterwards",
        "changes %d changes were lost before this place: the kernel had no room to keep them"
            .formatted(TOO_MANY - KEPT),
        late.getFirst());
  }

  /// What was told of changes at the hub, in its order.
  private List<String> changes(Edge edge, Hub hub, int from)
      throws IOException, InterruptedException, JsonParserException {
    edge.program()
        .awaitUntil(
            "logging",
            PATIENCE,
            () -> {
              JsonObject counts = Plant.counters(edge.http(), TOPIC_PINS);
              return counts != null
                  && counts.getLong("edges") + counts.getLong("lost") > from
                  && counts.getLong("logged") >= counts.getLong("edges");
            });
    long count = Objects.requireNonNull(Plant.counters(edge.http(), TOPIC_PINS)).getLong("logged");
    List<String> told = new ArrayList<>();
    for (String value : TopicValues.read(hub.kafka(), TOPIC_PINS, count, Duration.ofSeconds(10))) {
      JsonObject reading = (JsonObject) JsonParser.any().from(value);
      String source = reading.getString("source").substring("pins/".length());
      if (reading.containsKey("time")) {
        told.add(source + " " + reading.getBoolean("value"));
      } else if (source.equals("changes")) {
        told.add(source + " " + reading.getString("reason"));
      }
    }
    return told.subList(Math.min(from, told.size()), told.size());
  }

  private void order(Machine machine, Edge edge) throws IOException, InterruptedException {
    String level = "cat /sys/devices/platform/gpio-sim.0/gpiochip*/sim_gpio%d/value\n";
    check(
        "outputs at the start",
        List.of("0", "1"),
        machine.run(edge, level.formatted(5) + level.formatted(6)).lines().toList());
    String port = edge.mqtt().substring(edge.mqtt().lastIndexOf(':') + 1);
    String publish =
        "mosquitto_pub -p " + port + " -q 1 -t orders -m '{\"target\":\"%s\",\"value\":true}'\n";
    machine.run(edge, publish.formatted("pump") + publish.formatted("valve"));
    edge.program()
        .awaitUntil(
            "carrying out",
            PATIENCE,
            () -> {
              JsonObject counts = Plant.counters(edge.http(), TOPIC_PINS);
              return counts != null && counts.getLong("commandsDone") == 2;
            });
    check(
        "outputs after two commands",
        List.of("1", "0"),
        machine.run(edge, level.formatted(5) + level.formatted(6)).lines().toList());
  }

  private void check(String what, Object expected, Object found) {
    boolean isSame = expected.equals(found);
    agrees &= isSame;
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        what + ": " + (isSame ? found + ", as done" : found + ", but expected was " + expected));
    out.flush();
  }

  private static void awaitState(Edge edge, String adapter, String state)
      throws IOException, InterruptedException {
    edge.program()
        .awaitUntil(
            adapter,
            PATIENCE,
            () -> {
              JsonObject one = Plant.adapter(edge.http(), adapter);
              return one != null && one.getString("state").startsWith(state);
            });
  }
}
