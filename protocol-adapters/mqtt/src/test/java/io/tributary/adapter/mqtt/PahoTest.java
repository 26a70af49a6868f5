package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.StateEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.client.mqttv3.persist.MqttDefaultFilePersistence;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Other people's clients against the endpoint.
class PahoTest {
  private static final int READINGS = 2000;
  private static final long PATIENCE_MS = Bed.PATIENCE.toMillis();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void version3PublishesInOrder(int qos) throws Exception {
    try (Bed bed = Bed.of("")) {
      MqttAsyncClient client = new MqttAsyncClient(bed.uri(), "paho3", new MemoryPersistence());
      client.connect(options(true)).waitForCompletion(PATIENCE_MS);
      List<IMqttDeliveryToken> tokens = new ArrayList<>();
      for (int i = 0; i < READINGS; i++) {
        tokens.add(client.publish("t/x", Bed.bytes("v" + i), qos, false));
      }
      for (IMqttDeliveryToken token : tokens) {
        token.waitForCompletion(PATIENCE_MS);
      }
      client.disconnect().waitForCompletion(PATIENCE_MS);
      client.close();
      Bed.eventually("all came", () -> bed.values("t").size() == READINGS);
      assertEquals(expected(READINGS), bed.values("t"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void version5PublishesInOrder(int qos) throws Exception {
    try (Bed bed = Bed.of("receive-maximum: 50\n")) {
      var client =
          new org.eclipse.paho.mqttv5.client.MqttAsyncClient(
              bed.uri(), "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      client.connect(new MqttConnectionOptions()).waitForCompletion(PATIENCE_MS);
      List<IMqttToken> tokens = new ArrayList<>();
      for (int i = 0; i < READINGS; i++) {
        tokens.add(client.publish("t/x", Bed.bytes("v" + i), qos, false));
        // Paho answers 32202 (too many publishes in progress) instead of waiting for its window.
        if (tokens.size() >= 40) {
          for (IMqttToken token : tokens) {
            token.waitForCompletion(PATIENCE_MS);
          }
          tokens.clear();
          Bed.eventually("its window is free", () -> client.getInFlightMessageCount() == 0);
        }
      }
      client.disconnect().waitForCompletion(PATIENCE_MS);
      client.close();
      Bed.eventually("all came", () -> bed.values("t").size() == READINGS);
      assertEquals(expected(READINGS), bed.values("t"));
    }
  }

  @Test
  void version5BringsUserPropertiesAndIsGivenAName() throws Exception {
    try (Bed bed = Bed.of("")) {
      var client =
          new org.eclipse.paho.mqttv5.client.MqttAsyncClient(
              bed.uri(), "", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      IMqttToken connected = client.connect(new MqttConnectionOptions());
      connected.waitForCompletion(PATIENCE_MS);
      String name = connected.getResponseProperties().getAssignedClientIdentifier();
      assertTrue(name.startsWith("assigned-"), name);
      MqttProperties properties = new MqttProperties();
      properties.setUserProperties(List.of(new UserProperty("time", "2013-12-02T21:15:00Z")));
      MqttMessage publish = new MqttMessage(Bed.bytes("x"), 1, false, properties);
      client.publish("props", publish).waitForCompletion(PATIENCE_MS);
      client.disconnect().waitForCompletion(PATIENCE_MS);
      client.close();
      assertEquals(1386018900000L, bed.readings("props").get(0).timestampMs());
      assertEquals(name, Bed.text(bed.readings("props").get(0).key()));
    }
  }

  @Test
  void version3FindsItsSessionInTheNextLifeOfTheEdgeAndFinishesItsPublishes(@TempDir Path directory)
      throws Exception {
    var persistence = new MqttDefaultFilePersistence(directory.toString());
    List<StateEntry> disk;
    try (Bed bed = Bed.of("")) {
      MqttAsyncClient client = new MqttAsyncClient("tcp://edge:1883", "paho3", persistence);
      client.connect(options(false, bed)).waitForCompletion(PATIENCE_MS);
      client.publish("t/x", Bed.bytes("v0"), 2, false).waitForCompletion(PATIENCE_MS);
      bed.outlet.hold("normal");
      client.publish("t/x", Bed.bytes("v1"), 2, false);
      Bed.eventually("it waits", () -> bed.outlet.pending("normal") > 0);
      bed.endpoint.close();
      bed.outlet.go("normal");
      Bed.eventually("it is durable", () -> bed.values("t").size() == 2);
      disk = bed.outlet.state();
      client.close(true);
    }
    try (Bed bed = Bed.of("", disk)) {
      MqttAsyncClient client = new MqttAsyncClient("tcp://edge:1883", "paho3", persistence);
      var connected = client.connect(options(false, bed));
      connected.waitForCompletion(PATIENCE_MS);
      assertTrue(connected.getSessionPresent());
      client.publish("t/x", Bed.bytes("v2"), 2, false).waitForCompletion(PATIENCE_MS);
      Bed.eventually("nothing is left", () -> bed.outlet.state().size() == 1);
      client.disconnect().waitForCompletion(PATIENCE_MS);
      client.close();
      assertEquals(List.of("v2"), bed.values("t"));
    }
  }

  @Test
  void version3SubscribesAndIsSentWhatItAskedFor() throws Exception {
    try (Bed bed = Bed.of("")) {
      MqttAsyncClient client = new MqttAsyncClient(bed.uri(), "paho3", new MemoryPersistence());
      client.connect(options(true)).waitForCompletion(PATIENCE_MS);
      List<String> came = new CopyOnWriteArrayList<>();
      var token = client.subscribe("t/#", 2, (topic, message) -> came.add(topic + "=" + message));
      token.waitForCompletion(PATIENCE_MS);
      assertArrayEquals(new int[] {2}, token.getGrantedQos());
      for (int qos = 0; qos <= 2; qos++) {
        client
            .publish("t/q" + qos, Bed.bytes("v" + qos), qos, false)
            .waitForCompletion(PATIENCE_MS);
      }
      Bed.eventually("all came", () -> came.size() == 3);
      assertEquals(List.of("t/q0=v0", "t/q1=v1", "t/q2=v2"), came);
      client.disconnect().waitForCompletion(PATIENCE_MS);
      client.close();
    }
  }

  @Test
  void theWillOfAVersion3ClientIsPublished() throws Exception {
    try (Bed bed = Bed.of("")) {
      MqttAsyncClient client = new MqttAsyncClient(bed.uri(), "paho3", new MemoryPersistence());
      MqttConnectOptions options = options(true);
      options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
      options.setWill("t/will", Bed.bytes("gone"), 1, false);
      client.connect(options).waitForCompletion(PATIENCE_MS);
      client.disconnectForcibly(0, PATIENCE_MS, false);
      Bed.eventually("it is published", () -> bed.values("t").equals(List.of("gone")));
      client.close();
    }
  }

  @Test
  void manyClientsEachKeepTheirOrder() throws Exception {
    int clients = 10;
    int each = 200;
    try (Bed bed = Bed.of("")) {
      List<MqttAsyncClient> all = new ArrayList<>();
      List<IMqttDeliveryToken> tokens = new ArrayList<>();
      for (int c = 0; c < clients; c++) {
        MqttAsyncClient client =
            new MqttAsyncClient(bed.uri(), "paho-" + c, new MemoryPersistence());
        client.connect(options(true)).waitForCompletion(PATIENCE_MS);
        all.add(client);
      }
      for (int i = 0; i < each; i++) {
        for (int c = 0; c < clients; c++) {
          tokens.add(all.get(c).publish("t/" + c, Bed.bytes(c + ":" + i), 1 + i % 2, false));
        }
      }
      for (IMqttDeliveryToken token : tokens) {
        token.waitForCompletion(PATIENCE_MS);
      }
      for (int c = 0; c < clients; c++) {
        String mine = c + ":";
        List<String> values = bed.values("t").stream().filter(v -> v.startsWith(mine)).toList();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < each; i++) {
          expected.add(mine + i);
        }
        assertEquals(expected, values);
        all.get(c).disconnect().waitForCompletion(PATIENCE_MS);
        all.get(c).close();
      }
    }
  }

  private static MqttConnectOptions options(boolean cleanSession) {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setCleanSession(cleanSession);
    options.setMaxInflight(READINGS);
    return options;
  }

  /// The client's persistence goes by the address it was made with, which is not where this edge listens.
  private static MqttConnectOptions options(boolean cleanSession, Bed bed) {
    MqttConnectOptions options = options(cleanSession);
    options.setServerURIs(new String[] {bed.uri()});
    return options;
  }

  private static List<String> expected(int count) throws IOException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      expected.add("v" + i);
    }
    return expected;
  }
}
