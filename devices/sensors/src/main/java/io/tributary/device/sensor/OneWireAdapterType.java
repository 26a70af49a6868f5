package io.tributary.device.sensor;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.settings.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The adapter type `onewire`: thermometers on the kernel's 1-Wire buses.
public final class OneWireAdapterType implements AdapterType {
  private static final Path DEVICES = Path.of("/sys/bus/w1/devices");
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Pattern ID = Pattern.compile("(?:22|28)-[0-9a-f]{12}");

  @Override
  public String type() {
    return "onewire";
  }

  @Override
  public AdapterPlan plan(Section section) {
    Path path = section.pathOrNull("path");
    Path devices = path == null ? DEVICES : path;
    Duration interval = PartSettings.interval(section, INTERVAL);
    Map<String, String> namesById = new LinkedHashMap<>();
    for (Section each : section.sections("sensors")) {
      String id = each.string("id");
      if (!ID.matcher(id).matches()) {
        each.refuse(
            "id", "is '" + id + "' but must be a DS18B20's or DS1822's, such as 28-0316a2795fff");
      }
      String name = each.string("name", id);
      if (namesById.containsValue(name) || namesById.put(id, name) != null) {
        each.refuse("id", "is '" + id + "', named '" + name + "', which another one has");
      }
    }
    return SensorAdapter.plan(
        type(),
        Envelope.read(section),
        () -> List.of(new OneWireProbe(devices, interval, namesById)));
  }
}
