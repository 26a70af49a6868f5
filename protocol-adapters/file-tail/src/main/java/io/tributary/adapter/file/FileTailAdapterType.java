package io.tributary.adapter.file;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import java.util.Map;
import java.util.Optional;

/// The adapter type `file-tail`.
public final class FileTailAdapterType implements AdapterType {
  @Override
  public String type() {
    return "file-tail";
  }

  @Override
  public AdapterPlan plan(Section section) {
    FileTailSettings settings = FileTailSettings.read(section);
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        return Map.of(
            settings.envelope().target().name(), settings.envelope().target().topicClass());
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new FileTailAdapter(type(), name, settings, outlet);
      }
    };
  }
}
