package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The parts of one answer, which the store gives one by one: handed over once, in the order of the request, when the
/// slowest is there. Confined to the connection's event loop, but for {@link #putLater}.
final class Gathered<T> {
  private final EventExecutor loop;
  private final Consumer<List<T>> whole;
  private final List<@Nullable T> parts;
  private int lacking;

  Gathered(int count, EventExecutor loop, Consumer<List<T>> whole) {
    this.loop = loop;
    this.whole = whole;
    this.parts = new ArrayList<>(Collections.nCopies(count, null));
    this.lacking = count;
    if (count == 0) {
      whole.accept(List.of());
    }
  }

  void put(int index, T part) {
    parts.set(index, part);
    lacking--;
    if (lacking == 0) {
      List<T> all = new ArrayList<>(parts.size());
      parts.forEach(each -> all.add(Objects.requireNonNull(each)));
      whole.accept(all);
    }
  }

  /// Any thread.
  void putLater(int index, T part) {
    try {
      loop.execute(() -> put(index, part));
    } catch (RejectedExecutionException stopping) {
      // The event loop is shutting down, and this connection with it.
    }
  }
}
