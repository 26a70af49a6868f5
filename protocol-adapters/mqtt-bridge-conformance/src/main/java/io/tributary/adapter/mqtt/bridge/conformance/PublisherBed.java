package io.tributary.adapter.mqtt.bridge.conformance;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.Reading;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.adapter.mqtt.bridge.PublisherAdapterType;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A publisher over journals in memory: one life of an edge.
final class PublisherBed implements AutoCloseable {
  final MemoryOutlet outlet;
  private final String broker;
  private final String publications;
  private final Adapter adapter;

  private PublisherBed(
      String broker,
      String more,
      String publications,
      List<StateEntry> restored,
      List<Reading> readings)
      throws IOException {
    this.broker = broker;
    this.publications = publications;
    this.outlet = new MemoryOutlet(Map.of(), restored);
    readings.forEach(outlet::put);
    BridgeBed.eventually("they are there", () -> outlet.durable().size() == readings.size());
    try {
      Section section = Settings.parse("test.yaml", broker + more + publications);
      AdapterPlan plan = new PublisherAdapterType().plan(section);
      section.finish();
      adapter = plan.open("publisher", outlet);
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
    adapter.start();
  }

  static PublisherBed of(String broker, String more, String publications) throws IOException {
    return new PublisherBed(broker, more, publications, List.of(), List.of());
  }

  /// The next life, over what this one left on disk.
  PublisherBed again(String more) throws IOException {
    return again(more, outlet.state());
  }

  /// The next life, with the same readings and another state.
  PublisherBed again(String more, List<StateEntry> state) throws IOException {
    return again(more, state, "");
  }

  PublisherBed again(String more, List<StateEntry> state, String moreOfTopic) throws IOException {
    String changed = publications.replace(", start: newest", "").replace("}]", moreOfTopic + "}]");
    return new PublisherBed(broker, more, changed, state, outlet.durable());
  }

  String summary() {
    return adapter.status().summary();
  }

  String lastError() {
    return String.valueOf(adapter.status().lastError());
  }

  long count(String counter) {
    return Objects.requireNonNull(adapter.status().counters().get(counter), counter);
  }

  /// Ends the publisher; the journals go on.
  void stop() {
    adapter.close();
  }

  @Override
  public void close() {
    adapter.close();
    outlet.close();
  }
}
