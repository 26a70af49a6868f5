package io.tributary.hub.cli;

import io.tributary.hub.cli.ProduceApi.ProducerId;
import io.tributary.settings.HostAndPort;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Brings batches to the leaders of their partitions, each exactly once and in order: whatever is not acknowledged is sent
/// again over a new connection, with the sequence that it had, by which a broker knows it (KIP-98). Confined to one thread.
///
/// ```
/// STEADY --an answer fails, a connection is lost--> LOST --connected, all unacknowledged batches sent--> STEADY
///                                                    |  --nothing acknowledged for the plan's timeout--> Failure
/// ```
///
/// Any trouble that may pass is met in this one way. What will not pass (a refused batch) is a Failure at once.
final class Producer implements Closeable {
  /// Requests on their way to one leader. A broker remembers as many batches of a producer (KIP-185), so the one that comes
  /// again is among them.
  private static final int AHEAD_MOST = 5;

  /// How long a broker may wait for its followers.
  private static final int BROKER_TIMEOUT_MS = 30_000;

  private static final int RETRY_MS = 200;

  private final Dialer dialer;
  private final HostAndPort hub;
  private final ProducePlan plan;
  private final Notices notices;
  private final Produced produced = new Produced();

  /// By number, so in order.
  private final TreeMap<Long, SentBatch> unacknowledged = new TreeMap<>();

  private final Map<HostAndPort, Lane> lanes = new HashMap<>();
  private final Map<Integer, HostAndPort> leaders = new HashMap<>();
  private KafkaReader.Topic topic;
  private final ProducerId id;

  /// Since when nothing was acknowledged while something should have been; 0: all is well.
  private long troubledNanos;

  /// A connection to a leader and what it has not answered yet.
  private record Lane(BrokerConnection connection, Deque<SentBatch> ahead) {}

  /// Connects, and becomes a producer.
  ///
  /// @throws Failure when there is no such topic, or no hub
  Producer(Dialer dialer, HostAndPort hub, ProducePlan plan, Notices notices) throws Failure {
    this.dialer = dialer;
    this.hub = hub;
    this.plan = plan;
    this.notices = notices;
    try {
      topic = lookUp();
      id = plan.acks() == ProducePlan.ALL ? becomeProducer() : ProducerId.NONE;
    } catch (IOException e) {
      throw Failure.of(e);
    }
  }

  /// The topic as it was when we last connected.
  KafkaReader.Topic topic() {
    return topic;
  }

  ProducerId id() {
    return id;
  }

  /// What was acknowledged so far.
  Produced produced() {
    return produced;
  }

  /// Sends a batch; waits when too many are on their way.
  void send(SentBatch batch) throws Failure {
    unacknowledged.put(batch.number(), batch);
    try {
      transmit(batch);
    } catch (IOException e) {
      recover(e);
    }
  }

  /// Waits until all that was sent is acknowledged.
  void settle() throws Failure {
    while (!unacknowledged.isEmpty()) {
      try {
        for (Lane lane : lanes.values()) {
          while (!lane.ahead().isEmpty()) {
            hear(lane);
          }
        }
      } catch (IOException e) {
        recover(e);
      }
    }
  }

  private KafkaReader.Topic lookUp() throws IOException, Failure {
    try (KafkaReader reader = new KafkaReader(dialer, hub)) {
      KafkaReader.Topic found = TopicByName.findOrCreate(plan.topic(), reader, hub);
      leaders.clear();
      reader
          .byLeader(found)
          .forEach((leader, partitions) -> {
            for (int partition : partitions) {
              leaders.put(partition, leader);
            }
          });
      return found;
    }
  }

  private ProducerId becomeProducer() throws IOException, Failure {
    try (BrokerConnection broker = dialer.dial(hub)) {
      broker.send(
          ProduceApi.INIT_PRODUCER_ID, ProduceApi.INIT_PRODUCER_ID_VERSION, ProduceApi::writeInit);
      ProducerId given = AnswerFields.parse(hub, broker.receive(0), ProduceApi::readInit);
      if (given.error() != KafkaErrors.NONE) {
        throw new Failure(
            Failure.WORLD, hub + " gives no producer id: " + KafkaErrors.name(given.error()));
      }
      return given;
    }
  }

  private void transmit(SentBatch batch) throws IOException, Failure {
    HostAndPort leader = leaders.get(batch.partition());
    if (leader == null) {
      throw new IOException("partition " + batch.partition() + " has no leader");
    }
    Lane lane = lanes.get(leader);
    if (lane == null) {
      lane = new Lane(dialer.dial(leader), new ArrayDeque<>());
      lanes.put(leader, lane);
    }
    while (lane.ahead().size() >= AHEAD_MOST) {
      hear(lane);
    }
    lane.connection()
        .send(
            ProduceApi.PRODUCE,
            ProduceApi.PRODUCE_VERSION,
            out -> ProduceApi.write(out, plan.acks(), BROKER_TIMEOUT_MS, plan.topic(), batch));
    if (plan.acks() == 0) { // nobody answers
      acknowledged(batch, -1);
    } else {
      lane.ahead().add(batch);
    }
  }

  /// Takes the answer to the oldest batch of a lane.
  private void hear(Lane lane) throws IOException, Failure {
    ProduceApi.Answer answer =
        AnswerFields.parse(hub, lane.connection().receive(BROKER_TIMEOUT_MS), ProduceApi::read);
    SentBatch batch = lane.ahead().remove();
    short error = answer.error();
    if (answer.partition() != batch.partition()) {
      throw new IOException(hub + " answered for another partition");
    }
    if (error == KafkaErrors.NONE || error == KafkaErrors.DUPLICATE_SEQUENCE_NUMBER) {
      acknowledged(batch, error == KafkaErrors.NONE ? answer.baseOffset() : -1);
      return;
    }
    String why =
        "partition %d: %s".formatted(batch.partition(), KafkaErrors.words(error, answer.text()));
    if (KafkaErrors.isPassing(error)) {
      throw new IOException(why);
    }
    throw new Failure(Failure.CHECK, batch.lines() + " refused by the hub: " + why);
  }

  private void acknowledged(SentBatch batch, long baseOffset) {
    unacknowledged.remove(batch.number());
    produced.add(batch, baseOffset);
    troubledNanos = 0;
  }

  /// Connects anew and sends all that is not acknowledged, until it has worked.
  private void recover(IOException first) throws Failure {
    IOException why = first;
    boolean isSaid = false;
    while (true) {
      closeLanes();
      if (troubledNanos == 0) {
        troubledNanos = System.nanoTime(); // at first without a pause: a hub closes who was idle
      } else {
        checkPatience(why);
        pause();
      }
      try {
        topic = lookUp();
        for (SentBatch batch : List.copyOf(unacknowledged.values())) {
          transmit(batch);
        }
        if (isSaid) {
          notices.found(hub);
        }
        return;
      } catch (IOException e) {
        why = e;
        if (!isSaid) {
          isSaid = true;
          notices.lost(String.valueOf(e.getMessage()), RETRY_MS);
        }
      }
    }
  }

  private void checkPatience(IOException why) throws Failure {
    if (why instanceof LoginRefused) {
      throw gaveUp(Failure.CHECK, "gave up", why);
    }
    long troubledMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - troubledNanos);
    if (troubledMs > plan.timeoutMs()) {
      long seconds = TimeUnit.MILLISECONDS.toSeconds(plan.timeoutMs());
      throw gaveUp(Failure.WORLD, "gave up after " + seconds + " s", why);
    }
  }

  private Failure gaveUp(int status, String when, IOException why) {
    SentBatch oldest = unacknowledged.firstEntry().getValue();
    return new Failure(
        status,
        "%s: %s; not acknowledged, and maybe written: from line %d on"
            .formatted(when, why.getMessage(), oldest.lines().first()),
        why);
  }

  private static void pause() throws Failure {
    try {
      Thread.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Failure.WORLD, "interrupted", e);
    }
  }

  private void closeLanes() {
    for (Lane lane : lanes.values()) {
      try {
        lane.connection().close();
      } catch (IOException e) {
        // It is given up, and nothing is to be read from it any more.
      }
    }
    lanes.clear();
  }

  @Override
  public void close() {
    closeLanes();
  }
}
