/// What every client of a bridge must do: one suite of tests, run by each of them against a real Mosquitto.
module io.tributary.adapter.mqtt.bridge.conformance {
  exports io.tributary.adapter.mqtt.bridge.conformance;

  requires static org.jspecify;
  requires io.tributary.adapter;
  requires io.tributary.adapter.memory;
  requires io.tributary.adapter.mqtt.bridge;
  requires io.tributary.certificates;
  requires io.tributary.record;
  requires io.tributary.settings;
  requires transitive org.junit.jupiter.api;
  requires org.junit.jupiter.params;
}
