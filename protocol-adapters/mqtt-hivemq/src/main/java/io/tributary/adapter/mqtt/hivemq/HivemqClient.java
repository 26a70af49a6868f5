package io.tributary.adapter.mqtt.hivemq;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.reactivex.disposables.Disposable;
import io.reactivex.processors.UnicastProcessor;
import io.reactivex.schedulers.Schedulers;
import io.tributary.adapter.mqtt.bridge.Arrival;
import io.tributary.adapter.mqtt.bridge.BrokerClient;
import io.tributary.adapter.mqtt.bridge.BrokerEvents;
import io.tributary.adapter.mqtt.bridge.ConnectionPlan;
import io.tributary.adapter.mqtt.bridge.Departure;
import io.tributary.adapter.mqtt.bridge.Subscription;
import io.tributary.adapter.mqtt.bridge.TlsParts;
import io.tributary.adapter.mqtt.bridge.Welcome;
import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// One connection of MQTT 5. The bridge's thread calls it; what the library tells comes on the event loop's thread, and messages go
/// from there to the bridge by the {@link HandOver}.
final class HivemqClient implements BrokerClient {
  /// Reasons of the standard (MQTT 5, section 2.4), for what the library refuses in the broker's stead.
  private static final int TOPIC_NAME_INVALID = 0x90;

  private static final int PACKET_TOO_LARGE = 0x95;

  private final ConnectionPlan plan;
  private final BrokerEvents events;
  private final Gate gate;
  private final HandOver handOver;
  private final AtomicBoolean toldEnd = new AtomicBoolean();
  private @Nullable Loop loop;
  private @Nullable Mqtt5RxClient client;
  private @Nullable Disposable arrivals;

  /// The event loop's thread only.
  private @Nullable Disposable answers;

  /// What is to be sent. The library takes it by its loop; how much lies here is the bridge's window.
  private final UnicastProcessor<Mqtt5Publish> departures = UnicastProcessor.create();

  /// The numbers of those without an answer, by the library's object.
  private final Map<Mqtt5Publish, Long> underWay =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /// The numbers of those whose PUBREC has come, by packet identifier. The event loop's thread only.
  private final Map<Integer, Long> uncompleted = new HashMap<>();

  HivemqClient(ConnectionPlan plan, BrokerEvents events) {
    this.plan = plan;
    this.events = events;
    this.gate = new Gate(plan.receiveMaximum(), this::released, this::completed);
    this.handOver = new HandOver(events::arrived, gate::pause, this::resume);
  }

  @Override
  public void dial() {
    String thread = "hivemq-" + plan.clientId();
    Loop own = new Loop(thread, this::prepare);
    loop = own;
    Thread.ofPlatform().daemon().name(thread + "-hand-over").start(handOver);
    Mqtt5RxClient made = build(own);
    client = made;
    // Before CONNECT: what a session held comes right behind CONNACK, and a publish that no flow
    // waits for is acknowledged unseen.
    arrivals =
        made.publishes(MqttGlobalPublishFilter.ALL, true).subscribe(this::arrived, this::ended);
    Disposable unused = made.connect(connect()).subscribe(ack -> connected(made, ack), this::ended);
  }

  /// The library takes what is to be sent only from here on.
  private void connected(Mqtt5RxClient at, Mqtt5ConnAck ack) {
    answers = at.publish(departures).subscribe(this::departed, this::ended);
    events.connected(welcome(ack));
  }

  private static Welcome welcome(Mqtt5ConnAck ack) {
    Mqtt5ConnAckRestrictions bounds = ack.getRestrictions();
    return new Welcome(
        ack.isSessionPresent(),
        bounds.getReceiveMaximum(),
        bounds.getMaximumPacketSize(),
        bounds.getMaximumQos().getCode(),
        bounds.isRetainAvailable());
  }

  private Mqtt5RxClient build(Loop own) {
    Mqtt5ClientBuilder builder =
        Mqtt5Client.builder()
            .identifier(plan.clientId())
            .transportConfig()
            .serverHost(plan.address().host())
            .serverPort(plan.address().port())
            .socketConnectTimeout(plan.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .mqttConnectTimeout(plan.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .applyTransportConfig()
            .executorConfig()
            .nettyExecutor(own)
            .nettyThreads(1)
            // All that it calls, it calls on the loop: what the gate has read belongs to the
            // publish that comes.
            .applicationScheduler(Schedulers.trampoline())
            .applyExecutorConfig()
            .addDisconnectedListener(end -> ended(end.getCause()));
    return builder.buildRx();
  }

  private Mqtt5Connect connect() {
    var connect =
        Mqtt5Connect.builder()
            .cleanStart(plan.cleanStart())
            .sessionExpiryInterval(plan.sessionExpirySeconds())
            .keepAlive(Math.toIntExact(plan.keepAlive().toSeconds()))
            .restrictions()
            .receiveMaximum(Gate.LIBRARYS_RECEIVE_MAXIMUM)
            .sendMaximum(Math.max(1, plan.sendMaximum()))
            .applyRestrictions();
    String user = plan.user();
    if (user == null) {
      return connect.build();
    }
    Mqtt5SimpleAuthBuilder.Complete login = Mqtt5SimpleAuth.builder().username(user);
    String password = plan.password();
    if (password != null) {
      login = login.password(password.getBytes(StandardCharsets.UTF_8));
    }
    return connect.simpleAuth(login.build()).build();
  }

  /// Puts TLS and the gate before the library's handlers.
  private void prepare(Channel channel) {
    channel.pipeline().addFirst(new Packets(), gate);
    TlsParts tls = plan.tls();
    if (tls != null) {
      SSLEngine engine = tls.context().createSSLEngine(plan.serverName(), plan.address().port());
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      SslHandler handler = new SslHandler(engine);
      handler.setHandshakeTimeoutMillis(plan.connectTimeout().toMillis());
      channel.pipeline().addFirst(handler);
    }
  }

  @Override
  public void subscribe() {
    Mqtt5RxClient dialled = client;
    if (dialled == null) {
      return;
    }
    Disposable unused =
        dialled
            .subscribe(Mqtt5Subscribe.builder().addSubscriptions(subscriptions()).build())
            .subscribe(
                this::subscribed,
                trouble -> {
                  if (trouble instanceof Mqtt5SubAckException refused) { // all of them
                    subscribed(refused.getMqttMessage());
                  } else {
                    ended(trouble);
                  }
                });
  }

  private List<Mqtt5Subscription> subscriptions() {
    List<Mqtt5Subscription> all = new ArrayList<>();
    for (Subscription each : plan.subscriptions()) {
      boolean isShared = each.filter().startsWith("$share/");
      all.add(
          Mqtt5Subscription.builder()
              .topicFilter(each.filter())
              .qos(qos(each.qos()))
              // A shared one gets no retained messages (section 4.8.2).
              .retainHandling(
                  isShared
                      ? Mqtt5RetainHandling.SEND
                      : Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
              .build());
    }
    return all;
  }

  private static MqttQos qos(int code) {
    return switch (code) {
      case 0 -> MqttQos.AT_MOST_ONCE;
      case 1 -> MqttQos.AT_LEAST_ONCE;
      case 2 -> MqttQos.EXACTLY_ONCE;
      default -> throw new IllegalArgumentException("QoS " + code);
    };
  }

  private void subscribed(Mqtt5SubAck ack) {
    List<Mqtt5SubAckReasonCode> codes = ack.getReasonCodes();
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < plan.subscriptions().size(); i++) {
      if (i >= codes.size() || codes.get(i).isError()) {
        refused.add(plan.subscriptions().get(i).filter());
      }
    }
    events.subscribed(refused);
  }

  @Override
  public void publish(Departure departure) {
    Mqtt5Publish publish;
    try {
      publish =
          Mqtt5Publish.builder()
              .topic(departure.topic())
              .payload(departure.payload())
              .qos(qos(departure.qos()))
              .retain(departure.retain())
              .userProperties()
              .addAll(
                  departure.properties().stream()
                      .map(each -> Mqtt5UserProperty.of(each.name(), each.value()))
                      .toList())
              .applyUserProperties()
              .build();
    } catch (IllegalArgumentException e) { // no topic, or a text that is none in MQTT
      events.departed(departure.number(), TOPIC_NAME_INVALID);
      return;
    }
    underWay.put(publish, departure.number());
    departures.onNext(publish);
  }

  /// The library has an answer: at QoS 2, PUBREC.
  private void departed(Mqtt5PublishResult result) {
    Long number = underWay.remove(result.getPublish());
    Throwable trouble = result.getError().orElse(null);
    if (number == null) {
      return;
    }
    if (trouble instanceof Mqtt5PubAckException refused) {
      events.departed(number, refused.getMqttMessage().getReasonCode().getCode());
    } else if (trouble instanceof Mqtt5PubRecException refused) {
      events.departed(number, refused.getMqttMessage().getReasonCode().getCode());
    } else if (trouble
        instanceof MqttEncodeException) { // more than the broker's maximum packet size
      events.departed(number, PACKET_TOO_LARGE);
    } else if (trouble != null) {
      ended(trouble);
    } else if (result.getPublish().getQos() == MqttQos.EXACTLY_ONCE) {
      uncompleted.put(gate.packetId(), number);
    } else {
      events.departed(
          number,
          result instanceof Mqtt5PublishResult.Mqtt5Qos1Result answered
              ? answered.getPubAck().getReasonCode().getCode()
              : 0);
    }
  }

  private void completed(int packetId, int reason) {
    Long number = uncompleted.remove(packetId);
    if (number != null) {
      events.departed(number, reason);
    }
  }

  private void arrived(Mqtt5Publish publish) {
    int qos = publish.getQos().getCode();
    int packetId = gate.packetId();
    if (qos > 0 && packetId == 0) {
      ended(
          "a publish came from the library, and not from the broker: '" + publish.getTopic() + "'");
      return;
    }
    handOver.put(
        new Arrival(
            publish.getTopic().toString(),
            publish.getPayloadAsBytes(),
            qos,
            packetId,
            gate.isDuplicate(),
            properties(publish),
            () -> acknowledge(publish)));
  }

  /// The library sends PUBACK or PUBREC, in the order of arrival. It needs its loop for that.
  private void acknowledge(Mqtt5Publish publish) {
    onLoop(publish::acknowledge);
  }

  private static UserProperties properties(Mqtt5Publish publish) {
    List<? extends Mqtt5UserProperty> all = publish.getUserProperties().asList();
    if (all.isEmpty()) {
      return UserProperties.NONE;
    }
    return name -> {
      String key = new String(name, StandardCharsets.UTF_8);
      for (Mqtt5UserProperty each : all) {
        if (each.getName().toString().equals(key)) {
          return each.getValue().toString();
        }
      }
      return null;
    };
  }

  private void released(int packetId) {
    events.released(packetId, () -> onLoop(() -> gate.complete(packetId)));
  }

  private void ended(Throwable trouble) {
    ended(Words.of(trouble));
  }

  /// The first reason counts; what follows is its echo.
  private void ended(String why) {
    if (toldEnd.compareAndSet(false, true)) {
      events.ended(why);
    }
  }

  /// Asked for by the hand-over's thread; by the time the loop comes to it, there may be too much again.
  private void resume() {
    onLoop(() -> {
      if (!handOver.isPaused()) {
        gate.resume();
      }
    });
  }

  private void onLoop(Runnable task) {
    Loop own = loop;
    if (own != null) {
      own.run(task);
    }
  }

  @Override
  public void close() {
    handOver.end();
    Loop own = loop;
    if (own != null) {
      own.run(this::letGo);
      own.end();
    }
  }

  /// The library holds the loop, for as long as the program runs, until its flows and its channel are over.
  private void letGo() {
    for (Disposable flow : Arrays.asList(arrivals, answers)) {
      if (flow != null) {
        flow.dispose();
      }
    }
  }
}
