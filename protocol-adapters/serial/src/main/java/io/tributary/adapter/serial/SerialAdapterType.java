package io.tributary.adapter.serial;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.measurement.OneTopicPlan;
import io.tributary.settings.Section;
import java.util.Set;

/// The adapter type `serial`.
public final class SerialAdapterType implements AdapterType {
  @Override
  public String type() {
    return "serial";
  }

  @Override
  public AdapterPlan plan(Section section) {
    SerialSettings settings = SerialSettings.read(section);
    return new OneTopicPlan(
        settings.envelope(),
        Set.of(),
        (name, outlet) -> new SerialAdapter(type(), name, settings, outlet));
  }
}
