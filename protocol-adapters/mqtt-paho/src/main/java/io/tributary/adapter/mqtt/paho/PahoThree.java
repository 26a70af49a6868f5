package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.Arrival;
import io.tributary.adapter.mqtt.bridge.BrokerClient;
import io.tributary.adapter.mqtt.bridge.BrokerEvents;
import io.tributary.adapter.mqtt.bridge.ConnectionPlan;
import io.tributary.adapter.mqtt.bridge.Departure;
import io.tributary.adapter.mqtt.bridge.Subscription;
import io.tributary.adapter.mqtt.bridge.TlsParts;
import io.tributary.adapter.mqtt.bridge.Welcome;
import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.jspecify.annotations.Nullable;

/// One connection of MQTT 3.1.1. Messages of QoS 0 and 1 come from Paho's callback thread, those of QoS 2 from its receiving thread.
final class PahoThree implements BrokerClient {
  /// SUBACK's word for a refusal (MQTT 3.1.1, section 3.9.3).
  private static final int REFUSED = 0x80;

  private final ConnectionPlan plan;
  private final BrokerEvents events;
  private final GateSocket socket;
  private @Nullable MqttAsyncClient client;

  PahoThree(ConnectionPlan plan, BrokerEvents events) {
    this.plan = plan;
    this.events = events;
    TlsParts tls = plan.tls();
    this.socket =
        new GateSocket(
            tls == null ? null : tls.context(), plan.serverName(), this::forget, this::released);
  }

  @Override
  public void dial() {
    try {
      MqttAsyncClient made =
          new MqttAsyncClient(
              "tcp://" + plan.address(), plan.clientId(), new HandOver(this::arrivedOnce));
      client = made;
      made.setManualAcks(true);
      made.setCallback(new FromPaho());
      made.connect(
          options(),
          null,
          listener(
              token -> events.connected(Welcome.unbounded(token.getSessionPresent())),
              this::ended));
    } catch (MqttException e) {
      ended(e);
    }
  }

  private MqttConnectOptions options() {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(plan.cleanStart());
    options.setKeepAliveInterval(Math.toIntExact(plan.keepAlive().toSeconds()));
    options.setConnectionTimeout(Math.toIntExact(plan.connectTimeout().toSeconds()));
    options.setMaxInflight(Math.max(1, plan.sendMaximum()));
    options.setAutomaticReconnect(false);
    options.setSocketFactory(new OneSocket(socket));
    String user = plan.user();
    if (user != null) {
      options.setUserName(user);
    }
    String password = plan.password();
    if (password != null) {
      options.setPassword(password.toCharArray());
    }
    return options;
  }

  @Override
  public void subscribe() {
    List<Subscription> all = plan.subscriptions();
    String[] filters = all.stream().map(Subscription::filter).toArray(String[]::new);
    int[] qos = all.stream().mapToInt(Subscription::qos).toArray();
    MqttAsyncClient dialled = client;
    if (dialled == null) {
      return;
    }
    try {
      dialled.subscribe(filters, qos, null, listener(this::subscribed, this::ended));
    } catch (MqttException e) {
      ended(e);
    }
  }

  private void subscribed(IMqttToken token) {
    int[] granted = token.getGrantedQos();
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < granted.length; i++) {
      if (granted[i] == REFUSED) {
        refused.add(plan.subscriptions().get(i).filter());
      }
    }
    events.subscribed(refused);
  }

  @Override
  public void publish(Departure departure) {
    MqttAsyncClient dialled = client;
    if (dialled == null) {
      return;
    }
    try {
      dialled.publish(
          departure.topic(),
          departure.payload(),
          departure.qos(),
          departure.retain(),
          null,
          listener(token -> events.departed(departure.number(), 0), this::ended));
    } catch (MqttException e) {
      ended(e);
    }
  }

  private void ended(@Nullable Throwable trouble) {
    int code = trouble instanceof MqttException e ? e.getReasonCode() : 0;
    events.ended(Words.of(trouble, code));
  }

  private boolean arrivedOnce(String topic, byte[] payload, int packetId, boolean duplicate) {
    return events.arrived(
        new Arrival(
            topic,
            payload,
            2,
            packetId,
            duplicate,
            UserProperties.NONE,
            () -> socket.acknowledge(Gate.PUBREC, packetId)));
  }

  /// Paho keeps a publish of QoS 2 until PUBREL comes. The bridge has it by now, and there may be many.
  private void forget(int packetId) {
    socket.ignore(packetId);
    forgetReleased(packetId);
  }

  /// PUBREL was faster. Paho forgets, and its PUBCOMP ends at the gate, which tells the bridge.
  private void forgetReleased(int packetId) {
    MqttAsyncClient dialled = client;
    if (dialled == null) {
      return;
    }
    try {
      dialled.messageArrivedComplete(packetId, 2);
    } catch (MqttException e) {
      ended(e);
    }
  }

  private void released(int packetId) {
    events.released(packetId, () -> socket.acknowledge(Gate.PUBCOMP, packetId));
  }

  @Override
  public void close() {
    socket.close(); // Paho's threads find out, and end
  }

  private final class FromPaho implements MqttCallback {
    @Override
    public void connectionLost(@Nullable Throwable cause) {
      ended(cause);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      int packetId = message.getId();
      if (message.getQos() == 2) {
        forgetReleased(packetId);
        return;
      }
      events.arrived(
          new Arrival(
              topic,
              message.getPayload(),
              message.getQos(),
              packetId,
              message.isDuplicate(),
              UserProperties.NONE,
              () -> socket.acknowledge(Gate.PUBACK, packetId)));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }

  private interface OnSuccess {
    void accept(IMqttToken token);
  }

  private interface OnFailure {
    void accept(@Nullable Throwable trouble);
  }

  private static IMqttActionListener listener(OnSuccess success, OnFailure failure) {
    return new IMqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        success.accept(token);
      }

      @Override
      public void onFailure(IMqttToken token, @Nullable Throwable trouble) {
        failure.accept(trouble);
      }
    };
  }
}
