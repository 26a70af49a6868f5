package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Publishes topics of this edge to a broker that already stands in the plant.
public final class PublisherAdapterType implements AdapterType {
  @Override
  public String type() {
    return "mqtt-publisher";
  }

  @Override
  public AdapterPlan plan(Section settings) {
    PublisherSettings read = PublisherSettings.read(settings);
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        return Map.of();
      }

      @Override
      public Set<String> reads() {
        return read.publications().stream()
            .map(Publication::topic)
            .filter(topic -> !topic.isEmpty())
            .collect(Collectors.toSet());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new ClientAdapter(
            type(), new Publisher(name, read, outlet, new SecureRandom().nextLong()));
      }
    };
  }
}
