package io.tributary.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The arrows between modules point down only, the poms and the module-infos agree, and docs/modules.md is a true picture.
class ModuleArrowsTest {
  private static final Set<String> EDGE_PARTS =
      Set.of(
          "record",
          "log",
          "session",
          "agent",
          "link",
          "settings",
          "adapter-api",
          "smartmodule-api",
          "smartmodule-engine",
          "smartmodule-catalogue",
          "mqtt-mapping",
          "mqtt-users",
          "adapter-mqtt",
          "adapter-file-tail",
          "mqtt-bridge",
          "mqtt-paho",
          "mqtt-hivemq",
          "measurement",
          "command",
          "serial-port",
          "adapter-serial",
          "adapter-modbus",
          "adapter-http",
          "device-bus",
          "device-parts",
          "adapter-gpio",
          "adapter-sensors");
  private static final Set<String> HUB_PARTS =
      Set.of(
          "record",
          "log",
          "session",
          "agent",
          "link",
          "smartmodule-api",
          "smartmodule-engine",
          "smartmodule-catalogue",
          "settings",
          "store",
          "store-log",
          "core",
          "front-kafka",
          "groups");

  /// Which modules each may know, from the bottom up. A module that is missing here is not planned yet.
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("record", Set.of()),
          Map.entry("agent", Set.of()),
          Map.entry("settings", Set.of()),
          Map.entry("certificates", Set.of()),
          Map.entry("log", Set.of("record")),
          Map.entry("session", Set.of("record")),
          Map.entry("link", Set.of("record", "session", "agent")),
          Map.entry("store", Set.of("record")),
          Map.entry("store-conformance", Set.of("record", "store")),
          Map.entry("store-log", Set.of("record", "log", "agent", "store")),
          Map.entry("smartmodule-api", Set.of("record", "settings")),
          Map.entry("smartmodule-engine", Set.of("smartmodule-api")),
          Map.entry(
              "smartmodule-catalogue", Set.of("settings", "smartmodule-api", "smartmodule-engine")),
          Map.entry("adapter-api", Set.of("record", "settings")),
          Map.entry("memory-outlet", Set.of("record", "adapter-api")),
          Map.entry("measurement", Set.of("record", "settings", "adapter-api")),
          Map.entry("command", Set.of("record", "settings", "adapter-api", "measurement")),
          Map.entry("serial-port", Set.of("settings")),
          Map.entry(
              "adapter-serial",
              Set.of("settings", "agent", "adapter-api", "measurement", "serial-port")),
          Map.entry(
              "adapter-modbus",
              Set.of("settings", "agent", "adapter-api", "measurement", "command", "serial-port")),
          Map.entry("device-bus", Set.of()),
          Map.entry("simulated-board", Set.of()),
          Map.entry("device-parts", Set.of("settings", "measurement")),
          Map.entry(
              "adapter-gpio",
              Set.of("settings", "agent", "adapter-api", "measurement", "command", "device-bus")),
          Map.entry(
              "adapter-sensors",
              Set.of(
                  "settings", "agent", "adapter-api", "measurement", "device-bus", "device-parts")),
          Map.entry(
              "adapter-http",
              Set.of(
                  "record",
                  "settings",
                  "agent",
                  "session",
                  "link",
                  "adapter-api",
                  "measurement",
                  "certificates")),
          Map.entry("adapter-file-tail", Set.of("settings", "agent", "adapter-api", "measurement")),
          Map.entry("adapter-template", Set.of("settings", "agent", "adapter-api")),
          Map.entry("mqtt-mapping", Set.of("record", "settings", "adapter-api")),
          Map.entry("mqtt-users", Set.of()),
          Map.entry(
              "adapter-mqtt",
              Set.of(
                  "record",
                  "settings",
                  "agent",
                  "session",
                  "link",
                  "adapter-api",
                  "mqtt-mapping",
                  "mqtt-users",
                  "certificates")),
          Map.entry(
              "mqtt-bridge",
              Set.of("record", "settings", "agent", "link", "adapter-api", "mqtt-mapping")),
          Map.entry(
              "mqtt-bridge-conformance",
              Set.of(
                  "record",
                  "settings",
                  "adapter-api",
                  "memory-outlet",
                  "mqtt-bridge",
                  "certificates")),
          Map.entry("mqtt-hivemq", Set.of("settings", "mqtt-mapping", "mqtt-bridge")),
          Map.entry("mqtt-paho", Set.of("settings", "mqtt-mapping", "mqtt-bridge")),
          Map.entry(
              "core",
              Set.of(
                  "record",
                  "settings",
                  "session",
                  "agent",
                  "store",
                  "smartmodule-api",
                  "smartmodule-engine")),
          Map.entry("front-kafka", Set.of("record", "store")),
          Map.entry("groups", Set.of("record", "store", "front-kafka")),
          Map.entry("hub", HUB_PARTS),
          Map.entry("edge-agent", EDGE_PARTS),
          Map.entry(
              "sim",
              union(
                  EDGE_PARTS,
                  HUB_PARTS,
                  Set.of("certificates", "simulated-board", "hub", "edge-agent"))));

  private final House house = House.open();

  @Test
  void everyArrowPointsDown() {
    for (House.Room room : house.rooms()) {
      Set<String> allowed = MAY_KNOW.get(room.name());
      assertTrue(allowed != null, () -> room.name() + " has no place in the house yet");
      Set<String> tooMany = new TreeSet<>(house.arrows(room));
      tooMany.addAll(room.byName());
      tooMany.removeAll(allowed);
      assertEquals(Set.of(), tooMany, () -> room.name() + " may not know these");
    }
  }

  @Test
  void noModuleReachesItself() {
    for (House.Room room : house.rooms()) {
      assertTrue(
          !reachable(room).contains(room.name()), () -> "a cycle goes through " + room.name());
    }
  }

  @Test
  void pomAndModuleInfoTellTheSameArrows() {
    for (House.Room room : house.rooms()) {
      assertEquals(
          house.arrows(room), room.declared(), () -> room.name() + ": module-info against pom.xml");
    }
  }

  @Test
  void thePictureOfTheArrowsIsTrue() throws IOException {
    String expected = new ArrowPicture(house).markdown();
    String actual = Files.readString(house.root().resolve("docs/modules.md"));
    if (!actual.equals(expected)) {
      Files.writeString(house.root().resolve("sim/target/modules.md"), expected);
      fail("docs/modules.md has grown old; copy sim/target/modules.md, which reads:\n" + expected);
    }
  }

  private Set<String> reachable(House.Room room) {
    Set<String> reached = new TreeSet<>();
    collect(room, reached);
    return reached;
  }

  private void collect(House.Room room, Set<String> reached) {
    for (String next : house.arrows(room)) {
      if (reached.add(next)) {
        collect(house.room(next), reached);
      }
    }
  }

  @SafeVarargs
  private static Set<String> union(Set<String>... sets) {
    Set<String> all = new TreeSet<>();
    for (Set<String> set : sets) {
      all.addAll(set);
    }
    return all;
  }
}
