package io.tributary.sim.chaos;

import io.tributary.sim.link.LinkProxy;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;

/// One edge with its disk, its link and its devices, and what may be missing of its readings.
final class Station {
  private final Plant plant;
  private final EdgePlan plan;
  private final Plant.Edge edge;
  private final LinkProxy link;
  private final String policy;
  private final @Nullable SmallDisk disk;
  private final List<Feed> feeds = new ArrayList<>();

  /// How many records a Gap of that reason may name; absent: none.
  private final Map<String, Long> allowed = new TreeMap<>();

  private final List<HubDamage> atHub = new ArrayList<>();
  private final Set<Damage.Lost> exempt = ConcurrentHashMap.newKeySet();

  /// @param policy of its full class, as in the configuration
  /// @param disk the file system with its data, or null for the plant's own
  Station(
      Plant plant,
      String id,
      String policy,
      InetSocketAddress hub,
      @Nullable SmallDisk disk,
      String moreYaml,
      int heartbeatMs)
      throws IOException {
    this.plant = plant;
    this.policy = policy;
    this.disk = disk;
    this.link = plant.closes(new LinkProxy(new InetSocketAddress("127.0.0.1", 0), hub));
    EdgePlan drawn =
        EdgePlan.of(plant, id, "127.0.0.1:" + link.port())
            .hub("heartbeat: " + heartbeatMs + "ms")
            .mapping("{filter: \"chaos/+/flat\", topic: flat, timestamp: \"json:ts\"}")
            .mapping(
                "{filter: \"chaos/+/own\", topic: own, timestamp: \"json:ts\", class: "
                    + (policy.equals("block") ? "alarm" : "normal")
                    + "}")
            .more(moreYaml);
    this.plan = disk == null ? drawn : drawn.in(disk.directory().resolve("data"));
    this.edge = plant.unstartedEdge(plan);
    if (!policy.equals("block")) {
      allowed.put(policy, Long.MAX_VALUE);
    }
  }

  String id() {
    return plan.id();
  }

  Plant.Edge edge() {
    return edge;
  }

  LinkProxy link() {
    return link;
  }

  @Nullable SmallDisk disk() {
    return disk;
  }

  List<Feed> feeds() {
    return feeds;
  }

  boolean drops() {
    return !policy.equals("block");
  }

  Path dataDirectory() {
    return plan.dataDirectory();
  }

  /// The directories of its journals, of which one is empty where only one class is in use.
  List<Path> journals() {
    return List.of(
        dataDirectory().resolve("journal/normal"), dataDirectory().resolve("journal/alarm"));
  }

  /// Starts its devices, once the edge runs.
  void openFeeds(int qosFlat, int qosOwn, double rate) throws IOException, MqttException {
    feeds.add(plant.closes(new Feed(edge.mqtt(), id(), "flat", qosFlat, rate, plant.directory())));
    feeds.add(plant.closes(new Feed(edge.mqtt(), id(), "own", qosOwn, rate, plant.directory())));
  }

  /// The same edge on a copy of its directory, not yet started.
  Plant.Edge twin(Path copy, int number) throws IOException {
    return plant.unstartedEdge(plan.twin(plant, id() + "-clone-" + number, copy));
  }

  /// Notes what a flipped byte may cost.
  void hurt(Damage damage) {
    synchronized (allowed) {
      if (damage.records() > 0) {
        allowed.merge("corrupt", (long) damage.records(), Long::sum);
      }
    }
    exempt.addAll(damage.unproven());
  }

  /// Notes damage at the hub. It costs nothing that this edge still has when it is judged. Where a start took what lay
  /// behind it for a torn tail, it costs what this edge has no more.
  void hurtAtHub(HubDamage damage) {
    synchronized (allowed) {
      if (damage.edgeId().equals(id())) {
        atHub.add(damage);
      }
      allowed.merge("hub-lost", damage.behind().getOrDefault(id(), 0L), Long::sum);
    }
  }

  long allowance(String reason) throws IOException {
    synchronized (allowed) {
      long records = allowed.getOrDefault(reason, 0L);
      if (reason.equals("corrupt")) {
        for (HubDamage damage : atHub) {
          records += damage.isHeldIn(journals()) ? 0 : damage.records();
        }
      }
      return records;
    }
  }

  boolean isExempt(String device, long seq) {
    return exempt.contains(new Damage.Lost(device, seq));
  }

  Collection<Damage.Lost> exempt() {
    return exempt;
  }
}
