package io.tributary.adapter.mqtt.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// {@link Pace} against models of brokers: they count time in rounds, in each of which the broker reads some answers, and
/// the bridge all that it was sent.
class PaceTest {
  private static final int MAXIMUM = Pace.MOSQUITTOS_MAXIMUM;
  private static final int IDENTIFIERS = 65_535;
  private static final int ANSWERS_A_ROUND = 200;

  /// How Mosquitto 2.0.11 counts: as its `db__message_delete_outgoing` and `db__ready_for_flight` do.
  private static class Mosquitto {
    final List<Integer> inFlight = new ArrayList<>();
    final Deque<Integer> queue = new ArrayDeque<>();
    final Deque<Integer> sent = new ArrayDeque<>();
    private int quota = MAXIMUM;
    private int published;
    private int next = 1;

    void publish() {
      int identifier = next;
      next = next % IDENTIFIERS + 1;
      published++;
      if (quota > 0) {
        send(identifier);
      } else {
        queue.add(identifier);
      }
    }

    private void send(int identifier) {
      assertFalse(inFlight.contains(identifier), "in use already");
      quota = Math.max(0, quota - 1);
      inFlight.add(identifier);
      sent.add(identifier);
    }

    void completed(int identifier) {
      int place = inFlight.indexOf(identifier);
      assertTrue(place >= 0, "not under way");
      inFlight.remove(place);
      quota = Math.min(MAXIMUM, quota + 1);
      for (int i = place; mayDequeue(i); i++) {
        send(queue.remove());
      }
    }

    boolean mayDequeue(int place) {
      return place < MAXIMUM && !queue.isEmpty();
    }
  }

  /// As the standard says.
  private static final class Obedient extends Mosquitto {
    @Override
    boolean mayDequeue(int place) {
      return inFlight.size() < MAXIMUM && !queue.isEmpty();
    }
  }

  /// What takes the messages: each is released a round after it came, and completed as the pace says.
  private static final class Bridge {
    private final Mosquitto broker;
    private final @Nullable Pace pace;
    private final Map<Integer, Received> underWay = new HashMap<>();
    private final Deque<Received> releases = new ArrayDeque<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private long nowNanos;
    int most;
    int waited;
    int completed;
    private int lastArrived;

    Bridge(Mosquitto broker, @Nullable Pace pace) {
      this.broker = broker;
      this.pace = pace;
    }

    void round() {
      nowNanos += TimeUnit.MILLISECONDS.toNanos(1);
      for (int i = 0; i < ANSWERS_A_ROUND && !answers.isEmpty(); i++) {
        broker.completed(answers.remove());
      }
      int released = releases.size();
      for (int i = 0; i < released; i++) {
        release(releases.remove());
      }
      for (Received next = next(); next != null; next = next()) {
        complete(next);
      }
      while (!broker.sent.isEmpty()) {
        arrived(broker.sent.remove());
      }
      most = Math.max(most, broker.inFlight.size());
    }

    private @Nullable Received next() {
      return pace == null ? null : pace.next(nowNanos);
    }

    private void arrived(int identifier) {
      assertEquals(lastArrived % IDENTIFIERS + 1, identifier, "in order");
      lastArrived = identifier;
      Received number = new Received(identifier, 0, "", true);
      underWay.put(identifier, number);
      releases.add(number);
      if (pace != null) {
        pace.came(number);
      }
    }

    private void release(Received number) {
      if (pace != null && pace.mustWait(number)) {
        waited++;
      } else {
        complete(number);
      }
    }

    private void complete(Received number) {
      underWay.remove(number.packetId);
      if (pace != null) {
        pace.ended(number);
      }
      completed++;
      answers.add(number.packetId);
    }

    void untilAllIsDone() {
      while (completed < broker.published) {
        round();
      }
    }
  }

  private static void fill(Mosquitto broker, int messages) {
    for (int i = 0; i < messages; i++) {
      broker.publish();
    }
  }

  @Test
  void withoutAPaceTheWholeQueueIsSentAtOnce() {
    Mosquitto broker = new Mosquitto();
    fill(broker, 20_000);
    Bridge bridge = new Bridge(broker, null);
    bridge.untilAllIsDone();
    assertTrue(bridge.most > 15_000, () -> "at most " + bridge.most);
  }

  @Test
  void aQueueComesInOrderAndNotAtOnce() {
    Mosquitto broker = new Mosquitto();
    fill(broker, 50_000);
    Bridge bridge = new Bridge(broker, new Pace(MAXIMUM));
    bridge.untilAllIsDone();
    assertTrue(bridge.most < 1_000, () -> "at most " + bridge.most);
    assertTrue(bridge.waited > 0);
  }

  @Test
  void noIdentifierIsInUseTwiceHoweverLongTheQueueStands() {
    Mosquitto broker = new Mosquitto();
    fill(broker, 2_000);
    Bridge bridge = new Bridge(broker, new Pace(MAXIMUM));
    for (int round = 0; round < 3_000; round++) {
      fill(broker, broker.queue.size() < 2_000 ? 190 : 0); // as much as the broker gets rid of
      bridge.round();
    }
    bridge.untilAllIsDone();
    assertTrue(broker.published > 4 * IDENTIFIERS, () -> "only " + broker.published);
    assertTrue(bridge.most < 1_000, () -> "at most " + bridge.most);
  }

  @Test
  void aBrokerThatKeepsToItsMaximumNeverWaits() {
    Mosquitto broker = new Obedient();
    fill(broker, 20_000);
    Bridge bridge = new Bridge(broker, new Pace(MAXIMUM));
    bridge.untilAllIsDone();
    assertEquals(MAXIMUM, bridge.most);
    assertEquals(0, bridge.waited);
  }

  @Test
  void aBrokerThatReleasesOneAfterTheOtherIsNotKeptWaitingForEver() {
    Pace pace = new Pace(MAXIMUM);
    Received first = new Received(1, 0, "", true);
    pace.came(first);
    for (int i = 2; i <= 400; i++) {
      pace.came(new Received(i, 0, "", true));
    }
    assertTrue(pace.mustWait(first));
    assertNull(pace.next(TimeUnit.SECONDS.toNanos(1)));
    assertSame(first, pace.next(TimeUnit.SECONDS.toNanos(2)));
  }

  @Test
  void whenAFirstOneIsDoneTheOldestOfTheOthersTakesItsPlace() {
    Pace pace = new Pace(MAXIMUM);
    List<Received> underWay = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      Received number = new Received(i, 0, "", true);
      underWay.add(number);
      pace.came(number);
    }
    pace.ended(underWay.get(MAXIMUM - 1));
    pace.ended(underWay.get(0));
    assertTrue(pace.mustWait(underWay.get(MAXIMUM)));
    assertFalse(pace.mustWait(underWay.get(MAXIMUM + 1)));
  }

  @Test
  void whatCameOverAnotherConnectionCountsWhenItIsReleased() {
    Pace before = new Pace(MAXIMUM);
    List<Received> underWay = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      Received number = new Received(i, 0, "", true);
      underWay.add(number);
      before.came(number);
    }
    before.over();
    Pace pace = new Pace(MAXIMUM);
    for (int i = 0; i < 2 * MAXIMUM - 1; i++) {
      assertFalse(pace.mustWait(underWay.get(i)), "there are not many yet");
    }
    pace.came(underWay.get(2 * MAXIMUM - 1));
    assertTrue(pace.mustWait(underWay.get(0)));
    assertFalse(pace.mustWait(underWay.get(MAXIMUM)));
  }

  @Test
  void fewAtATimeForASecondIsCalm() {
    Pace pace = new Pace(MAXIMUM);
    List<Received> underWay = new ArrayList<>();
    for (int i = 1; i <= 2 * MAXIMUM; i++) {
      Received number = new Received(i, 0, "", true);
      underWay.add(number);
      pace.came(number);
    }
    assertTrue(pace.mustWait(underWay.get(0)));
    assertNull(pace.next(TimeUnit.MILLISECONDS.toNanos(1_000)));
    pace.ended(underWay.get(2 * MAXIMUM - 1));
    pace.ended(underWay.get(2 * MAXIMUM - 2));
    pace.came(new Received(1_000, 0, "", true));
    assertNull(pace.next(TimeUnit.MILLISECONDS.toNanos(1_999)));
    assertSame(underWay.get(0), pace.next(TimeUnit.MILLISECONDS.toNanos(2_000)));
  }
}
