package io.tributary.device.gpio;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import io.tributary.adapter.command.CommandSettings;
import io.tributary.settings.Section;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The adapter type `gpio`.
public final class GpioAdapterType implements AdapterType {
  @Override
  public String type() {
    return "gpio";
  }

  @Override
  public AdapterPlan plan(Section section) {
    GpioSettings settings = GpioSettings.read(section);
    TargetTopic target = settings.envelope().target();
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        return Map.of(target.name(), target.topicClass());
      }

      @Override
      public Set<String> reads() {
        CommandSettings commands = settings.commands();
        return commands == null ? Set.of() : Set.of(commands.topic());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new GpioAdapter(type(), name, settings, outlet);
      }
    };
  }
}
