package io.tributary.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What a state machine wants done, in the order in which it must be done. Confined to the machine's thread.
///
/// The owner polls until the queue is empty. It may call the machine again while it does so: what that adds comes last.
///
/// @param <E> {@link UplinkEffect}, {@link IntakeEffect} or {@link DoorkeeperEffect}
public final class Effects<E> {
  private final ArrayDeque<E> queue = new ArrayDeque<>();

  public void add(E effect) {
    queue.add(effect);
  }

  public @Nullable E poll() {
    return queue.poll();
  }

  public boolean isEmpty() {
    return queue.isEmpty();
  }
}
