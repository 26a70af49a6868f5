package io.tributary.adapter.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.tributary.adapter.Completion;
import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The requests that are known by their idempotency keys: the newest {@link Bounds#KEYS}, for {@link Bounds#KEY_AGE}. Event loop
/// only.
final class Keys {
  private static final int BUSY_RETRY_SECONDS = 1;
  private static final int FULL_RETRY_SECONDS = 60;

  private final Emitter emitter;
  private final Counts<Counter> counts;

  /// The oldest first.
  private final Map<String, KnownRequest> known = new LinkedHashMap<>();

  /// Entries on disk that mean nothing any more. They count as known, so there are no more of them.
  private final Set<Leftover> leftovers = new LinkedHashSet<>();

  private record Leftover(String className, String stateKey) {}

  Keys(Outlet outlet, Emitter emitter, Counts<Counter> counts) {
    this.emitter = emitter;
    this.counts = counts;
    List<KnownRequest> restored = new ArrayList<>();
    for (StateEntry entry : outlet.restored()) {
      KeyState state = KeyState.decode(entry.value());
      if (state == null) {
        leftovers.add(new Leftover(entry.className(), entry.key()));
        counts.count(
            Counter.KEYS_FORGOTTEN, "the state '" + entry.key() + "' is no idempotency key's");
      } else {
        restored.add(new KnownRequest(entry.className(), entry.key(), state));
      }
    }
    restored.sort(Comparator.comparingLong(each -> each.whenMs));
    restored.forEach(this::restore);
  }

  /// Where the class of a topic has changed in the midst of a request, both journals have an entry: what came further counts.
  private void restore(KnownRequest request) {
    KnownRequest other = known.get(request.stateKey);
    if (other == null) {
      known.put(request.stateKey, request);
    } else if (other.decided >= request.decided) {
      leftovers.add(new Leftover(request.className, request.stateKey));
    } else {
      forget(other);
      known.put(request.stateKey, request);
    }
  }

  /// Looks a request up.
  ///
  /// @return null for a new one
  /// @throws RequestRefused for one that is under way, and for a key that had another body
  @Nullable KnownRequest find(String topic, String key, long digest) throws RequestRefused {
    KnownRequest request = known.get(stateKey(topic, key));
    if (request == null) {
      return null;
    }
    if (request.digest != digest) {
      throw RequestRefused.of(
          Counter.KEYS_REUSED,
          HttpResponseStatus.UNPROCESSABLE_ENTITY,
          "its Idempotency-Key '" + key + "' had another body; take a new key for each request");
    }
    if (request.isUnderWay) {
      throw RequestRefused.later(
          Counter.KEYS_BUSY,
          HttpResponseStatus.CONFLICT,
          BUSY_RETRY_SECONDS,
          "the request with the Idempotency-Key '" + key + "' is still under way; ask again");
    }
    return request;
  }

  /// Takes a new one in; the oldest make way for it where there is no more room.
  KnownRequest admit(String topic, String className, String key, long digest, long nowMs)
      throws RequestRefused {
    String stateKey = stateKey(topic, key);
    KnownRequest request =
        new KnownRequest(className, stateKey, new KeyState(digest, nowMs, 0, 0, 0));
    boolean mayGrow = emitter.mayKeepMore(className);
    int missing = makeRoom(className, mayGrow ? 0 : sizeBytes(request));
    flush();
    if (missing > 0 || known.size() + leftovers.size() >= 2 * Bounds.KEYS) {
      throw RequestRefused.later(
          Counter.KEYS_REFUSED,
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          FULL_RETRY_SECONDS,
          "no more idempotency keys can be kept on disk; nothing was taken, come again or leave the key out");
    }
    leftovers.remove(new Leftover(className, stateKey));
    known.put(stateKey, request);
    return request;
  }

  /// Forgets the oldest, until one more may be known, and its class's journal has as many bytes of state less.
  ///
  /// @return how many bytes are missing still
  private int makeRoom(String className, int bytes) {
    int missing = bytes;
    List<KnownRequest> oldest = new ArrayList<>();
    for (KnownRequest next : known.values()) {
      if (known.size() - oldest.size() < Bounds.KEYS && missing <= 0) {
        break;
      }
      boolean isOfUse = missing <= 0 || next.className.equals(className);
      if (!next.isUnderWay && isOfUse) {
        missing -= sizeBytes(next);
        oldest.add(next);
      }
    }
    oldest.forEach(this::forget);
    counts.count(Counter.KEYS_FORGOTTEN, oldest.size());
    return missing;
  }

  private static int sizeBytes(KnownRequest request) {
    return new StateChange(request.stateKey, request.state(0, Tally.EMPTY).encode()).sizeBytes();
  }

  /// It has come so far.
  ///
  /// @param className whose journal was given its changes
  /// @param hasState whether the disk may know of it
  void end(KnownRequest request, String className, int decided, Tally tally, boolean hasState) {
    if (decided > request.decided && !request.className.equals(className)) {
      leftovers.add(
          new Leftover(request.className, request.stateKey)); // its topic has another class now
      request.className = className;
    }
    request.isUnderWay = false;
    request.decided = decided;
    request.tally = tally;
    if (!hasState && decided == 0) {
      known.remove(request.stateKey);
    }
  }

  private void forget(KnownRequest request) {
    known.remove(request.stateKey);
    leftovers.add(new Leftover(request.className, request.stateKey));
  }

  /// Forgets what is too old.
  void sweep(long nowMs) {
    List<KnownRequest> old = new ArrayList<>();
    for (KnownRequest next : known.values()) {
      boolean isTooOld = nowMs - next.whenMs >= Bounds.KEY_AGE.toMillis();
      if (!isTooOld && known.size() - old.size() <= Bounds.KEYS) {
        break;
      }
      if (!next.isUnderWay) {
        old.add(next);
      }
    }
    old.forEach(this::forget);
    flush();
  }

  /// Takes from the disk what means nothing any more, as far as there is room for changes.
  private void flush() {
    Map<String, List<Leftover>> classes = new HashMap<>();
    for (Leftover each : leftovers) {
      List<Leftover> some = classes.computeIfAbsent(each.className, unused -> new ArrayList<>());
      if (some.size() < Bounds.KEYS_A_CHANGE) {
        some.add(each);
      }
    }
    classes.forEach((className, some) -> {
      List<StateChange> changes =
          some.stream().map(each -> StateChange.remove(each.stateKey)).toList();
      if (emitter.changeState(className, changes, Completion.NONE)) {
        some.forEach(leftovers::remove);
      }
    });
  }

  private static String stateKey(String topic, String key) {
    return topic + "/" + key;
  }
}
