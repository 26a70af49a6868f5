package io.tributary.adapter.mqtt;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.adapter.mqtt.mapping.Mappings;
import io.tributary.settings.Section;
import java.util.Map;
import java.util.Optional;

/// An MQTT 3.1.1 and 5 broker for devices and local subscribers.
public final class MqttAdapterType implements AdapterType {
  @Override
  public String type() {
    return "mqtt";
  }

  @Override
  public AdapterPlan plan(Section settings) {
    MqttSettings read = MqttSettings.read(settings);
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        return Mappings.topics(read.mappings());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new Endpoint(name, read, outlet);
      }
    };
  }
}
