package io.tributary.sim.field.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import io.tributary.sim.plant.Plant.Hub;
import io.tributary.sim.plant.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The devices of a board, with their faults, at an edge: what a Kafka client reads is what they did.
@Timeout(300)
final class BoardDevicesIT {
  private static final String EDGE = "board-edge";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void everyChangeOfAPinIsAtTheHubInItsOrder() throws Exception {
    try (Plant plant = new Plant("tributary-board-", List.of(EDGE))) {
      Path board = plant.directory().resolve("board");
      Path record = plant.directory().resolve("record");
      Hub hub = plant.hub("");
      Edge edge =
          start(
              plant,
              hub,
              """
                pins:
                  type: gpio
                  chip: "simulated:%s"
                  topic: pins
                  inputs:
                    - {pin: 17, name: "17", debounce: 10ms}
                    - {pin: 27, name: "27", debounce: 10ms}
                    - {pin: 22, name: "22", debounce: 10ms}
              """
                  .formatted(board));
      Program device =
          plant.program(
              "pins",
              Map.of(),
              "sim",
              "device",
              "gpio",
              "--board",
              board.toString(),
              "--rate",
              "10",
              "--bounce",
              "30",
              "--lose",
              "10",
              "--record",
              record.toString());
      device.start();
      edge.program()
          .awaitUntil("taking edges", PATIENCE, () -> counter(edge, "pins", "edges") >= 60);
      assertEquals(128 + 15, device.terminate());
      List<String> did = Files.readAllLines(record);
      List<JsonObject> read =
          read(hub, "pins", found -> found.stream().filter(BoardDevicesIT::isChange).count() > 50);

      // The first changes came before the edge had its pins: what it told first is where it came
      // in.
      List<String> told =
          read.stream()
              .filter(BoardDevicesIT::isChange)
              .map(each ->
                  each.getString("source").substring("pins/".length())
                      + (each.getBoolean("value") ? " 1" : " 0"))
              .toList();
      int from = Collections.indexOfSubList(did, told);
      assertTrue(from >= 0, () -> told + " is no part of " + did);
      assertTrue(counter(edge, "pins", "lost") > 0);
      assertTrue(
          read.stream()
              .anyMatch(each -> String.valueOf(each.getString("reason")).contains("lost")));
    }
  }

  @Test
  void sensorsThatFailAreErrorsAndNeverAWrongValue() throws Exception {
    try (Plant plant = new Plant("tributary-board-", List.of(EDGE))) {
      Path board = plant.directory().resolve("board");
      Hub hub = plant.hub("");
      Edge edge =
          start(
              plant,
              hub,
              """
                bus:
                  type: i2c
                  bus: "simulated:%1$s"
                  topic: sensors
                  interval: 50ms
                  parts:
                    - {part: bme280, name: air}
                    - {part: ads1115, name: tank, inputs: [{name: level, input: 0}]}
                    - {part: ina219, name: supply, shunt: 0.01, current-most: 5}
                adc:
                  type: spi
                  bus: "simulated:%1$s"
                  topic: sensors
                  interval: 50ms
                  parts: [{part: mcp3008, inputs: [{name: pot, input: 2}]}]
              """
                  .formatted(board));
      Program device =
          plant.program(
              "sensors",
              Map.of(),
              "sim",
              "device",
              "i2c",
              "--board",
              board.toString(),
              "--silent",
              "2",
              "--busy",
              "5",
              "--vanish",
              "4");
      device.start();
      edge.program()
          .awaitUntil(
              "measuring",
              PATIENCE,
              () ->
                  counter(edge, "bus", "measured") - counter(edge, "bus", "failed") >= 400
                      && counter(edge, "bus", "failed") >= 20
                      && counter(edge, "adc", "doubtful") >= 1);
      assertEquals(128 + 15, device.terminate());
      long logged = counter(edge, "bus", "logged") + counter(edge, "adc", "logged");

      int good = 0;
      List<String> reasons = new ArrayList<>();
      for (JsonObject each : read(hub, "sensors", found -> found.size() >= logged)) {
        if (each.getString("quality").equals("good")) {
          good++;
          assertTrue(isPossible(each), each::toString);
        } else {
          assertEquals(null, each.get("value"));
          reasons.add(each.getString("reason"));
        }
      }
      assertTrue(good > 200);
      for (String why :
          List.of("nobody answers", "does not end", "no simulator listens", "zero is missing")) {
        assertTrue(reasons.stream().anyMatch(each -> each.contains(why)), () -> why);
      }
    }
  }

  /// The models swing around the worked examples of their data sheets.
  private static boolean isPossible(JsonObject reading) {
    double value = reading.getDouble("value");
    return switch (reading.getString("source")) {
      case "bus/air/temperature" -> value > 21 && value < 29;
      case "bus/air/pressure" -> value > 99_000 && value < 102_500;
      case "bus/air/humidity" -> value > 40 && value < 55;
      case "bus/tank/level" -> value > 11_000 * 4.096 / 32768 && value < 17_000 * 4.096 / 32768;
      case "bus/supply/voltage" -> value == 11.98;
      case "bus/supply/current" -> value > 1.4 && value < 2.6;
      case "bus/supply/power" -> value > 16 && value < 32;
      case "adc/mcp3008/pot" -> value > 250 * 3.3 / 1024 && value < 450 * 3.3 / 1024;
      default -> false;
    };
  }

  private static boolean isChange(JsonObject reading) {
    return reading.containsKey("time");
  }

  private static Edge start(Plant plant, Hub hub, String adapters) throws Exception {
    Edge edge =
        plant.unstartedEdge(
            EdgePlan.of(plant, EDGE, hub.mirror())
                .mapping("{filter: \"#\", topic: other}")
                .more(adapters));
    edge.program().start();
    plant.awaitReady(edge);
    return edge;
  }

  private static long counter(Edge edge, String adapter, String name) {
    JsonObject counters = Plant.counters(edge.http(), adapter);
    return counters == null ? 0 : counters.getLong(name);
  }

  private static List<JsonObject> read(Hub hub, String topic, Predicate<List<JsonObject>> isEnough)
      throws Exception {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, hub.kafka());
    List<JsonObject> found = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      while (!isEnough.test(found)) {
        assertTrue(System.nanoTime() < deadlineNanos, () -> "only " + found.size() + " readings");
        for (var each : consumer.poll(Duration.ofMillis(200))) {
          found.add(JsonParser.object().from(each.value()));
        }
      }
    }
    return found;
  }
}
