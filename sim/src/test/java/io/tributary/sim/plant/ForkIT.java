package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The programs as they are shipped: an edge whose disk is put back to an image of an hour ago, before it has met the
/// hub again or after it has written on.
@Timeout(300)
class ForkIT {
  private static final String EDGE = "press-7";
  private static final int BEFORE = 20;
  private static final int FORGOTTEN = 15;
  private static final int AFTER = 5;
  private static final int ALL = BEFORE + FORGOTTEN + AFTER;

  private final Readings readings = new Readings();
  private Plant plant;
  private Plant.Hub hub;
  private Plant.Edge edge;

  /// Leaves the edge stopped and put back: it has forgotten what the hub has since acknowledged.
  @BeforeEach
  void putBack() throws Exception {
    plant = new Plant("tributary-fork-", List.of(EDGE));
    hub = plant.hub("topics: {plant: {partitions: 1}}");
    EdgePlan plan = EdgePlan.of(plant, EDGE, hub.mirror()).mapping("{filter: \"#\", topic: plant}");
    edge = plant.unstartedEdge(plan);
    start();
    readings.publish(edge, BEFORE);
    Readings.readAnew(hub, BEFORE);
    edge.program().terminate();
    Path image = plant.directory().resolve("image");
    copy(plan.dataDirectory(), image);
    start();
    readings.publish(edge, FORGOTTEN);
    Readings.readAnew(hub, BEFORE + FORGOTTEN);
    edge.program().terminate();
    edge = plant.unstartedEdge(plan.in(image));
  }

  @AfterEach
  void close() {
    plant.close();
  }

  @Test
  void anEdgeThatHasNotWrittenSinceGoesOnBehindTheHubsEnd() throws Exception {
    start();
    await("jumps", () -> end(edge) == BEFORE + FORGOTTEN);
    readings.publish(edge, AFTER);
    assertEquals(readings.published(), Readings.readAnew(hub, ALL));
    assertFalse(isForked());
    String told = Plant.status(edge.http()).getObject("connection").getString("lastAlarm");
    assertTrue(told.contains("lost its last " + FORGOTTEN + " records"), told);
    assertEquals(0, Shipped.exitStatus("hub", "audit", EDGE, "--http", hub.http()));
  }

  @Test
  void anEdgeThatHasWrittenSinceIsForkedUntilItIsSealedAndLosesNothing() throws Exception {
    hub.program().terminate();
    start();
    readings.publish(edge, AFTER);
    hub.program().start();
    plant.awaitReady(hub);
    await("is found to be forked", this::isForked);
    List<String> refused = Readings.readAnew(hub, BEFORE + FORGOTTEN);
    assertEquals(readings.published().subList(0, BEFORE + FORGOTTEN), refused);

    assertEquals(0, Shipped.exitStatus("edge", "seal", "plant", "--http", edge.http()));
    assertEquals(readings.published(), Readings.readAnew(hub, ALL));
    await("is no longer forked", () -> !isForked());
    assertEquals(0, Shipped.exitStatus("hub", "audit", EDGE, "--http", hub.http()));

    readings.publish(edge, AFTER);
    assertEquals(readings.published(), Readings.readAnew(hub, ALL + AFTER));
  }

  private void start() throws Exception {
    edge.program().start();
    plant.awaitReady(edge);
  }

  private void await(String what, BooleanSupplier condition) throws Exception {
    edge.program().awaitUntil(what, Readings.PATIENCE, condition);
  }

  private static JsonArray streams(Plant.Edge edge) {
    JsonObject status = Plant.status(edge.http());
    return status == null ? new JsonArray() : status.getArray("streams", new JsonArray());
  }

  private boolean isForked() {
    return streams(edge).stream().anyMatch(each -> ((JsonObject) each).getBoolean("forked"));
  }

  private static long end(Plant.Edge edge) {
    return streams(edge).stream().mapToLong(each -> ((JsonObject) each).getLong("end")).sum();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
