package io.tributary.adapter.mqtt.paho;

import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.mqttv5.client.MqttClientPersistence;
import org.eclipse.paho.mqttv5.common.MqttPersistable;
import org.eclipse.paho.mqttv5.common.MqttPersistenceException;
import org.jspecify.annotations.Nullable;

/// What Paho's MQTT 5 client takes for its persistence. The message that its callback is given has lost the flag DUP; the packet that is
/// put here, just before, has it. Nothing else is kept; the journal does that.
///
/// Paho's receiving thread puts, its callback thread asks. An identifier is not used twice at a time.
final class DuplicateFlags implements MqttClientPersistence {
  private static final String RECEIVED = "r-";
  private static final int DUP = 8;

  private final Set<Integer> duplicates = ConcurrentHashMap.newKeySet();

  /// Whether the QoS 2 publish that came last with this identifier had the flag; asked once.
  boolean take(int packetId) {
    return duplicates.remove(packetId);
  }

  @Override
  public void put(String key, MqttPersistable packet) throws MqttPersistenceException {
    if (key.startsWith(RECEIVED)
        && (packet.getHeaderBytes()[packet.getHeaderOffset()] & DUP) != 0) {
      duplicates.add(Integer.parseInt(key.substring(RECEIVED.length())));
    }
  }

  @Override
  public void open(String clientId) {}

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
