package io.tributary.adapter.template;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import java.util.Map;
import java.util.Optional;

/// The adapter type `tcp-lines`.
public final class LinesAdapterType implements AdapterType {
  @Override
  public String type() {
    return "tcp-lines";
  }

  @Override
  public AdapterPlan plan(Section section) {
    LinesSettings settings = LinesSettings.read(section);
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        return Map.of(settings.target().name(), settings.target().topicClass());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new LinesAdapter(type(), name, settings, outlet);
      }
    };
  }
}
