package io.tributary.sim.chaos;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.plant.HubPlan;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.MqttException;

/// The hub, three edges with each its full policy, and two devices an edge: one into a topic of
/// partitions, one into a topic with a partition for each edge.
final class Arena {
  static final int HEARTBEAT_MS = 1_000;

  static final List<String> IDS = List.of("steady", "oldest", "newest");

  private static final List<String> POLICIES = List.of("block", "drop-oldest", "drop-newest");
  private static final double RATE = 40;
  private static final long EDGE_DISK_BYTES = 32L << 20;
  private static final long HUB_DISK_BYTES = 4L << 30;
  private static final Pattern UNSETTLED =
      Pattern.compile("found|is fetched|waits|cannot|.* again$");
  private static final Duration SETTLE = Duration.ofSeconds(90);

  private final Plant plant;
  private final Plant.Hub hub;
  private final SmallDisk hubDisk;
  private final List<Station> stations = new ArrayList<>();

  Arena(Plant plant) throws IOException, InterruptedException, MqttException {
    this.plant = plant;
    Path directory = plant.directory();
    hubDisk =
        plant.closes(
            SmallDisk.ext4(
                directory.resolve("hub.img"), directory.resolve("hub-disk"), HUB_DISK_BYTES));
    SmallDisk edgeDisk =
        plant.closes(SmallDisk.tmpfs(directory.resolve("edge-disk"), EDGE_DISK_BYTES));
    hub =
        plant.unstartedHub(
            HubPlan.of(
                    plant,
                    """
                    scrub: {rest: 2s}
                    topics:
                      flat: {layout: partitions, partitions: 2, segment-bytes: 1MiB}
                      own: {layout: per-edge, segment-bytes: 1MiB}
                    """)
                .in(hubDisk.directory().resolve("data")));
    hub.program().start();
    for (int i = 0; i < IDS.size(); i++) {
      boolean small = i == 0;
      stations.add(
          new Station(
              plant,
              IDS.get(i),
              POLICIES.get(i),
              Plant.address(hub.mirror()),
              small ? edgeDisk : null,
              small
                  ? "quota: 16MB\njournal: {segment-bytes: 256KiB}\n"
                  : "classes: {normal: {full: %s, quota: 3MiB}}\njournal: {segment-bytes: 128KiB}\n"
                      .formatted(POLICIES.get(i)),
              HEARTBEAT_MS));
      stations.get(i).edge().program().start();
    }
    plant.awaitReady(hub);
    for (int i = 0; i < IDS.size(); i++) {
      plant.awaitReady(stations.get(i).edge());
      // QoS 2 must be exactly once; one device tries QoS 1, whose repeats are counted apart.
      stations.get(i).openFeeds(2, i == 1 ? 1 : 2, RATE);
    }
  }

  Plant plant() {
    return plant;
  }

  Plant.Hub hub() {
    return hub;
  }

  /// Where the hub keeps its partitions.
  Path topics() {
    return hubDisk.directory().resolve("data/topics");
  }

  SmallDisk hubDisk() {
    return hubDisk;
  }

  List<Station> stations() {
    return stations;
  }

  void release() {
    stations.forEach(s -> s.feeds().forEach(Feed::release));
  }

  /// Takes every fault back, holds the devices and waits until the hub has all that the edges have, has read all of it
  /// for its check, and has healed what was damaged.
  ///
  /// @throws IOException when a program has ended by itself, or it does not come to that; says where
  ///     it stands
  void settle() throws IOException, InterruptedException {
    hubDisk.free();
    for (Station station : stations) {
      heal(station);
    }
    List<Program> programs = new ArrayList<>(List.of(hub.program()));
    stations.forEach(s -> programs.add(s.edge().program()));
    for (Program program : programs) {
      if (!program.isAlive()) {
        throw new IOException(
            program.name()
                + " has ended by itself, with status "
                + program.exitStatus()
                + ":\n"
                + program.endOfLog());
      }
    }
    stations.forEach(s -> s.feeds().forEach(Feed::hold));
    for (Station station : stations) {
      for (Feed feed : station.feeds()) {
        if (!feed.settle(SETTLE)) {
          throw new IOException(
              feed.device()
                  + " does not get everything acknowledged; status: "
                  + Plant.status(station.edge().http()));
        }
      }
    }
    for (Station station : stations) {
      if (!await(SETTLE, () -> isDrained(station))) {
        throw new IOException(
            station.id() + " does not drain; status: " + Plant.status(station.edge().http()));
      }
    }
    long rounds = scrubRounds();
    if (!await(SETTLE, () -> isHealed(rounds))) {
      throw new IOException("the hub does not heal; status: " + Plant.status(hub.http()));
    }
  }

  private long scrubRounds() {
    JsonObject status = Plant.status(hub.http());
    return status == null ? 0 : status.getObject("scrub").getLong("rounds");
  }

  /// A round that began after it was asked for the first time has ended, and no damage waits.
  private boolean isHealed(long roundsBefore) {
    JsonObject status = Plant.status(hub.http());
    if (status == null) {
      return false;
    }
    JsonObject scrub = status.getObject("scrub");
    return scrub.getLong("rounds") >= roundsBefore + 2
        && scrub.getArray("damage", new JsonArray()).stream()
            .map(one -> ((JsonObject) one).getString("state", ""))
            .noneMatch(state -> UNSETTLED.matcher(state).lookingAt());
  }

  static void heal(Station station) throws IOException {
    if (station.disk() != null) {
      station.disk().free();
    }
    station.link().heal();
    station.link().slow(0);
    station.link().slice(0);
    station.link().delay(0);
    station.feeds().forEach(f -> f.burst(false));
  }

  static boolean isConnected(Station station) {
    JsonObject status = Plant.status(station.edge().http());
    return status != null && "connected".equals(status.getObject("connection").getString("state"));
  }

  static boolean isDrained(Station station) {
    JsonObject status = Plant.status(station.edge().http());
    if (status == null || !"connected".equals(status.getObject("connection").getString("state"))) {
      return false;
    }
    for (Object each : status.getArray("streams", new JsonArray())) {
      JsonObject stream = (JsonObject) each;
      if (stream.getLong("end") != stream.getLong("acked")) {
        return false;
      }
    }
    return true;
  }

  static boolean await(Duration patience, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return true;
  }
}
