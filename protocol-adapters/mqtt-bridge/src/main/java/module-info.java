/// Clients of brokers that already stand in the plant: the adapter types mqtt-bridge and mqtt-publisher.
module io.tributary.adapter.mqtt.bridge {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.adapter.mqtt.mapping;
  requires transitive io.tributary.settings;
  requires io.tributary.agent;
  requires io.tributary.link;
  requires io.tributary.record;

  exports io.tributary.adapter.mqtt.bridge;

  uses io.tributary.adapter.mqtt.bridge.BrokerClientProvider;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.mqtt.bridge.BridgeAdapterType,
      io.tributary.adapter.mqtt.bridge.PublisherAdapterType;
}
