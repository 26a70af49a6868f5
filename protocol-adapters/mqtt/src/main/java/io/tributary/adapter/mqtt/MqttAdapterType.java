package io.tributary.adapter.mqtt;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.settings.Section;
import java.util.Set;
import java.util.stream.Collectors;

/// The MQTT 3.1.1 and 5 endpoint that devices publish to.
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
      public Set<String> topics() {
        return read.mappings().stream().map(Mapping::topic).collect(Collectors.toSet());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new Endpoint(name, read, outlet);
      }
    };
  }
}
