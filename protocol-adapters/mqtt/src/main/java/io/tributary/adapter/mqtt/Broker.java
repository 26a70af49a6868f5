package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.mqtt.Delivery.Phase;
import io.tributary.adapter.mqtt.mapping.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// From publishers to subscribers. Event loop only.
///
/// ```
///  publish ─dispatch─▶ places in outboxes ─one commit with the reading─▶ lane of its class ─drain─▶ outboxes ─▶ Sender
///                      retained, on disk                                 in order
/// ```
///
/// A subscriber sees a message when all of it is on disk that has to be: its reading where its topic is logged, its place in the
/// outbox of a session that lasts, what is retained. What has nothing to be kept passes at once, unless others of its class
/// are before it.
final class Broker {
  /// Results of matching that are remembered; a topic more begins anew.
  private static final int MATCHES_REMEMBERED = 1024;

  private static final int[] NO_IDENTIFIERS = {};
  private static final long NO_OFFSET = -1;

  private final Emitter emitter;
  private final String stateClass;
  private final Counters counters;
  private final Leftovers leftovers;
  private final SubscriptionTree tree = new SubscriptionTree();
  private final Retained retained;

  /// By class, in the order in which their journals complete them.
  private final Map<String, Deque<Dispatch>> lanes = new HashMap<>();

  /// By topic, the newest on the way to the disk that becomes, or ends, what is retained.
  private final Map<String, Dispatch> retaining = new HashMap<>();

  /// Topics whose retained message on disk may be one that was refused, with the class of their journal.
  private final Map<String, String> unsettled = new LinkedHashMap<>();

  /// Who has something new to be sent.
  private final Set<Session> fed = new LinkedHashSet<>();

  private final Map<String, Audience> audiences = new HashMap<>();
  private long matchedVersion;
  private long lastMessageId;

  /// Whom a topic reaches.
  ///
  /// @param sessions each with all of its subscriptions that match
  /// @param groups of shared subscriptions
  private record Audience(Map<Session, List<Subscription>> sessions, List<Group> groups) {
    private static final Audience NOBODY = new Audience(Map.of(), List.of());

    boolean isEmpty() {
      return sessions.isEmpty() && groups.isEmpty();
    }
  }

  /// Those who share a subscription; they take turns.
  private static final class Group {
    private final List<Subscription> members = new ArrayList<>();
    private int turn;
  }

  Broker(
      Emitter emitter,
      String stateClass,
      Counters counters,
      Leftovers leftovers,
      Retained retained,
      long firstMessageId) {
    this.emitter = emitter;
    this.stateClass = stateClass;
    this.counters = counters;
    this.leftovers = leftovers;
    this.retained = retained;
    this.lastMessageId = firstMessageId;
  }

  // ---- what was on disk

  /// Takes up what sessions had asked for and were owed.
  ///
  /// @param sessionOf the session of a generation, null when it is gone
  void restore(List<StateEntry> entries, Function<Long, @Nullable Session> sessionOf) {
    Map<Long, Message> messages = new HashMap<>();
    Map<Long, StateEntry> unnamed = new HashMap<>();
    for (StateEntry entry : entries) {
      if (entry.key().startsWith(BrokerState.MESSAGE)) {
        Message message = BrokerState.message(entry);
        long id = BrokerState.messageId(entry);
        if (message != null && id != BrokerState.NONE) {
          message.id = id;
          messages.put(id, message);
        }
        unnamed.put(id, entry);
      } else if (entry.key().startsWith(BrokerState.RETAINED)) {
        retained.restore(entry);
      }
    }
    Set<Session> touched = new LinkedHashSet<>();
    for (StateEntry entry : entries) {
      restoreOne(entry, sessionOf, messages, unnamed, touched);
    }
    touched.forEach(session -> session.outbox.restored());
    unnamed.values().forEach(entry -> leftovers.remove(entry.className(), entry.key()));
  }

  private void restoreOne(
      StateEntry entry,
      Function<Long, @Nullable Session> sessionOf,
      Map<Long, Message> messages,
      Map<Long, StateEntry> unnamed,
      Set<Session> touched) {
    if (entry.key().startsWith(BrokerState.SUBSCRIPTION)) {
      BrokerState.Subscribed found = BrokerState.subscription(entry);
      Session session = found == null ? null : sessionOf.apply(found.generation());
      if (found == null || session == null) {
        leftovers.remove(entry.className(), entry.key());
      } else {
        put(Subscription.of(session, found.filter(), found.options(), found.identifier()));
      }
    } else if (entry.key().startsWith(BrokerState.QUEUE)) {
      BrokerState.Queued found = BrokerState.queued(entry);
      Session session = found == null ? null : sessionOf.apply(found.generation());
      Message message = found == null ? null : messages.get(found.messageId());
      if (found == null || session == null || message == null) {
        leftovers.remove(entry.className(), entry.key());
        return;
      }
      unnamed.remove(message.id);
      message.references++;
      Delivery delivery =
          new Delivery(
              message, found.qos(), found.retain(), found.identifiers(), found.sequence(), true);
      delivery.phase = found.released() ? Phase.RELEASING : Phase.WAITING;
      delivery.isReleaseRestored = found.released();
      session.outbox.restore(delivery);
      touched.add(session);
    }
  }

  // ---- subscriptions

  /// Whether the journals may keep more subscriptions and sessions.
  boolean mayKeepMore() {
    return emitter.mayKeepMore(stateClass);
  }

  /// Whether this session has that subscription already.
  boolean has(Session session, String text) {
    return session.subscriptions.containsKey(text);
  }

  void put(Subscription subscription) {
    tree.add(subscription);
    subscription.session().subscriptions.put(subscription.text(), subscription);
  }

  /// @return the one that is gone; null when there was none
  @Nullable Subscription remove(Session session, String text) {
    Subscription gone = session.subscriptions.remove(text);
    if (gone != null) {
      tree.remove(gone);
    }
    return gone;
  }

  /// Changes the state of subscriptions, in as many steps as it takes.
  ///
  /// @param ack is completed with the last of them
  void store(List<StateChange> changes, Ack ack, Answers answers) {
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < changes.size(); i++) {
      int more = changes.get(i).sizeBytes();
      if (bytes > 0 && bytes + more > Emitter.STATE_CHANGES_BYTES) {
        storeSome(List.copyOf(changes.subList(from, i)), Completion.NONE, answers);
        from = i;
        bytes = 0;
      }
      bytes += more;
    }
    storeSome(List.copyOf(changes.subList(from, changes.size())), ack, answers);
  }

  private void storeSome(List<StateChange> some, Completion completion, Answers answers) {
    answers.step(() -> emitter.changeState(stateClass, some, completion));
  }

  int subscriptions() {
    return tree.size();
  }

  Retained retained() {
    return retained;
  }

  /// The session ends: what it asked for and was owed goes, from the disk too.
  void end(Session session) {
    for (Subscription subscription : session.subscriptions.values()) {
      tree.remove(subscription);
      if (session.durable) {
        leftovers.remove(stateClass, BrokerState.subscriptionKey(subscription));
      }
    }
    session.subscriptions.clear();
    for (Delivery delivery : session.outbox.close()) {
      forget(session, delivery);
    }
    fed.remove(session);
  }

  // ---- publishing

  /// Whether a publish to a topic has to be dispatched at all.
  boolean concerns(String topic, boolean retain) {
    return retain || (tree.size() > 0 && !audience(topic).isEmpty());
  }

  /// Reserves places for a message with all who subscribed. It is {@link #track tracked} or {@link #cancel cancelled} next.
  ///
  /// @param then is told when all of it is on disk, or why not
  Dispatch dispatch(Message message, long nowMs, Completion then) {
    boolean mayKeep = emitter.mayKeepMore(message.className);
    boolean keeps = message.retain && retained.mayTake(message, mayKeep, counters);
    Dispatch dispatch = new Dispatch(message, keeps, then);
    if (keeps) {
      dispatch.change(
          message.payload.length == 0
              ? StateChange.remove(BrokerState.retainedKey(message.topic))
              : BrokerState.retained(message));
    }
    if (!message.isExpired(nowMs)) {
      Audience audience = audience(message.topic);
      audience.sessions.forEach((session, matching) -> place(dispatch, session, matching));
      audience.groups.forEach(group -> placeOne(dispatch, group));
    }
    return dispatch;
  }

  private void place(Dispatch dispatch, Session session, List<Subscription> matching) {
    Message message = dispatch.message;
    int qos = -1;
    boolean asPublished = false;
    int[] identifiers = NO_IDENTIFIERS;
    for (Subscription subscription : matching) {
      if (subscription.noLocal() && message.from == session) {
        continue;
      }
      qos = Math.max(qos, subscription.qos());
      asPublished |= subscription.retainAsPublished();
      identifiers = with(identifiers, subscription.identifier());
    }
    if (qos >= 0) {
      boolean retain = asPublished && message.retain;
      place(dispatch, session, Math.min(qos, message.qos), retain, identifiers);
    }
  }

  /// The members of a group take turns; those that are away have theirs when nobody is there (section 4.8.2).
  private void placeOne(Dispatch dispatch, Group group) {
    int count = group.members.size();
    group.turn = (group.turn + 1) % count;
    for (boolean present : new boolean[] {true, false}) {
      for (int i = 0; i < count; i++) {
        Subscription member = group.members.get((group.turn + i) % count);
        Session session = member.session();
        int qos = Math.min(member.qos(), dispatch.message.qos);
        boolean retain = member.retainAsPublished() && dispatch.message.retain;
        int[] identifiers = with(NO_IDENTIFIERS, member.identifier());
        if ((session.conversation != null) == present
            && place(dispatch, session, qos, retain, identifiers)) {
          return;
        }
      }
    }
  }

  private static int[] with(int[] identifiers, int more) {
    if (more == Subscription.NO_IDENTIFIER) {
      return identifiers;
    }
    int[] all = Arrays.copyOf(identifiers, identifiers.length + 1);
    all[identifiers.length] = more;
    return all;
  }

  /// @return whether there was room
  private boolean place(
      Dispatch dispatch, Session session, int qos, boolean retain, int[] identifiers) {
    if (qos == 0 && session.conversation == null) {
      return false; // QoS 0 waits for nobody
    }
    Message message = dispatch.message;
    boolean kept = qos > 0 && session.durable;
    boolean hasRoom =
        !kept || (dispatch.hasRoomFor(message) && emitter.mayKeepMore(message.className));
    if (!hasRoom) {
      counters.count(Counter.QUEUE_FULL);
      return false;
    }
    Delivery delivery = session.outbox.place(message, qos, retain, identifiers);
    if (delivery == null) {
      counters.count(Counter.QUEUE_FULL);
      return false;
    }
    if (delivery.recorded) {
      if (message.references++ == 0) {
        message.id = ++lastMessageId;
        dispatch.change(BrokerState.message(message));
      }
      dispatch.change(BrokerState.queued(session, delivery, false));
    }
    dispatch.add(new Dispatch.Target(session, delivery));
    return true;
  }

  /// Passes a retained message on to one new subscription.
  ///
  /// @return false when there is no room in the journal; nothing was taken
  boolean passRetained(Message message, Subscription subscription, long nowMs) {
    if (message.isExpired(nowMs)) {
      return true;
    }
    Dispatch dispatch = new Dispatch(message, false, Completion.NONE);
    int qos = Math.min(subscription.qos(), message.qos);
    int[] identifiers = with(NO_IDENTIFIERS, subscription.identifier());
    return !place(dispatch, subscription.session(), qos, true, identifiers) || pass(dispatch);
  }

  /// Publishes what this server says of itself: it is retained here, and nowhere else.
  void tell(String topic, byte[] value) {
    Message message =
        new Message(topic, value, 0, true, new byte[0], Message.NEVER, stateClass, null);
    retained.put(message);
    Dispatch dispatch = new Dispatch(message, false, Completion.NONE);
    Audience audience = audience(topic);
    audience.sessions.forEach((session, matching) -> place(dispatch, session, matching));
    audience.groups.forEach(group -> placeOne(dispatch, group));
    pass(dispatch);
  }

  /// The journal has taken it: it is delivered when its turn comes.
  void track(String className, Dispatch dispatch) {
    lane(className).add(dispatch);
    if (dispatch.retained) {
      retaining.put(dispatch.message.topic, dispatch);
      unsettled.remove(dispatch.message.topic);
    }
  }

  /// The journal had no room for it; nothing was handed over.
  void cancel(Dispatch dispatch) {
    for (Dispatch.Target target : dispatch.targets()) {
      if (target.delivery().recorded) {
        dispatch.message.references--;
      }
      target.session().outbox.giveUp(target.delivery());
    }
  }

  /// Passes on what is not logged: through the journal of the state where something of it has to be kept.
  ///
  /// @return false when there is no room; nothing was taken
  boolean pass(Dispatch dispatch) {
    String className = dispatch.message.className;
    if (dispatch.changes().isEmpty()) {
      dispatch.durable(NO_OFFSET); // there is nothing that could be lost
      track(className, dispatch);
      drain();
      return true;
    }
    if (!emitter.changeState(className, dispatch.changes(), dispatch)) {
      cancel(dispatch);
      return false;
    }
    track(className, dispatch);
    return true;
  }

  /// Emits a reading, and passes it on when it is durable.
  ///
  /// @return false when there is no room; nothing was taken
  boolean emit(Dispatch dispatch, Reading reading) {
    if (!emitter.emit(reading.with(dispatch.changes()), dispatch)) {
      cancel(dispatch);
      return false;
    }
    track(dispatch.message.className, dispatch);
    return true;
  }

  /// Moves what has become durable into the outboxes.
  void drain() {
    for (Deque<Dispatch> lane : lanes.values()) {
      Dispatch first = lane.peek();
      while (first != null && first.isCompleted()) {
        lane.poll();
        deliver(first);
        first = lane.peek();
      }
    }
    if (!unsettled.isEmpty()) {
      unsettled.entrySet().removeIf(each -> settle(each.getKey(), each.getValue()));
    }
  }

  /// Sends as far as it goes to those who got something new.
  void feed() {
    while (!fed.isEmpty()) {
      List<Session> now = new ArrayList<>(fed);
      fed.clear();
      for (Session session : now) {
        Conversation conversation = session.conversation;
        if (conversation != null) {
          conversation.connection().feed();
        }
      }
    }
  }

  private void deliver(Dispatch dispatch) {
    Message message = dispatch.message;
    boolean isNewest = retaining.remove(message.topic, dispatch);
    if (dispatch.isRefused()) {
      // Its changes may be on disk all the same.
      if (isNewest) {
        unsettled.put(message.topic, message.className);
      }
      for (Dispatch.Target target : dispatch.targets()) {
        giveUp(target.session(), target.delivery());
      }
      return;
    }
    if (dispatch.retained) {
      retained.put(message);
    }
    for (Dispatch.Target target : dispatch.targets()) {
      target.session().outbox.deliver(target.delivery());
      fed.add(target.session());
    }
  }

  /// Writes over a retained message that was refused what the topic has.
  ///
  /// @return false when there is no room yet
  private boolean settle(String topic, String className) {
    Message kept = retained.of(topic);
    StateChange change =
        kept == null
            ? StateChange.remove(BrokerState.retainedKey(topic))
            : BrokerState.retained(kept);
    return emitter.changeState(className, List.of(change), Completion.NONE);
  }

  /// Forgets what has expired of what is retained, while nothing that may take its place is on the way to the disk.
  void sweep(long nowMs) {
    if (retaining.isEmpty()) {
      retained.sweep(nowMs, emitter);
    }
  }

  private Deque<Dispatch> lane(String className) {
    return lanes.computeIfAbsent(className, any -> new ArrayDeque<>());
  }

  private Audience audience(String topic) {
    if (tree.size() == 0) {
      return Audience.NOBODY;
    }
    if (matchedVersion != tree.version() || audiences.size() >= MATCHES_REMEMBERED) {
      audiences.clear();
      matchedVersion = tree.version();
    }
    return audiences.computeIfAbsent(topic, this::match);
  }

  private Audience match(String topic) {
    Map<Session, List<Subscription>> sessions = new LinkedHashMap<>();
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Subscription each : tree.match(TopicFilter.levels(topic))) {
      if (each.isShared()) {
        groups.computeIfAbsent(each.text(), any -> new Group()).members.add(each);
      } else {
        sessions.computeIfAbsent(each.session(), any -> new ArrayList<>()).add(each);
      }
    }
    return sessions.isEmpty() && groups.isEmpty()
        ? Audience.NOBODY
        : new Audience(sessions, List.copyOf(groups.values()));
  }

  // ---- what became of a delivery

  /// The client has the message, or it is given up: it is forgotten, on disk too.
  void giveUp(Session session, Delivery delivery) {
    if (delivery.phase == Phase.DONE) {
      return;
    }
    session.outbox.giveUp(delivery);
    forget(session, delivery);
  }

  private void forget(Session session, Delivery delivery) {
    if (!delivery.recorded) {
      return;
    }
    Message message = delivery.message;
    leftovers.remove(message.className, BrokerState.queueKey(session, delivery));
    if (--message.references == 0) {
      leftovers.remove(message.className, BrokerState.messageKey(message));
    }
  }

  /// The client has a message of QoS 2: the disk is to know before it is released (section 4.3.3).
  ///
  /// @return false when there is no room yet
  boolean release(Session session, Delivery delivery, Ack release) {
    List<StateChange> changes = List.of(BrokerState.queued(session, delivery, true));
    boolean taken = emitter.changeState(delivery.message.className, changes, release);
    if (taken) {
      delivery.release = release;
    }
    return taken;
  }
}
