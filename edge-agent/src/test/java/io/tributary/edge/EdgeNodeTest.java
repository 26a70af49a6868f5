package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole edge in this process, with a real MQTT client before it.
final class EdgeNodeTest {
  @TempDir private Path directory;

  private int mqttPort = EdgeBed.freePort();

  @Test
  void keepsWhatItAcknowledgedOverARestart() throws Exception {
    try (EdgeNode node = start("")) {
      publish("sensors/m1/temperature", "{\"ts\":1,\"value\":2}", 2);
      publish("sensors/m1/temperature", "{\"ts\":2,\"value\":3}", 1);
      EdgeStatus.StreamStatus stream = node.status().streams().get(0);
      assertEquals("temperature", stream.topic());
      assertEquals(2, stream.end());
      assertEquals(2, stream.lagRecords());
      assertEquals("no-hub", node.status().connection().state());
    }
    takeAnotherPort();
    try (EdgeNode node = start("")) {
      assertEquals(2, node.status().streams().get(0).end());
      publish("sensors/m1/temperature", "{\"ts\":3,\"value\":4}", 1);
      assertEquals(3, node.status().streams().get(0).end());
    }
  }

  @Test
  void keepsWhatItHasWithoutItsIdentityAndInAnotherMachine() throws Exception {
    String incarnation;
    try (EdgeNode node = start("")) {
      publish("sensors/m1/temperature", "{\"ts\":1,\"value\":2}", 1);
      incarnation = node.status().incarnation();
    }
    Path identity = directory.resolve(NodeIdentity.FILE);
    String text = Files.readString(identity);
    List<String> others =
        List.of(
            text.replaceAll("machine=.*", "machine=another"),
            text.replaceAll("incarnation=.*", "incarnation=" + UUID.randomUUID()),
            "");
    long end = 1;
    for (String other : others) {
      Files.writeString(identity, other);
      takeAnotherPort();
      try (EdgeNode node = start("")) {
        assertEquals(incarnation, node.status().incarnation(), other);
        assertEquals(end, node.status().streams().get(0).end(), other);
        publish("sensors/m1/temperature", "{\"ts\":2,\"value\":3}", 1);
        end++;
        assertEquals(end, node.status().streams().get(0).end(), other);
      }
    }
    assertTrue(Files.readString(identity).contains(incarnation));
  }

  @Test
  void anotherEdgesDirectoryIsRefusedInWords() throws Exception {
    start("").close();
    Path identity = directory.resolve(NodeIdentity.FILE);
    Files.writeString(identity, Files.readString(identity).replace("edge=e1", "edge=e2"));
    String text = String.valueOf(assertThrows(IOException.class, () -> start("")).getMessage());
    assertTrue(text.contains("belongs to the edge 'e2'") && text.contains("'edge: e1'"), text);
  }

  @Test
  void tellsItsStatusOverHttp() throws Exception {
    try (EdgeNode node = start("hub: {address: '127.0.0.1:1'}\n")) {
      String text =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://127.0.0.1:" + node.httpAddress().getPort() + "/status"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
              .body();
      assertTrue(text.contains("\"edge\":\"e1\"") && text.contains("\"insecure\":true"), text);
    }
  }

  @Test
  void twoAgentsNeverShareADirectory() throws Exception {
    EdgeNode first = start("");
    try (first) {
      String text = String.valueOf(assertThrows(IOException.class, () -> start("")).getMessage());
      assertTrue(text.contains("in use by another process"), text);
    }
  }

  @Test
  void aPortInUseIsNamedAndTakenWhenItIsFree() throws Exception {
    ServerSocket taken = new ServerSocket(mqttPort, 1, InetAddress.getLoopbackAddress());
    try (taken;
        EdgeNode node = start("")) {
      EdgeStatus.AdapterState mqtt = node.status().adapters().get(0);
      assertTrue(mqtt.state().startsWith("NOT WORKING"), mqtt.state());
      assertTrue(mqtt.state().contains(String.valueOf(mqttPort)), mqtt.state());
      assertFalse(node.health().isWell());
      taken.close();
      EdgeBed.eventually(() -> node.health().isWell());
      assertEquals(1, node.status().adapters().get(0).counters().get("restarts"));
    }
  }

  @Test
  void aQuotaThatIsTooSmallForAClassIsRefusedInWords() throws Exception {
    String small = "quota: 2MiB\ntopics: {alarms: {class: alarm}}\n";
    String text = String.valueOf(assertThrows(IOException.class, () -> start(small)).getMessage());
    assertTrue(text.contains("class alarm") && text.contains("2097152 B: set `quota`"), text);
    start("").close();
  }

  private EdgeNode start(String more) throws Exception {
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge: e1
            data-dir: %s
            http: {listen: "127.0.0.1:0"}
            adapters:
              mqtt:
                listen: 127.0.0.1:%d
                mappings: [{filter: sensors/+/temperature, topic: temperature, timestamp: "json:ts"}]
            %s
            """
                .formatted(directory, mqttPort, more));
    EdgeConfig config = EdgeConfig.of(root, StartCommand.adapterTypes());
    root.finish();
    return EdgeNode.start(config, bug -> fail(bug));
  }

  private void publish(String topic, String payload, int qos) throws MqttException {
    try (MqttClient client =
        new MqttClient("tcp://127.0.0.1:" + mqttPort, "test", new MemoryPersistence())) {
      client.connect();
      client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), qos, false);
      client.disconnect();
    }
  }

  private void takeAnotherPort() {
    mqttPort = EdgeBed.freePort();
  }
}
