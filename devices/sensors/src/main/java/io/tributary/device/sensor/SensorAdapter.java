package io.tributary.device.sensor;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.measurement.OneTopicPlan;
import io.tributary.agent.AgentRunner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// One life of an adapter: its probes and the thread that measures them. A sensor that is away is no failure of it.
final class SensorAdapter implements Adapter {
  private final String type;
  private final int probes;
  private final Feed feed;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final SensorAgent agent;
  private final AgentRunner thread;

  /// The plan of a section with sensors.
  ///
  /// @param probes makes those of one life
  static AdapterPlan plan(String type, Envelope envelope, Supplier<List<Probe>> probes) {
    return new OneTopicPlan(
        envelope,
        Set.of(),
        (name, outlet) -> new SensorAdapter(type, name, envelope, probes.get(), outlet));
  }

  private SensorAdapter(
      String type, String name, Envelope envelope, List<Probe> probes, Outlet outlet) {
    this.type = type;
    this.probes = probes.size();
    this.feed = new Feed(envelope, name, outlet.open(name, () -> {}));
    this.agent = new SensorAgent(name, probes, feed, counts, System.nanoTime());
    this.thread =
        new AgentRunner(agent, bug -> outlet.failed("ended by a bug, please report it: " + bug));
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public AdapterStatus status() {
    String standstill = thread.standstill(System.nanoTime());
    String trouble = standstill == null ? agent.trouble() : standstill;
    Map<String, Long> all = new LinkedHashMap<>(counts.shown());
    all.putAll(feed.counts().shown());
    String lastError = counts.lastError();
    return new AdapterStatus(
        type,
        standstill == null && agent.isAnyWell(),
        trouble == null ? "measuring " + probes + " sensors" : trouble,
        all,
        lastError == null ? feed.counts().lastError() : lastError);
  }

  @Override
  public void close() {
    thread.close();
  }
}
