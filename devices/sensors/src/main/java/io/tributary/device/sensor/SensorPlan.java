package io.tributary.device.sensor;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import io.tributary.adapter.measurement.Envelope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What all sections with sensors come to.
///
/// @param probes makes those of one life
record SensorPlan(String type, Envelope envelope, Supplier<List<Probe>> probes)
    implements AdapterPlan {
  @Override
  public Map<String, Optional<TopicClass>> topics() {
    TargetTopic target = envelope.target();
    return Map.of(target.name(), target.topicClass());
  }

  @Override
  public Adapter open(String name, Outlet outlet) {
    return new SensorAdapter(type, name, envelope, probes.get(), outlet);
  }
}
