package io.tributary.sim.world;

import io.tributary.sim.world.ProducedBatch.Content;
import io.tributary.sim.world.ProducedBatch.Origin;
import io.tributary.store.ProduceReply;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.jspecify.annotations.Nullable;

/// An idempotent Kafka producer of one partition, as KIP-98 has it: batches with sequences, up to five on their way, sent
/// again in order when no answer came or one that may be tried again. An answer may be lost, and the hub may die with all
/// that it was asked.
///
/// Now and then it begins a new epoch or becomes another producer, as a client does that was started again, and gives up
/// what was on its way: that may be there, or not. Now and then a batch comes again that was answered long ago.
final class SimProducer {
  private static final int IN_FLIGHT_MOST = 5;
  private static final int RECORDS_MOST = 8;
  private static final long REQUEST_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// Kafka's `delivery.timeout.ms` is shorter too than the time for which the hub remembers a producer.
  private static final long DELIVERY_TIMEOUT_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final long TURN_MS_MOST = 200;

  /// Behind the greatest sequence comes 0.
  private static final int SEQUENCE_MASK = Integer.MAX_VALUE;

  private final Production production;
  private final ProducedBook book;
  private final SplittableRandom random;
  private final Timeline timeline;
  private final Tally tally;
  private final Trace trace;
  private final int keys;
  private final int valueBytes;
  private final Compression compression;
  private int left;
  private long producerId;
  private short epoch;
  private int nextSequence;
  private final Deque<Flight> inFlight = new ArrayDeque<>();

  /// The last batch that was answered, of this epoch and of one before.
  private @Nullable ProducedBatch answered;

  private @Nullable ProducedBatch ofOldEpoch;
  private long answeredNanos;

  /// Where no log could be begun for its first batch, nobody remembers that it is due before those that came behind it.
  private boolean mayHaveBegunInside;

  /// A batch that is not answered yet, or is behind one that is not: the hub knows its producer's last five batches only.
  private static final class Flight {
    private final ProducedBatch batch;
    private final long sinceNanos;
    private long sentNanos;
    private boolean isUnderWay;
    private boolean isDone;

    Flight(ProducedBatch batch, long sinceNanos) {
      this.batch = batch;
      this.sinceNanos = sinceNanos;
    }
  }

  SimProducer(Production production, ProducedBook book, int batches, SplittableRandom random) {
    this.production = production;
    this.book = book;
    this.random = random;
    this.timeline = production.world().timeline();
    this.tally = production.world().tally();
    this.trace = production.world().trace();
    this.left = batches;
    this.keys = Story.pick(random, 1, 5, 40);
    this.valueBytes = Story.pick(random, 20, 300, 2_000);
    this.compression = Story.chance(random, 3) ? Compression.gzip().build() : Compression.NONE;
    become(production.newProducerId());
  }

  private void become(long id) {
    producerId = id;
    epoch = (short) random.nextInt(3);
    nextSequence = Story.chance(random, 4) ? SEQUENCE_MASK - random.nextInt(40) : 0;
    answered = null;
    ofOldEpoch = null;
    mayHaveBegunInside = false;
  }

  void begin() {
    plan();
  }

  private void plan() {
    long nanos = TimeUnit.MILLISECONDS.toNanos(1 + random.nextLong(TURN_MS_MOST));
    timeline.after(production.world().patientNanos(nanos), this::turn);
  }

  /// Nothing new is made any more.
  void heal() {
    left = 0;
  }

  /// What it waits for, in words; null: nothing.
  @Nullable String undelivered() {
    Flight first = inFlight.peekFirst();
    return first == null ? null : "a producer of " + book + " waits for " + first.batch;
  }

  /// The hub is gone, and with it all that it was asked.
  void disconnected() {
    inFlight.forEach(flight -> flight.isUnderWay = false);
  }

  private void turn() {
    if (left == 0 && inFlight.isEmpty() && production.world().isHealing()) {
      return;
    }
    plan();
    Store store = production.store();
    if (store == null || store.topic(book.topic()) == null) {
      return;
    }
    if (!production.world().isHealing()) {
      restartNowAndThen();
      repeatNowAndThen(store);
    }
    Flight oldest = inFlight.peekFirst();
    long now = timeline.elapsedNanos();
    if (oldest != null && now - oldest.sinceNanos > DELIVERY_TIMEOUT_NANOS) {
      inFlight.clear();
      become(production.newProducerId());
    }
    boolean isOverdue = false;
    for (Flight flight : inFlight) {
      isOverdue |=
          flight.isUnderWay && !flight.isDone && now - flight.sentNanos > REQUEST_TIMEOUT_NANOS;
    }
    if (isOverdue) {
      disconnected();
    }
    for (int more = random.nextInt(4); more > 0 && left > 0; more--) {
      if (inFlight.size() < IN_FLIGHT_MOST) {
        left--;
        inFlight.add(new Flight(make(), now));
      }
    }
    for (Flight flight : List.copyOf(inFlight)) {
      if (!flight.isUnderWay && !flight.isDone) {
        send(store, flight);
      }
    }
  }

  private void restartNowAndThen() {
    int chance = random.nextInt(120);
    if (chance == 0) {
      beginEpoch();
    } else if (chance == 1) {
      inFlight.clear();
      become(production.newProducerId());
    }
  }

  private void beginEpoch() {
    tally.visited("produced.NEW_EPOCH");
    inFlight.clear();
    epoch++;
    nextSequence = 0;
    ofOldEpoch = answered;
    answered = null;
  }

  private ProducedBatch make() {
    List<Content> records = new ArrayList<>();
    int count = 1 + random.nextInt(RECORDS_MOST);
    for (int i = 0; i < count; i++) {
      String value =
          Story.chance(random, 6)
              ? null
              : Integer.toString(random.nextInt(36), 36).repeat(random.nextInt(valueBytes));
      records.add(new Content("key-" + random.nextInt(keys), value, production.nowMs()));
    }
    ProducedBatch batch =
        book.add(new Origin(producerId, epoch, nextSequence), records, compression);
    nextSequence = (int) (((long) nextSequence + count) & SEQUENCE_MASK);
    return batch;
  }

  private void send(Store store, Flight flight) {
    flight.isUnderWay = true;
    flight.sentNanos = timeline.elapsedNanos();
    boolean wasFirst = flight == inFlight.peekFirst();
    produce(
        store,
        flight.batch,
        refused -> {
          mayHaveBegunInside |= refused != null && book.end() == 0;
          if (!isAnswerLost()) {
            timeline.after(answerNanos(), () -> heard(flight, refused, wasFirst));
          }
        });
  }

  /// Hears what the store said; null: it is durable.
  private interface Answer {
    void said(@Nullable StoreRefused refused);
  }

  private void produce(Store store, ProducedBatch batch, Answer answer) {
    store.produce(
        book.topic(),
        book.index(),
        batch.toSend(),
        new ProduceReply() {
          @Override
          public void durable(long baseOffset) {
            production.answered(() -> {
              trace.note("producer", book + ": " + batch + " is durable", baseOffset, 0);
              book.durable(batch, baseOffset);
              answer.said(null);
            });
          }

          @Override
          public void refused(StoreRefused why) {
            production.answered(() -> answer.said(why));
          }
        });
    production.asked();
  }

  private boolean isAnswerLost() {
    return production.isHubGone() || (!production.world().isHealing() && Story.chance(random, 12));
  }

  private long answerNanos() {
    return TimeUnit.MILLISECONDS.toNanos(random.nextInt(30));
  }

  private void heard(Flight flight, @Nullable StoreRefused refused, boolean wasFirst) {
    if (flight.isDone || !inFlight.contains(flight)) {
      return; // answered before, or given up
    }
    if (refused == null) {
      flight.isDone = true;
      while (!inFlight.isEmpty() && inFlight.element().isDone) {
        answered = inFlight.remove().batch;
        answeredNanos = timeline.elapsedNanos();
      }
      return;
    }
    tally.visited("produced." + refused.code());
    trace.note("producer", book + ": " + flight.batch + " is refused: " + refused.code());
    flight.isUnderWay = false;
    switch (refused.code()) {
      case NO_SPACE, BUSY, FAILED, UNREADABLE, CLOSED, TOPIC_UNKNOWN -> {}
      case OUT_OF_SEQUENCE -> {
        if (wasFirst) {
          Violation.check(
              Violation.Kind.MISSING,
              book.mayForget() || mayHaveBegunInside,
              "%s: all before %s was acknowledged, and it is refused: %s",
              book,
              flight.batch,
              String.valueOf(refused.getMessage()));
          beginEpoch();
        }
      }
      default -> throw new Violation(book + ": " + flight.batch + " is refused: " + refused);
    }
  }

  /// The network gives an old request once more: what was written then is recognised, or refused.
  private void repeatNowAndThen(Store store) {
    boolean isForgotten =
        timeline.elapsedNanos() - answeredNanos > DELIVERY_TIMEOUT_NANOS || book.mayForget();
    if (isForgotten || !inFlight.isEmpty() || !Story.chance(random, 10)) {
      return;
    }
    ProducedBatch last = answered;
    ProducedBatch old = ofOldEpoch;
    if (last != null && old != null && random.nextBoolean()) {
      produce(
          store,
          old,
          refused -> {
            tally.visited("produced.FENCED", isFenced(refused) ? 1 : 0);
            Violation.check(
                refused != null && (isFenced(refused) || refused.code().isRetryable()),
                "%s: %s is accepted, and its epoch is over",
                book,
                old);
          });
    } else if (last != null) {
      produce(
          store,
          last,
          refused ->
              Violation.check(
                  Violation.Kind.DUPLICATED,
                  refused == null || refused.code().isRetryable() || book.mayForget(),
                  "%s: %s is not recognised: %s",
                  book,
                  last,
                  refused == null ? "" : refused.code()));
    }
  }

  private static boolean isFenced(@Nullable StoreRefused refused) {
    return refused != null && refused.code() == StoreRefused.Code.FENCED;
  }
}
