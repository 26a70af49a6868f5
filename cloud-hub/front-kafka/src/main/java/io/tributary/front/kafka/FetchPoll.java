package io.tributary.front.kafka;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One Fetch, from its arrival to its answer, which is given once.
///
/// It looks at the places that are due; if there is less than the client wants, it waits and looks again each time a
/// partition has changed, at what is due by then, until there is enough or the client's time is up. No thread waits
/// meanwhile. Everything runs on the connection's event loop; only the partitions call from the store's thread.
final class FetchPoll {
  private final Catalog catalog;
  private final FrontCounters counters;
  private final Rights rights;
  private final FetchPlaces places;
  private final boolean isFull;
  private final int sessionId;
  private final int maxBytes;
  private final int minBytes;
  private final int maxWaitMs;
  private final EventExecutor loop;
  private final ByteBufAllocator allocator;
  private final Consumer<Answer.Fetch> reply;
  private final Consumer<Throwable> failed;

  private final AtomicBoolean lookIsDue = new AtomicBoolean();
  private @Nullable AutoCloseable alarm;
  private boolean over;

  /// @param isFull whether the answer tells of all places, or only of those of which there is news
  /// @param sessionId what the client is told its session is; 0: it has none
  /// @param rights of the client
  /// @param failed is told of a bug that shows while nobody calls us; the client gets no answer then
  FetchPoll(
      Catalog catalog,
      FrontCounters counters,
      FrontLimits limits,
      Rights rights,
      Request.Fetch request,
      FetchPlaces places,
      boolean isFull,
      int sessionId,
      EventExecutor loop,
      ByteBufAllocator allocator,
      Consumer<Answer.Fetch> reply,
      Consumer<Throwable> failed) {
    this.catalog = catalog;
    this.counters = counters;
    this.rights = rights;
    this.places = places;
    this.isFull = isFull;
    this.sessionId = sessionId;
    this.maxBytes = Math.min(request.maxBytes(), limits.fetchBytes());
    this.minBytes = Math.min(request.minBytes(), maxBytes);
    this.maxWaitMs = Math.min(request.maxWaitMs(), limits.fetchWaitMs());
    this.loop = loop;
    this.allocator = allocator;
    this.reply = reply;
    this.failed = failed;
  }

  void start() {
    boolean mayWait = maxWaitMs > 0 && places.size() > 0;
    if (!mayWait || !places.isWatched()) {
      look(!mayWait);
    }
    if (!over) {
      var due = loop.schedule(() -> lookAlone(true), maxWaitMs, TimeUnit.MILLISECONDS);
      alarm = () -> due.cancel(false);
      if (!places.isWatched()) {
        places.watch();
      }
      places.wake(this::changed);
      look(false); // what was appended before somebody watched
    }
  }

  /// Ends it without an answer: the client is gone.
  void cancel() {
    over = true;
    release();
    places.close();
  }

  /// Called by the store's thread. Many calls before the next look make one look.
  private void changed() {
    if (lookIsDue.compareAndSet(false, true)) {
      try {
        loop.execute(() -> {
          lookIsDue.set(false);
          lookAlone(false);
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
      places.due().forEach(harvest::add);
    } catch (RuntimeException e) {
      harvest.drop();
      throw e;
    }
    if (answerAnyway || harvest.failed || harvest.bytes >= minBytes) {
      counters.fetchedBytes.add(harvest.bytes);
      finish(harvest.answer());
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
    places.wake(null);
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
    private final Map<FetchPlace, Answer.Fetch.Portion> portions = new LinkedHashMap<>();
    private long bytes;
    private boolean failed;

    private void add(FetchPlace place) {
      Answer.Fetch.Portion portion = portion(place);
      portions.put(place, portion);
      boolean isDone = portion.error() == KafkaError.NONE && !place.hasMore();
      if (isDone && (isFull || !place.hasMoved())) {
        places.quiet(place);
      }
    }

    private KafkaError refusal(TopicRef asked) {
      TopicStatus topic = catalog.find(asked);
      String name = topic == null ? asked.name() : topic.name();
      return name == null || rights.mayRead(name)
          ? KafkaError.NONE
          : Catalog.denied(asked, topic, rights);
    }

    private Answer.Fetch.Portion portion(FetchPlace place) {
      KafkaError refusal = refusal(place.key().topic());
      if (refusal != KafkaError.NONE) {
        place.lookAtNothing();
        return refused(place, refusal);
      }
      Partition partition = places.find(place, catalog);
      if (partition == null) {
        place.lookAtNothing();
        return refused(place, Catalog.notFound(place.key().topic()));
      }
      try {
        place.look(partition);
        return place.isInRange()
            ? asLookedAt(place, KafkaError.NONE, payload(partition, place))
            : refused(place, KafkaError.OFFSET_OUT_OF_RANGE);
      } catch (StoreRefused e) {
        counters.unreadable.increment();
        return refused(place, KafkaError.of(e));
      }
    }

    /// As in Kafka: the first batch of the answer is sent whatever its size, so that a client whose
    /// buffer is small moves on; all others keep within the bounds.
    private @Nullable Payload payload(Partition partition, FetchPlace place) throws StoreRefused {
      long room = maxBytes - bytes;
      if (!place.hasMore() || (bytes > 0 && room <= 0)) {
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

    private Answer.Fetch.Portion refused(FetchPlace place, KafkaError error) {
      failed = true;
      return asLookedAt(place, error, null);
    }

    /// A place that is not due stands as it stood at the look before.
    private Answer.Fetch answer() {
      Map<TopicRef, List<Answer.Fetch.Portion>> topics = new LinkedHashMap<>();
      for (FetchPlace place : isFull ? places.all() : List.copyOf(portions.keySet())) {
        Answer.Fetch.Portion found = portions.get(place);
        Answer.Fetch.Portion portion =
            found == null ? asLookedAt(place, KafkaError.NONE, null) : found;
        if (isFull || isNews(place, portion)) {
          topics.computeIfAbsent(place.key().topic(), ref -> new ArrayList<>()).add(portion);
          tell(place, portion);
        }
      }
      List<Answer.Fetch.Topic> all = new ArrayList<>(topics.size());
      topics.forEach((ref, told) -> all.add(new Answer.Fetch.Topic(ref, told)));
      return new Answer.Fetch(KafkaError.NONE, sessionId, all);
    }

    private static Answer.Fetch.Portion asLookedAt(
        FetchPlace place, KafkaError error, @Nullable Payload payload) {
      return new Answer.Fetch.Portion(
          place.key().partition(), error, place.startOffset(), place.endOffset(), payload);
    }

    private static boolean isNews(FetchPlace place, Answer.Fetch.Portion portion) {
      return portion.payload() != null || portion.error() != KafkaError.NONE || place.hasMoved();
    }

    /// The client goes on behind what it is given, or asks for the same again.
    private void tell(FetchPlace place, Answer.Fetch.Portion portion) {
      if (portion.error() != KafkaError.NONE) {
        place.toldError();
        return;
      }
      place.told();
      if (portion.payload() != null) {
        places.served(place);
      } else if (!place.hasMore()) {
        places.quiet(place);
      }
    }

    private void drop() {
      for (Answer.Fetch.Portion portion : portions.values()) {
        Payload payload = portion.payload();
        if (payload != null) {
          payload.drop();
        }
      }
    }
  }
}
