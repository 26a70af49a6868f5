package io.tributary.front.kafka;

import io.tributary.store.Partition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The partitions that a client fetches, and which of them are due to be looked at: a look at them costs what has changed,
/// not what is asked for.
///
/// ```
/// asked for ───────────────▶ due ──nothing new──▶ quiet
///     the partition changed ─▶ ▲ │ ▲                │
///                              │ └─served: to the end of those that are due
///                              └────────────────────┘ the partition changed
/// ```
///
/// Whoever was served goes behind those who were not, so that no partition starves while others fill every answer.
/// Confined to the connection's event loop; only the partitions call from the store's thread.
final class FetchPlaces {
  private final Map<FetchPlace.Key, FetchPlace> places = new LinkedHashMap<>();

  /// In the order in which they are served.
  private final Set<FetchPlace> due = new LinkedHashSet<>();

  /// Whose partitions have changed, each once.
  private final Queue<FetchPlace> signalled = new ConcurrentLinkedQueue<>();

  private volatile @Nullable Runnable waiting;
  private boolean isWatched;

  int size() {
    return places.size();
  }

  Collection<FetchPlace> all() {
    return places.values();
  }

  /// The client asks for these partitions too, or anew.
  void ask(List<Request.Fetch.Topic> topics) {
    for (Request.Fetch.Topic topic : topics) {
      for (Request.Fetch.Place asked : topic.places()) {
        var key = new FetchPlace.Key(topic.topic(), asked.partition());
        FetchPlace place = places.computeIfAbsent(key, FetchPlace::new);
        place.ask(asked);
        due.add(place);
      }
    }
  }

  /// The client does not ask for a partition any more.
  void forget(FetchPlace.Key key) {
    FetchPlace gone = places.remove(key);
    if (gone != null) {
      due.remove(gone);
      gone.unsubscribe();
    }
  }

  /// From the next look at each place on it is known when its partition changes; all are due for that look.
  void watch() {
    isWatched = true;
    due.addAll(places.values());
  }

  boolean isWatched() {
    return isWatched;
  }

  /// Those that are to be looked at, in the order in which they are to be served.
  List<FetchPlace> due() {
    for (FetchPlace place = signalled.poll(); place != null; place = signalled.poll()) {
      place.heard();
      if (places.get(place.key()) == place) {
        due.add(place);
      }
    }
    return new ArrayList<>(due);
  }

  /// Finds the partition of a place.
  @Nullable Partition find(FetchPlace place, Catalog catalog) {
    return place.find(catalog, isWatched ? () -> changed(place) : null);
  }

  private void changed(FetchPlace place) {
    if (place.signal()) {
      signalled.add(place);
      Runnable wakes = waiting;
      if (wakes != null) {
        wakes.run();
      }
    }
  }

  /// The place was looked at, and nothing more is to be told of it until its partition changes or the client asks anew.
  void quiet(FetchPlace place) {
    due.remove(place);
  }

  /// The place was served, and goes behind the others.
  void served(FetchPlace place) {
    due.remove(place);
    due.add(place);
  }

  /// Calls `wakes` on the store's thread when a partition has changed; null: nobody waits.
  void wake(@Nullable Runnable wakes) {
    waiting = wakes;
  }

  /// Nobody hears of the partitions any more.
  void close() {
    places.values().forEach(FetchPlace::unsubscribe);
    isWatched = false;
  }
}
