package io.tributary.adapter.mqtt;

import io.tributary.adapter.StateChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers a client's SUBSCRIBE and UNSUBSCRIBE (MQTT 5, sections 3.8 to 3.11). Event loop only.
///
/// A session that lasts has its subscriptions on disk before it hears of them.
final class Subscribing {
  private static final int RESERVED = 0xc0;
  private static final int ONLY_QOS = 3;

  private final Server server;
  private final Conversation owner;
  private final Answers answers;
  private final Session session;
  private final Sender sender;
  private final int version;

  /// One filter of a SUBSCRIBE, as far as it was understood.
  ///
  /// @param subscription null when it is refused
  private record Request(@Nullable Subscription subscription, Reason refusal, boolean isNew) {}

  Subscribing(
      Server server,
      Conversation owner,
      Answers answers,
      Session session,
      Sender sender,
      int version) {
    this.server = server;
    this.owner = owner;
    this.answers = answers;
    this.session = session;
    this.sender = sender;
    this.version = version;
  }

  void subscribe(Fields fields) throws PacketRefused {
    int packetId = fields.packetId();
    Properties properties = server.properties();
    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.SUBSCRIBE);
    }
    int identifier = (int) properties.number(Properties.SUBSCRIPTION_IDENTIFIER, 0);
    if (properties.has(Properties.SUBSCRIPTION_IDENTIFIER) && identifier == 0) {
      throw PacketRefused.protocolError("subscription identifier 0");
    }
    List<Request> requests = new ArrayList<>();
    int added = 0;
    while (fields.remaining() > 0) {
      Request request = request(fields, identifier, added);
      requests.add(request);
      added += request.isNew ? 1 : 0;
    }
    if (requests.isEmpty()) {
      throw PacketRefused.protocolError("SUBSCRIBE without a filter");
    }
    byte[] codes = new byte[requests.size()];
    List<StateChange> changes = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      Subscription subscription = requests.get(i).subscription;
      if (subscription == null) {
        server.counters().count(Counter.SUBSCRIPTIONS_REFUSED);
        Reason refusal = requests.get(i).refusal;
        codes[i] = (byte) (version == 5 ? refusal.code : Reason.UNSPECIFIED_ERROR.code);
        continue;
      }
      codes[i] = (byte) subscription.qos();
      server.broker().put(subscription);
      if (session.durable) {
        changes.add(BrokerState.subscribed(subscription));
      }
    }
    answer(
        PacketType.SUBACK,
        packetId,
        codes,
        changes,
        () -> {
          for (Request request : requests) {
            sendRetained(request);
          }
        });
  }

  private Request request(Fields fields, int identifier, int added) throws PacketRefused {
    String text = fields.string();
    int options = fields.u8();
    boolean isMalformed = (options & (version == 5 ? RESERVED : ~ONLY_QOS)) != 0;
    if (isMalformed || (options & ONLY_QOS) == ONLY_QOS || options >>> 4 == 3) {
      throw PacketRefused.malformed("SUBSCRIBE with options " + options);
    }
    if (text.isEmpty()) {
      throw PacketRefused.protocolError("SUBSCRIBE with an empty filter");
    }
    Subscription subscription;
    try {
      subscription = Subscription.of(session, text, options, identifier);
    } catch (IllegalArgumentException e) {
      return refuse(text, Reason.TOPIC_FILTER_INVALID, "is no topic filter");
    }
    if (subscription.isShared() && subscription.noLocal()) {
      throw PacketRefused.protocolError("a shared subscription with No Local");
    }
    boolean isNew = !server.broker().has(session, text);
    if (isNew && session.durable && !server.broker().mayKeepMore()) {
      return refuse(text, Reason.QUOTA_EXCEEDED, "finds no room: the state on disk is full");
    }
    if (isNew && session.subscriptions.size() + added >= server.settings().maxSubscriptions()) {
      return refuse(text, Reason.QUOTA_EXCEEDED, "is one too many (max-subscriptions)");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > Bounds.FILTER_BYTES
        || subscription.filter().parts().length > Bounds.FILTER_LEVELS) {
      return refuse(text, Reason.QUOTA_EXCEEDED, "is longer or deeper than this server keeps");
    }
    if (!owner.rights().maySubscribe(subscription.filter())) {
      server.counters().count(Counter.SUBSCRIPTIONS_NOT_AUTHORIZED);
      return refuse(text, Reason.NOT_AUTHORIZED, "matches more than 'rights' let it subscribe to");
    }
    return new Request(subscription, Reason.SUCCESS, isNew);
  }

  private Request refuse(String text, Reason reason, String why) {
    server.counters().example(owner.describe() + ": the filter '" + text + "' " + why);
    return new Request(null, reason, false);
  }

  private void sendRetained(Request request) {
    Subscription subscription = request.subscription;
    if (subscription == null || subscription.isShared()) {
      return;
    }
    int handling = subscription.retainHandling();
    if (handling == 0 || (handling == 1 && request.isNew)) {
      sender.sendRetained(subscription);
    }
  }

  void unsubscribe(Fields fields) throws PacketRefused {
    int packetId = fields.packetId();
    if (version == 5) {
      server.properties().read(fields, Properties.Holder.UNSUBSCRIBE);
    }
    List<String> filters = new ArrayList<>();
    while (fields.remaining() > 0) {
      filters.add(fields.string());
    }
    if (filters.isEmpty()) {
      throw PacketRefused.protocolError("UNSUBSCRIBE without a filter");
    }
    byte[] codes = new byte[filters.size()];
    List<StateChange> changes = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      Subscription gone = server.broker().remove(session, filters.get(i));
      codes[i] = (byte) (gone == null ? Reason.NO_SUBSCRIPTION_EXISTED : Reason.SUCCESS).code;
      if (gone != null && session.durable) {
        changes.add(StateChange.remove(BrokerState.subscriptionKey(gone)));
      }
    }
    answer(PacketType.UNSUBACK, packetId, codes, changes, () -> {});
  }

  private void answer(
      int type, int packetId, byte[] codes, List<StateChange> changes, Runnable then) {
    Output packet = new Output();
    packet.answerFilters(type, packetId, codes, version);
    if (changes.isEmpty()) {
      answers.add(Ack.now(session, type, packet.take(), then));
      return;
    }
    Ack ack = Ack.whenDurable(session, type, packet.take(), then);
    answers.add(ack);
    server.broker().store(changes, ack, answers);
  }
}
