package io.tributary.adapter.mqtt;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.StateChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Entries on disk that mean nothing any more. They do no harm there, so they go together, when the journal has room. Event
/// loop only.
final class Leftovers {
  private final Emitter emitter;
  private final Runnable soon;
  private final Map<String, Set<String>> byClass = new HashMap<>();
  private boolean asked;

  /// Makes an empty list.
  ///
  /// @param soon asks that {@link #sweep} be called before long
  Leftovers(Emitter emitter, Runnable soon) {
    this.emitter = emitter;
    this.soon = soon;
  }

  void remove(String className, String key) {
    byClass.computeIfAbsent(className, any -> new LinkedHashSet<>()).add(key);
    if (!asked) {
      asked = true;
      soon.run();
    }
  }

  /// The entry means something again.
  void keep(String className, String key) {
    Set<String> keys = byClass.get(className);
    if (keys != null) {
      keys.remove(key);
    }
  }

  /// Removes what there is, as far as there is room.
  void sweep() {
    asked = false;
    byClass.forEach((className, keys) -> {
      while (!keys.isEmpty() && removeSome(className, keys)) {
        // Until all are gone, or there is no room.
      }
    });
  }

  private boolean removeSome(String className, Set<String> keys) {
    List<StateChange> removals = new ArrayList<>();
    int bytes = 0;
    for (String key : keys) {
      StateChange removal = StateChange.remove(key);
      bytes += removal.sizeBytes();
      if (bytes > Emitter.STATE_CHANGES_BYTES) {
        break;
      }
      removals.add(removal);
    }
    if (!emitter.changeState(className, removals, Completion.NONE)) {
      return false;
    }
    Iterator<String> gone = keys.iterator();
    for (int i = 0; i < removals.size(); i++) {
      gone.next();
      gone.remove();
    }
    return true;
  }
}
