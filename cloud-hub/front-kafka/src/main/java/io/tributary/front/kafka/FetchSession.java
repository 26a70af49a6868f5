package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// What a client fetches, remembered from one Fetch to the next (KIP-227): the client says only what changes, and is told
/// only what has changed. Lives on the event loop of its client.
final class FetchSession {
  /// The epoch of a Fetch that wants a session.
  static final int INITIAL_EPOCH = 0;

  /// The epoch of a Fetch that wants none.
  static final int FINAL_EPOCH = -1;

  private final int id;
  private final Fetching owner;
  private final FetchPlaces places;
  private final boolean usesTopicIds;
  private final EventExecutor loop;
  private final long createdMs;

  /// Read by whoever looks for a session that can go.
  private final AtomicInteger size;

  private volatile long usedMs;
  private int epoch = 1;

  /// @param usesTopicIds whether its topics are named by their ids (Fetch from version 13 on)
  FetchSession(
      int id,
      Fetching owner,
      FetchPlaces places,
      boolean usesTopicIds,
      EventExecutor loop,
      long nowMs) {
    this.id = id;
    this.owner = owner;
    this.places = places;
    this.usesTopicIds = usesTopicIds;
    this.loop = loop;
    this.createdMs = nowMs;
    this.usedMs = nowMs;
    this.size = new AtomicInteger(places.size());
  }

  int id() {
    return id;
  }

  Fetching owner() {
    return owner;
  }

  FetchPlaces places() {
    return places;
  }

  /// The epoch that the next Fetch must have, from 1 on.
  int epoch() {
    return epoch;
  }

  /// A Fetch was taken.
  void advance(long nowMs) {
    epoch = behind(epoch);
    usedMs = nowMs;
  }

  /// After the largest epoch comes 1 again, as in Kafka.
  static int behind(int epoch) {
    return epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
  }

  /// Whether a request names its topics as the session does.
  boolean agreesWith(Request.Fetch asked) {
    return asked.topics().stream().allMatch(topic -> isNamed(topic.topic()))
        && asked.forgotten().stream().allMatch(topic -> isNamed(topic.topic()));
  }

  private boolean isNamed(TopicRef topic) {
    return (topic.name() == null) == usesTopicIds;
  }

  /// The client asks for something else from now on.
  void change(Request.Fetch asked) {
    for (Request.Fetch.Forgotten topic : asked.forgotten()) {
      for (int partition : topic.partitions()) {
        places.forget(new FetchPlace.Key(topic.topic(), partition));
      }
    }
    places.ask(asked.topics());
  }

  /// How many partitions it counts for. Any thread.
  int size() {
    return size.get();
  }

  void count(int partitions) {
    size.set(partitions);
  }

  long createdMs() {
    return createdMs;
  }

  /// Any thread.
  long usedMs() {
    return usedMs;
  }

  /// The session has had to go. Any thread.
  void evict() {
    try {
      loop.execute(places::close);
    } catch (RejectedExecutionException stopping) {
      // The event loop is shutting down, and the connection with it.
    }
  }
}
