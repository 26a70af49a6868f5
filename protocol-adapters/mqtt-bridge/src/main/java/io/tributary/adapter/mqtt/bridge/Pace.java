package io.tributary.adapter.mqtt.bridge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// When the messages of QoS 2 of one connection may be completed, so that the broker does not run ahead of its bridge. The bridge's
/// thread only.
///
/// Mosquitto 2.0.11 takes the place of a message in its list for the number that are under way: for the PUBCOMP of the first it
/// sends as many of its queue as the receive maximum, for that of the second one fewer, and one for the place that is
/// the receive maximum. So a bridge that completes in the order of arrival is handed the whole queue at once: tens of
/// thousands of messages, a list that the broker searches for each answer, and in the end identifiers that two messages have. Therefore,
/// once twice as many are under way as the receive maximum, the first ones wait, one fewer than that; all others
/// complete in the order of arrival, each from the place that brings one. Behind it a PUBCOMP would bring none, and
/// Mosquitto would let the next publish overtake its queue: so no more than these wait, and none goes before an earlier one, though
/// a client may tell of releases in another order than they came.
///
/// The standard orders PUBACK, PUBREC and PUBREL, not PUBCOMP (MQTT 5, section 4.6). A broker that keeps to its receive maximum
/// never gets here.
final class Pace {
  /// What Mosquitto sends before the first is complete, unless its configuration says otherwise: with a receive maximum above it the
  /// broker's own number decides, which nobody tells.
  static final int MOSQUITTOS_MAXIMUM = 20;

  /// The first ones wait until for so long fewer were under way, or nothing came: else a broker that is behind with the answers
  /// that it has would send more; and one that releases a message only when the one before is complete would wait for ever.
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// Messages that come while one waits: all have other identifiers, of 65,535, also where a broker does not look which are in
  /// use.
  private static final int LATER_MOST = 40_000;

  private final int firstMost;

  /// Under way at once, from where on the first ones wait.
  private final int many;

  /// The first that are under way and not let go, in the order of arrival.
  private final Deque<Received> first = new ArrayDeque<>();

  /// The others, and some that are not held any more.
  private final Deque<Received> later = new ArrayDeque<>();

  /// What may be completed.
  private final Deque<Received> going = new ArrayDeque<>();

  private int underWay;
  private long begun;
  private boolean areMany;
  private boolean isStirred;
  private long stirredNanos;

  /// @param receiveMaximum what the broker was told, or would have been if its version had the word
  Pace(int receiveMaximum) {
    this.firstMost = Math.min(receiveMaximum, MOSQUITTOS_MAXIMUM) - 1;
    this.many = 2 * receiveMaximum;
  }

  /// A message came over this connection, or its PUBREL.
  void came(Received number) {
    if (number.pace != this) {
      begun++;
      number.begun = begun;
      number.pace = this;
      number.isHeld = true;
      number.isReleased = false;
      underWay++;
      later.add(number);
    }
    if (underWay >= many) {
      areMany = true;
      isStirred = true;
    }
    settle();
  }

  /// The broker has released a message: {@link #next} gives it when it may be completed.
  void released(Received number) {
    came(number);
    number.isReleased = true;
    if (areMany) {
      settle();
    } else {
      letGo(number);
    }
  }

  /// Whether {@link #next} has given a message, or will without anything else, and it is under way still.
  boolean hasLetGo(Received number) {
    return number.pace == this && !number.isHeld;
  }

  /// A message is under way no more.
  void ended(Received number) {
    if (number.pace == this) {
      number.pace = null;
      underWay--;
      drop(number);
    }
  }

  private void letGo(Received number) {
    if (number.isHeld) {
      going.add(number);
      drop(number);
    }
  }

  private void drop(Received number) {
    if (number.isHeld) {
      number.isHeld = false;
      first.remove(number);
      settle();
    }
  }

  private void settle() {
    for (Received head = later.peek(); head != null; head = later.peek()) {
      if (head.isHeld && first.size() < firstMost) {
        first.add(later.remove());
      } else if (!head.isHeld) {
        later.remove();
      } else if (areMany && head.isReleased) {
        head.isHeld = false;
        going.add(later.remove());
      } else {
        return;
      }
    }
  }

  /// What may be completed; null when there is nothing. To be asked at least once a second.
  @Nullable Received next(long nowNanos) {
    if (isStirred) {
      isStirred = false;
      stirredNanos = nowNanos;
    } else if (areMany && nowNanos - stirredNanos >= CALM_NANOS) {
      areMany = false;
      List.copyOf(first).forEach(this::letGoIfReleased);
      List.copyOf(later).forEach(this::letGoIfReleased);
    }
    Received oldest = first.peek();
    if (oldest != null && begun - oldest.begun > LATER_MOST) {
      letGoIfReleased(oldest);
    }
    return going.poll();
  }

  private void letGoIfReleased(Received number) {
    if (number.isReleased) {
      letGo(number);
    }
  }
}
