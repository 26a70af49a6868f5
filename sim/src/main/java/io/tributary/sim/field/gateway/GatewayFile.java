package io.tributary.sim.field.gateway;

import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `examples/gateway.yaml` says, as far as those around the edge must know it.
final class GatewayFile {
  private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:\\d+");

  /// Where an adapter says what it listens or talks to.
  private static final List<String> PLACES =
      List.of("listen", "address", "port", "path", "chip", "bus");

  private final String text;
  private final Section root;
  private final List<Adapter> adapters = new ArrayList<>();

  /// One section of `adapters`.
  ///
  /// @param place its port, address, path, chip or bus, as it is written
  /// @param topics to which it writes, in alphabetical order
  /// @param commands the topic from which it takes commands, or null
  record Adapter(
      String name, String type, String place, List<String> topics, @Nullable String commands) {}

  private GatewayFile(String text) throws SettingsRefused {
    this.text = text;
    this.root = Settings.parse("gateway.yaml", text);
    root.section("adapters")
        .entries()
        .forEach((name, section) -> adapters.add(read(name, section)));
  }

  static GatewayFile of(Path file) throws IOException, SettingsRefused {
    return new GatewayFile(Files.readString(file));
  }

  /// The same with each address replaced, wherever it stands.
  GatewayFile at(Addresses others) throws IOException, SettingsRefused {
    Map<String, String> replaced = new HashMap<>();
    Matcher each = ADDRESS.matcher(text);
    while (each.find()) {
      if (!replaced.containsKey(each.group())) {
        replaced.put(each.group(), others.next());
      }
    }
    return new GatewayFile(ADDRESS.matcher(text).replaceAll(found -> replaced.get(found.group())));
  }

  /// Gives an address that nobody has.
  interface Addresses {
    String next() throws IOException;
  }

  private static Adapter read(String name, Section section) {
    String place = PLACES.stream().filter(section::has).map(section::string).findFirst().orElse("");
    TreeSet<String> topics = new TreeSet<>();
    if (section.has("topic")) {
      topics.add(section.string("topic"));
    }
    topics.addAll(section.section("topics").keys());
    section.sections("mappings").forEach(mapping -> topics.add(mapping.string("topic")));
    return new Adapter(
        name,
        section.string("type", name),
        place,
        List.copyOf(topics),
        section.section("commands").stringOrNull("topic"));
  }

  String text() {
    return text;
  }

  List<Adapter> adapters() {
    return List.copyOf(adapters);
  }

  /// Where the edge is reached by one of its adapters.
  String place(String adapter) {
    return adapters.stream()
        .filter(each -> each.name().equals(adapter))
        .map(Adapter::place)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no adapter " + adapter));
  }

  /// Where the edge answers `GET /status`.
  String http() {
    return root.section("http").string("listen");
  }

  /// Where the hub listens to it.
  String hub() {
    return root.section("hub").string("address");
  }

  /// alarm, normal or bulk.
  String classOf(String topic) {
    return root.section("topics").section(topic).string("class", "normal");
  }
}
