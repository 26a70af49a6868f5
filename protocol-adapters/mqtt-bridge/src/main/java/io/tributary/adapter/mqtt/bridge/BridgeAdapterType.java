package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.adapter.mqtt.mapping.Mappings;
import io.tributary.settings.Section;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/// A client of a broker that already stands in the plant.
public final class BridgeAdapterType implements AdapterType {
  @Override
  public String type() {
    return "mqtt-bridge";
  }

  @Override
  public AdapterPlan plan(Section settings) {
    BridgeSettings read = BridgeSettings.read(settings);
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        return Mappings.topics(read.mappings());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new ClientAdapter(
            type(), new Bridge(name, read, outlet, new SecureRandom().nextLong()));
      }
    };
  }
}
