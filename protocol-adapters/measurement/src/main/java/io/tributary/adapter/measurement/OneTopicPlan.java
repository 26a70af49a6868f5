package io.tributary.adapter.measurement;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.TopicClass;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/// A checked section whose readings all go to the topic of its envelope.
///
/// @param reads topics of the edge, such as that of its commands
/// @param opening makes the adapter of a name
public record OneTopicPlan(
    Envelope envelope, Set<String> reads, BiFunction<String, Outlet, Adapter> opening)
    implements AdapterPlan {
  @Override
  public Map<String, Optional<TopicClass>> topics() {
    TargetTopic target = envelope.target();
    return Map.of(target.name(), target.topicClass());
  }

  @Override
  public Adapter open(String name, Outlet outlet) {
    return opening.apply(name, outlet);
  }
}
