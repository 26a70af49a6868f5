package io.tributary.front.kafka;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.Subscription;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One Fetch, from its arrival to its answer, which is given once.
///
/// It looks at the partitions; if there is less than the client wants, it subscribes to them and
/// looks again each time one of them has grown, until there is enough or the client's time is up.
/// No thread waits meanwhile. Everything runs on the connection's event loop; only the subscriptions
/// call from the store's thread.
final class FetchPoll {
  private static final long NO_OFFSET = -1;

  private final Catalog catalog;
  private final FrontCounters counters;
  private final Rights rights;
  private final Request.Fetch request;
  private final int maxBytes;
  private final int minBytes;
  private final int maxWaitMs;
  private final EventExecutor loop;
  private final ByteBufAllocator allocator;
  private final Consumer<Answer.Fetch> reply;
  private final Consumer<Throwable> failed;

  private final List<Subscription> subscriptions = new ArrayList<>();
  private final AtomicBoolean lookIsDue = new AtomicBoolean();
  private @Nullable AutoCloseable alarm;
  private boolean over;

  /// @param rights of the client
  /// @param failed is told of a bug that shows while nobody calls us; the client gets no answer then
  FetchPoll(
      Catalog catalog,
      FrontCounters counters,
      FrontLimits limits,
      Rights rights,
      Request.Fetch request,
      EventExecutor loop,
      ByteBufAllocator allocator,
      Consumer<Answer.Fetch> reply,
      Consumer<Throwable> failed) {
    this.catalog = catalog;
    this.counters = counters;
    this.rights = rights;
    this.request = request;
    this.maxBytes = Math.min(request.maxBytes(), limits.fetchBytes());
    this.minBytes = Math.min(request.minBytes(), maxBytes);
    this.maxWaitMs = Math.min(request.maxWaitMs(), limits.fetchWaitMs());
    this.loop = loop;
    this.allocator = allocator;
    this.reply = reply;
    this.failed = failed;
  }

  void start() {
    if (request.sessionId() != 0) {
      // We never open a session, so this one was opened elsewhere; the client starts without one.
      finish(new Answer.Fetch(KafkaError.FETCH_SESSION_ID_NOT_FOUND, List.of()));
      return;
    }
    boolean mayWait = maxWaitMs > 0 && !request.topics().isEmpty();
    look(!mayWait);
    if (!over) {
      var due = loop.schedule(() -> lookAlone(true), maxWaitMs, TimeUnit.MILLISECONDS);
      alarm = () -> due.cancel(false);
      subscribe();
      look(false); // what was appended before we had subscribed
    }
  }

  /// Ends it without an answer: the client is gone.
  void cancel() {
    over = true;
    release();
  }

  private void subscribe() {
    for (Request.Fetch.Topic asked : request.topics()) {
      TopicStatus topic = catalog.find(asked.topic());
      for (Request.Fetch.Place place : asked.places()) {
        Partition partition =
            topic == null ? null : catalog.partition(topic.name(), place.partition());
        if (partition != null) {
          subscriptions.add(partition.subscribe(this::advanced));
        }
      }
    }
  }

  /// Called by the store's thread. Many calls before the next look make one look.
  private void advanced() {
    if (lookIsDue.compareAndSet(false, true)) {
      try {
        loop.execute(() -> {
          lookIsDue.set(false);
          look(false);
        });
      } catch (RejectedExecutionException e) {
        // The event loop is shutting down, and this connection with it.
        lookIsDue.set(false);
      }
    }
  }

  /// A look that no caller waits for.
  private void lookAlone(boolean answerAnyway) {
    try {
      look(answerAnyway);
    } catch (RuntimeException | Error e) {
      cancel();
      failed.accept(e);
    }
  }

  private void look(boolean answerAnyway) {
    if (over) {
      return;
    }
    Harvest harvest = new Harvest();
    try {
      for (Request.Fetch.Topic topic : request.topics()) {
        harvest.add(topic);
      }
    } catch (RuntimeException e) {
      harvest.drop();
      throw e;
    }
    if (answerAnyway || harvest.failed || harvest.bytes >= minBytes) {
      counters.fetchedBytes.add(harvest.bytes);
      finish(new Answer.Fetch(KafkaError.NONE, harvest.topics));
    } else {
      harvest.drop();
    }
  }

  private void finish(Answer.Fetch answer) {
    over = true;
    release();
    reply.accept(answer);
  }

  private void release() {
    subscriptions.forEach(Subscription::close);
    subscriptions.clear();
    AutoCloseable set = alarm;
    alarm = null;
    if (set != null) {
      try {
        set.close();
      } catch (Exception e) {
        throw new AssertionError("cancelling a timer does not fail", e);
      }
    }
  }

  /// What one look found. Holds batches open until they are sent or dropped.
  private final class Harvest {
    final List<Answer.Fetch.Topic> topics = new ArrayList<>();
    long bytes;
    boolean failed;

    void add(Request.Fetch.Topic asked) {
      TopicStatus topic = catalog.find(asked.topic());
      List<Answer.Fetch.Portion> portions = new ArrayList<>(asked.places().size());
      topics.add(new Answer.Fetch.Topic(asked.topic(), portions));
      KafkaError refusal = refusal(asked.topic(), topic);
      for (Request.Fetch.Place place : asked.places()) {
        portions.add(
            topic == null || refusal != KafkaError.NONE
                ? refused(place, refusal, NO_OFFSET, NO_OFFSET)
                : portion(topic.name(), place));
      }
    }

    private KafkaError refusal(TopicRef asked, @Nullable TopicStatus topic) {
      String name = topic == null ? asked.name() : topic.name();
      if (name != null && !rights.mayRead(name)) {
        return Catalog.denied(asked, topic, rights);
      }
      return topic == null ? Catalog.notFound(asked) : KafkaError.NONE;
    }

    private Answer.Fetch.Portion portion(String topic, Request.Fetch.Place place) {
      Partition partition = catalog.partition(topic, place.partition());
      if (partition == null) {
        return refused(place, KafkaError.UNKNOWN_TOPIC_OR_PARTITION, NO_OFFSET, NO_OFFSET);
      }
      long start = NO_OFFSET;
      long end = NO_OFFSET;
      try {
        start = partition.startOffset();
        end = partition.endOffset();
        if (place.offset() < start || place.offset() > end) {
          return refused(place, KafkaError.OFFSET_OUT_OF_RANGE, start, end);
        }
        return new Answer.Fetch.Portion(
            place.partition(), KafkaError.NONE, start, end, payload(partition, place, end));
      } catch (StoreRefused e) {
        counters.unreadable.increment();
        return refused(place, KafkaError.of(e), start, end);
      }
    }

    /// As in Kafka: the first batch of the answer is sent whatever its size, so that a client whose
    /// buffer is small moves on; all others keep within the bounds.
    private @Nullable Payload payload(Partition partition, Request.Fetch.Place place, long end)
        throws StoreRefused {
      long room = maxBytes - bytes;
      if (place.offset() == end || (bytes > 0 && room <= 0)) {
        return null;
      }
      int most = (int) Math.max(1, Math.min(place.maxBytes(), room));
      StoredBatches batches = partition.read(place.offset(), most);
      if (batches.length() == 0 || (bytes > 0 && batches.length() > room)) {
        batches.close();
        return null;
      }
      Payload payload = Payload.of(batches, allocator);
      bytes += payload.length();
      return payload;
    }

    private Answer.Fetch.Portion refused(
        Request.Fetch.Place place, KafkaError error, long start, long end) {
      failed = true;
      return new Answer.Fetch.Portion(place.partition(), error, start, end, null);
    }

    void drop() {
      new Answer.Fetch(KafkaError.NONE, topics).drop();
    }
  }
}
