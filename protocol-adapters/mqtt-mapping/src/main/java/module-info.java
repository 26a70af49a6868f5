/// What a publish of MQTT becomes in Tributary: topic, key, timestamp and headers.
module io.tributary.adapter.mqtt.mapping {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.tributary.record;

  exports io.tributary.adapter.mqtt.mapping;
}
