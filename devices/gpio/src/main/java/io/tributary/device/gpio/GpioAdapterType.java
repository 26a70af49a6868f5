package io.tributary.device.gpio;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.command.CommandSettings;
import io.tributary.adapter.measurement.OneTopicPlan;
import io.tributary.settings.Section;

/// The adapter type `gpio`.
public final class GpioAdapterType implements AdapterType {
  @Override
  public String type() {
    return "gpio";
  }

  @Override
  public AdapterPlan plan(Section section) {
    GpioSettings settings = GpioSettings.read(section);
    return new OneTopicPlan(
        settings.envelope(),
        CommandSettings.topics(settings.commands()),
        (name, outlet) -> new GpioAdapter(type(), name, settings, outlet));
  }
}
