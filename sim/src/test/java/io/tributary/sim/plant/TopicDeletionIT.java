package io.tributary.sim.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.Shipped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A hub, an edge, a device and Kafka's own clients: the topic is deleted by the command and by AdminClient, while the
/// edge is connected and while it is not, and comes back with what the edge holds.
@Timeout(300)
class TopicDeletionIT {
  private static final int READINGS = 20;

  @Test
  void aDeletedTopicComesBackWithWhatTheEdgeHolds() throws Exception {
    Readings readings = new Readings();
    List<String> published = readings.published();
    try (Plant plant = new Plant("tributary-deletion-", List.of("press-7"))) {
      Plant.Hub hub = plant.hub("topics: {plant: {partitions: 1}}\nauto-create: false");
      Plant.Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, "press-7", hub.mirror()).mapping("{filter: \"#\", topic: plant}"));
      edge.program().start();
      plant.awaitReady(edge);
      readings.publish(edge, READINGS);
      try (KafkaConsumer<String, String> consumer = Readings.consumer(hub)) {
        assertEquals(published, Readings.read(consumer, READINGS));
        String first = topicId(hub);

        String[] command = {"topic", "delete", Readings.TOPIC, "--http", hub.http()};
        assertEquals(2, Shipped.exitStatusWhenTyping("planet\n", command));
        assertEquals(2, Shipped.exitStatus(command));
        assertEquals(first, topicId(hub));
        assertEquals(0, Shipped.exitStatusWhenTyping(Readings.TOPIC + "\n", command));
        readings.publish(edge, READINGS);
        List<String> all = Readings.readAnew(hub, 2 * READINGS);
        assertEquals(published, all);
        assertNotEquals(first, topicId(hub));
        // The consumer was at the end of the deleted one. It goes on there in the new one, or from
        // the begin.
        List<String> further = Readings.read(consumer, READINGS);
        int from = published.indexOf(further.getFirst());
        assertTrue(from == READINGS || from == 0, further::toString);
        assertEquals(published.subList(from, from + further.size()), further);
      }

      edge.program().kill();
      delete(hub, Readings.TOPIC);
      edge.program().start();
      plant.awaitReady(edge);
      readings.publish(edge, READINGS);
      assertEquals(published, Readings.readAnew(hub, 3 * READINGS));

      ExecutionException reserved = assertFails(() -> delete(hub, "_gaps"));
      assertInstanceOf(InvalidTopicException.class, reserved.getCause());
      ExecutionException unknown = assertFails(() -> delete(hub, "nobody"));
      assertInstanceOf(UnknownTopicOrPartitionException.class, unknown.getCause());
    }
  }

  @Test
  void anEdgeKeepsWhatItHasForATopicThatIsNotCreatedAgain() throws Exception {
    Readings readings = new Readings();
    try (Plant plant = new Plant("tributary-deletion-", List.of("press-7"))) {
      HubPlan plan = HubPlan.of(plant, "auto-create: false\n");
      Plant.Hub hub = plant.unstartedHub(plan.more("topics: {plant: {partitions: 1}}\n"));
      hub.program().start();
      plant.awaitReady(hub);
      Plant.Edge edge =
          plant.unstartedEdge(
              EdgePlan.of(plant, "press-7", hub.mirror()).mapping("{filter: \"#\", topic: plant}"));
      edge.program().start();
      plant.awaitReady(edge);
      readings.publish(edge, READINGS);
      assertEquals(readings.published(), Readings.readAnew(hub, READINGS));
      hub.program().terminate();

      hub = plant.unstartedHub(plan);
      hub.program().start();
      plant.awaitReady(hub);
      assertEquals(0, delete(hub));
      readings.publish(edge, READINGS);
      edge.program().awaitUntil("refused", Readings.PATIENCE, () -> isRefused(edge));
      hub.program().terminate();

      hub = plant.unstartedHub(plan.more("topics: {plant: {partitions: 1}}\n"));
      hub.program().start();
      plant.awaitReady(hub);
      assertEquals(readings.published(), Readings.readAnew(hub, 2 * READINGS));
    }
  }

  private static boolean isRefused(Plant.Edge edge) {
    JsonObject status = Plant.status(edge.http());
    return status != null
        && status.getArray("streams").stream()
            .anyMatch(each -> ((JsonObject) each).getString("state").startsWith("refused"));
  }

  private interface Deed {
    void run() throws Exception;
  }

  private static ExecutionException assertFails(Deed deed) throws Exception {
    try {
      deed.run();
    } catch (ExecutionException expected) {
      return expected;
    }
    throw new AssertionError("it went well");
  }

  /// By the command, as a person starts it.
  private static int delete(Plant.Hub hub) throws Exception {
    return Shipped.exitStatus("topic", "delete", Readings.TOPIC, "--http", hub.http(), "--yes");
  }

  /// By Kafka's AdminClient.
  private static void delete(Plant.Hub hub, String topic) throws Exception {
    try (Admin admin = admin(hub)) {
      admin.deleteTopics(List.of(topic)).all().get(Readings.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static String topicId(Plant.Hub hub) throws Exception {
    try (Admin admin = admin(hub)) {
      return admin
          .describeTopics(List.of(Readings.TOPIC))
          .allTopicNames()
          .get(Readings.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .get(Readings.TOPIC)
          .topicId()
          .toString();
    }
  }

  private static Admin admin(Plant.Hub hub) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, hub.kafka()));
  }
}
