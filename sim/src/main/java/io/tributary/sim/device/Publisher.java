package io.tributary.sim.device;

import io.tributary.sim.oracle.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// Publishes as a device does, with Eclipse Paho over MQTT 3.1.1 and a persistent session, and
/// writes every acknowledgement into a ledger. It reconnects for ever; what was under way then is
/// published again by Paho with its packet id.
public final class Publisher implements AutoCloseable {
  private static final Duration RECONNECT_PAUSE = Duration.ofMillis(200);
  private static final int CONNECT_TIMEOUT_S = 5;
  private static final int KEEP_ALIVE_S = 10;

  private final MqttAsyncClient client;
  private final MqttConnectOptions options;
  private final String mqttTopic;
  private final int qos;
  private final int window;
  private final Ledger.Recorder ledger;
  private final Semaphore inFlight;
  private final Map<Long, String> unacknowledged = new ConcurrentSkipListMap<>();
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong reconnects = new AtomicLong();
  private volatile boolean closed;

  /// @param address `HOST:PORT` of the MQTT endpoint
  /// @param window how many publishes may wait for their acknowledgement
  public Publisher(
      String address,
      String clientId,
      String mqttTopic,
      int qos,
      int window,
      Ledger.Recorder ledger)
      throws MqttException {
    this.mqttTopic = mqttTopic;
    this.qos = qos;
    this.window = window;
    this.ledger = ledger;
    this.inFlight = new Semaphore(window);
    this.client = new MqttAsyncClient("tcp://" + address, clientId, new MemoryPersistence());
    this.options = new MqttConnectOptions();
    options.setCleanSession(false);
    options.setMaxInflight(window);
    options.setConnectionTimeout(CONNECT_TIMEOUT_S);
    options.setKeepAliveInterval(KEEP_ALIVE_S);
    client.setCallback(new Reconnecting());
    Thread.ofVirtual().name("device-connect").start(this::connect);
  }

  /// Publishes one reading; waits while the window is full or the endpoint away.
  public void publish(long seq, String payload) throws InterruptedException, MqttException {
    publish(seq, payload, payload);
  }

  /// As above, with something shorter than the payload for the ledger.
  public void publish(long seq, String payload, String noted)
      throws InterruptedException, MqttException {
    publish(seq, mqttTopic, payload, noted);
  }

  /// As above, to another topic than the others.
  public void publish(long seq, String topic, String payload, String noted)
      throws InterruptedException, MqttException {
    inFlight.acquire();
    unacknowledged.put(seq, noted);
    MqttMessage reading = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
    reading.setQos(qos);
    while (true) {
      try {
        client.publish(topic, reading, seq, new Acknowledging());
        published.incrementAndGet();
        return;
      } catch (MqttException e) {
        boolean passes =
            e.getReasonCode() == MqttException.REASON_CODE_CLIENT_NOT_CONNECTED
                || e.getReasonCode() == MqttException.REASON_CODE_CLIENT_DISCONNECTING
                || e.getReasonCode() == MqttException.REASON_CODE_CONNECTION_LOST
                || e.getReasonCode() == MqttException.REASON_CODE_MAX_INFLIGHT;
        if (!passes) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  /// Waits until everything that was published is acknowledged; false when `patience` ended first.
  public boolean settle(Duration patience) throws InterruptedException {
    boolean all = inFlight.tryAcquire(window, patience.toMillis(), TimeUnit.MILLISECONDS);
    if (all) {
      inFlight.release(window);
    }
    return all;
  }

  public long published() {
    return published.get();
  }

  public long acknowledged() {
    return ledger.acked();
  }

  public long reconnects() {
    return reconnects.get();
  }

  private void connect() {
    while (!closed) {
      try {
        client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(CONNECT_TIMEOUT_S));
        return;
      } catch (MqttException e) {
        if (e.getReasonCode() == MqttException.REASON_CODE_CLIENT_CONNECTED) {
          return;
        }
      }
      try {
        Thread.sleep(RECONNECT_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void acknowledged(long seq) {
    String payload = unacknowledged.remove(seq);
    if (payload == null) {
      return; // told twice, by the token and after the reconnect
    }
    try {
      ledger.ack(seq, payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    inFlight.release();
  }

  private final class Acknowledging implements IMqttActionListener {
    @Override
    public void onSuccess(IMqttToken token) {
      acknowledged((Long) token.getUserContext());
    }

    @Override
    public void onFailure(IMqttToken token, Throwable cause) {
      // A lost connection: Paho keeps the publish and sends it again after the reconnect.
    }
  }

  private final class Reconnecting implements MqttCallback {
    @Override
    public void connectionLost(Throwable cause) {
      reconnects.incrementAndGet();
      try {
        for (long seq : unacknowledged.keySet()) {
          ledger.again(seq);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread.ofVirtual().name("device-connect").start(Publisher.this::connect);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      // A publisher subscribes to nothing.
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      if (token.getUserContext() instanceof Long seq) {
        acknowledged(seq);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      if (client.isConnected()) {
        client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(CONNECT_TIMEOUT_S));
      }
      client.close(true);
    } catch (MqttException e) {
      throw new IOException(e);
    } finally {
      ledger.close();
    }
  }
}
