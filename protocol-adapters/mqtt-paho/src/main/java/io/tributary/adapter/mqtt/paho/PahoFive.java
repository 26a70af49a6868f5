package io.tributary.adapter.mqtt.paho;

import io.tributary.adapter.mqtt.bridge.Arrival;
import io.tributary.adapter.mqtt.bridge.BrokerClient;
import io.tributary.adapter.mqtt.bridge.BrokerEvents;
import io.tributary.adapter.mqtt.bridge.ConnectionPlan;
import io.tributary.adapter.mqtt.bridge.Departure;
import io.tributary.adapter.mqtt.bridge.TlsParts;
import io.tributary.adapter.mqtt.bridge.Welcome;
import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/// One connection of MQTT 5. Messages come from Paho's callback thread.
final class PahoFive implements BrokerClient {
  /// SUBACK's words for refusals begin here (MQTT 5, section 3.9.3).
  private static final int REFUSED = 0x80;

  /// Retained messages are sent when a subscription is new, not when it is asked for again (section 3.8.3.1).
  private static final int RETAINED_WHEN_NEW = 1;

  private final ConnectionPlan plan;
  private final BrokerEvents events;
  private final GateSocket socket;
  private final DuplicateFlags duplicates = new DuplicateFlags();
  private @Nullable MqttAsyncClient client;

  PahoFive(ConnectionPlan plan, BrokerEvents events) {
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
          new MqttAsyncClient("tcp://" + plan.address(), plan.clientId(), duplicates);
      client = made;
      made.setManualAcks(true);
      made.setCallback(new FromPaho());
      made.connect(options(), null, listener(token -> events.connected(welcome(token))));
    } catch (MqttException e) {
      ended(e);
    }
  }

  /// What is not said has no bound (MQTT 5, section 3.2.2.3).
  private static Welcome welcome(IMqttToken token) {
    Welcome unbounded = Welcome.unbounded(token.getSessionPresent());
    MqttProperties said = token.getResponseProperties();
    if (said == null) {
      return unbounded;
    }
    return new Welcome(
        unbounded.sessionPresent(),
        Objects.requireNonNullElse(said.getReceiveMaximum(), unbounded.receiveMaximum()),
        Objects.requireNonNullElse(said.getMaximumPacketSize(), unbounded.packetBytesMost()),
        Objects.requireNonNullElse(said.getMaximumQoS(), unbounded.qosMost()),
        Objects.requireNonNullElse(said.isRetainAvailable(), unbounded.mayRetain()));
  }

  private MqttConnectionOptions options() {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(plan.cleanStart());
    options.setSessionExpiryInterval(plan.sessionExpirySeconds());
    options.setKeepAliveInterval(Math.toIntExact(plan.keepAlive().toSeconds()));
    options.setConnectionTimeout(Math.toIntExact(plan.connectTimeout().toSeconds()));
    options.setReceiveMaximum(plan.receiveMaximum());
    options.setAutomaticReconnect(false);
    options.setSocketFactory(new OneSocket(socket));
    String user = plan.user();
    if (user != null) {
      options.setUserName(user);
    }
    String password = plan.password();
    if (password != null) {
      options.setPassword(password.getBytes(StandardCharsets.UTF_8));
    }
    return options;
  }

  @Override
  public void subscribe() {
    MqttSubscription[] all =
        plan.subscriptions().stream()
            .map(each -> {
              MqttSubscription one = new MqttSubscription(each.filter(), each.qos());
              if (!each.filter().startsWith("$share/")) {
                one.setRetainHandling(RETAINED_WHEN_NEW);
              }
              return one;
            })
            .toArray(MqttSubscription[]::new);
    MqttAsyncClient dialled = client;
    if (dialled == null) {
      return;
    }
    try {
      dialled.subscribe(all, null, listener(this::subscribed), new MqttProperties());
    } catch (MqttException e) {
      ended(e);
    }
  }

  private void subscribed(IMqttToken token) {
    int[] reasons = token.getReasonCodes();
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < reasons.length; i++) {
      if (reasons[i] >= REFUSED) {
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
    MqttMessage message = new MqttMessage(departure.payload());
    message.setQos(departure.qos());
    message.setRetained(departure.retain());
    MqttProperties properties = new MqttProperties();
    properties.setUserProperties(
        departure.properties().stream()
            .map(each -> new UserProperty(each.name(), each.value()))
            .toList());
    message.setProperties(properties);
    try {
      dialled.publish(
          departure.topic(),
          message,
          null,
          listener(token -> events.departed(departure.number(), reason(token))));
    } catch (MqttException e) {
      ended(e);
    }
  }

  private static int reason(IMqttToken token) {
    int[] reasons = token.getReasonCodes();
    return reasons == null || reasons.length == 0 ? 0 : reasons[0];
  }

  private void ended(@Nullable Throwable trouble) {
    int code = trouble instanceof MqttException e ? e.getReasonCode() : 0;
    events.ended(Words.of(trouble, code));
  }

  /// Paho keeps a publish of QoS 2 until it has answered PUBREL. The bridge has it by now, and there may be many.
  private void forget(int packetId) {
    MqttAsyncClient dialled = client;
    if (dialled == null) {
      return;
    }
    socket.ignore(packetId);
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
    public void disconnected(MqttDisconnectResponse response) {
      MqttException trouble = response.getException();
      if (trouble != null) {
        ended(trouble);
      } else {
        events.ended(
            "the broker ended the connection: reason "
                + response.getReturnCode()
                + ", "
                + response.getReasonString());
      }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      int packetId = message.getId();
      int qos = message.getQos();
      events.arrived(
          new Arrival(
              topic,
              message.getPayload(),
              qos,
              packetId,
              qos == 2 && duplicates.take(packetId),
              properties(message),
              () -> socket.acknowledge(qos == 1 ? Gate.PUBACK : Gate.PUBREC, packetId)));
    }

    private static UserProperties properties(MqttMessage message) {
      List<UserProperty> all = message.getProperties().getUserProperties();
      if (all.isEmpty()) {
        return UserProperties.NONE;
      }
      return name -> {
        String key = new String(name, StandardCharsets.UTF_8);
        for (UserProperty each : all) {
          if (each.getKey().equals(key)) {
            return each.getValue();
          }
        }
        return null;
      };
    }

    @Override
    public void mqttErrorOccurred(MqttException trouble) {
      ended(trouble);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}
  }

  private interface OnSuccess {
    void accept(IMqttToken token);
  }

  private MqttActionListener listener(OnSuccess success) {
    return new MqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        success.accept(token);
      }

      @Override
      public void onFailure(IMqttToken token, @Nullable Throwable trouble) {
        ended(trouble);
      }
    };
  }
}
