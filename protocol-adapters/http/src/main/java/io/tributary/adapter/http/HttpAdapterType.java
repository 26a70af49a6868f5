package io.tributary.adapter.http;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TopicClass;
import io.tributary.settings.Section;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The adapter type `http`.
public final class HttpAdapterType implements AdapterType {
  static final String TYPE = "http";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public AdapterPlan plan(Section section) {
    HttpSettings settings = HttpSettings.read(section);
    return new AdapterPlan() {
      @Override
      public Map<String, Optional<TopicClass>> topics() {
        Map<String, Optional<TopicClass>> topics = new LinkedHashMap<>();
        settings.topics().forEach((name, form) -> topics.put(name, form.target().topicClass()));
        return topics;
      }

      @Override
      public Adapter open(String name, Outlet outlet) {
        return new HttpAdapter(name, settings, outlet);
      }
    };
  }
}
