package io.tributary.adapter.modbus;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.command.CommandSettings;
import io.tributary.adapter.measurement.OneTopicPlan;
import io.tributary.settings.Section;

/// The adapter type `modbus`.
public final class ModbusAdapterType implements AdapterType {
  @Override
  public String type() {
    return "modbus";
  }

  @Override
  public AdapterPlan plan(Section section) {
    ModbusSettings settings = ModbusSettings.read(section);
    return new OneTopicPlan(
        settings.envelope(),
        CommandSettings.topics(settings.commands()),
        (name, outlet) -> new ModbusAdapter(type(), name, settings, outlet));
  }
}
