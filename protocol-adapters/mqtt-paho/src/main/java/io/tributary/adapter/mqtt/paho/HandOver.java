package io.tributary.adapter.mqtt.paho;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import org.eclipse.paho.client.mqttv3.MqttClientPersistence;
import org.eclipse.paho.client.mqttv3.MqttPersistable;
import org.eclipse.paho.client.mqttv3.MqttPersistenceException;
import org.jspecify.annotations.Nullable;

/// What Paho's MQTT 3.1.1 client takes for its persistence. It puts a QoS 2 publish there when it comes in, and gives it to its
/// callback only after PUBREL, when the broker has it no more: so the bridge takes it here. Nothing is kept; the journal does that.
final class HandOver implements MqttClientPersistence {
  /// Takes a QoS 2 publish.
  interface Taker {
    /// Answers false when the connection is over.
    boolean take(String topic, byte[] payload, int packetId, boolean duplicate);
  }

  private static final String RECEIVED = "r-";
  private static final int TYPE_PUBLISH = 3;

  private final Taker taker;

  HandOver(Taker taker) {
    this.taker = taker;
  }

  @Override
  public void put(String key, MqttPersistable packet) throws MqttPersistenceException {
    byte[] header = packet.getHeaderBytes();
    int at = packet.getHeaderOffset();
    int flags = header[at] & 0x0f;
    if (!key.startsWith(RECEIVED) || (header[at] >>> 4 & 0x0f) != TYPE_PUBLISH) {
      return;
    }
    do {
      at++;
    } while (header[at] < 0); // the remaining length
    at++;
    int topicLength = ((header[at] & 0xff) << 8) | (header[at + 1] & 0xff);
    String topic = new String(header, at + 2, topicLength, StandardCharsets.UTF_8);
    at += 2 + topicLength;
    int packetId = ((header[at] & 0xff) << 8) | (header[at + 1] & 0xff);
    int from = packet.getPayloadOffset();
    byte[] payload = new byte[packet.getPayloadLength()];
    if (payload.length > 0) {
      System.arraycopy(packet.getPayloadBytes(), from, payload, 0, payload.length);
    }
    if (!taker.take(topic, payload, packetId, (flags & 8) != 0)) {
      throw new MqttPersistenceException(new IllegalStateException("the connection is over"));
    }
  }

  @Override
  public void open(String clientId, String serverUri) {}

  @Override
  public void close() {}

  @Override
  public @Nullable MqttPersistable get(String key) {
    return null;
  }

  @Override
  public void remove(String key) {}

  @Override
  public Enumeration<String> keys() {
    return Collections.emptyEnumeration();
  }

  @Override
  public void clear() {}

  @Override
  public boolean containsKey(String key) {
    return false;
  }
}
