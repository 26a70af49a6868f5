package io.tributary.sim.fuzz;

import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A settings file: a tree, or a refusal that says where.
final class SettingsFuzz implements FuzzTarget {
  @Override
  public void run(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      HostAndPort.parse(text);
    } catch (IllegalArgumentException refused) {
      if (refused instanceof NumberFormatException) {
        throw refused;
      }
    }
    try {
      Section root = Settings.parse("fuzz.yaml", text);
      root.finish();
    } catch (SettingsRefused refused) {
      if (String.valueOf(refused.getMessage()).isEmpty()) {
        throw new AssertionError("a refusal without a word", refused);
      }
    }
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        """
        edge: press-7
        data-dir: /var/lib/tributary
        hub: {address: "hub:7420", heartbeat: 15s}
        topics:
          temperature: {class: normal}
        adapters:
          mqtt:
            listen: 127.0.0.1:1883
            mappings:
              - {filter: "sensors/+/temperature", topic: temperature, key: level:2}
        """
            .getBytes(StandardCharsets.UTF_8),
        "a: &x [1, 2]\nb: *x\nc: !!str 5\n? d\n: |\n  e\n".getBytes(StandardCharsets.UTF_8),
        "[::1]:1883".getBytes(StandardCharsets.UTF_8));
  }
}
