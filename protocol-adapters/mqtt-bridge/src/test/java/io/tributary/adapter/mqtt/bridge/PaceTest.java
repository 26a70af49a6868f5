package io.tributary.adapter.mqtt.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
      assertTrue(inFlight.remove((Object) identifier), "not under way");
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
      waited = Math.max(waited, underWay.size() - releases.size());
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
      if (pace == null) {
        complete(number);
      } else {
        pace.released(number);
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
    assertTrue(bridge.waited > 0, "some wait");
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

  private static List<Received> came(Pace pace, int messages) {
    List<Received> all = new ArrayList<>();
    for (int i = 1; i <= messages; i++) {
      Received number = new Received(i, 0, "", true);
      all.add(number);
      pace.came(number);
    }
    return all;
  }

  private static List<Integer> going(Pace pace, long millis) {
    List<Integer> all = new ArrayList<>();
    long now = TimeUnit.MILLISECONDS.toNanos(millis);
    for (Received next = pace.next(now); next != null; next = pace.next(now)) {
      all.add(next.packetId);
    }
    return all;
  }

  @Test
  void aBrokerThatReleasesOneAfterTheOtherIsNotKeptWaitingForEver() {
    Pace pace = new Pace(MAXIMUM);
    pace.released(came(pace, 400).get(0));
    assertEquals(List.of(), going(pace, 1_000));
    assertEquals(List.of(), going(pace, 1_999));
    assertEquals(List.of(1), going(pace, 2_000));
  }

  @Test
  void theOthersGoInTheOrderOfArrival() {
    Pace pace = new Pace(5);
    List<Received> all = came(pace, 10);
    for (int id : new int[] {7, 6, 2, 5, 9}) {
      pace.released(all.get(id - 1));
    }
    assertEquals(List.of(5, 6, 7), going(pace, 1_000));
    pace.released(all.get(8 - 1));
    assertEquals(List.of(8, 9), going(pace, 1_000));
    assertEquals(List.of(2), going(pace, 2_000));
  }

  @Test
  void whenAFirstOneIsDoneTheOldestOfTheOthersTakesItsPlace() {
    Pace pace = new Pace(5);
    List<Received> all = came(pace, 10);
    pace.ended(all.get(1 - 1));
    for (int id = 1; id <= 7; id++) {
      pace.released(all.get(id - 1));
    }
    assertEquals(List.of(6, 7), going(pace, 1_000));
  }

  @Test
  void whatCameOverAnotherConnectionCountsWhenItIsReleased() {
    List<Received> all = came(new Pace(5), 20);
    Pace pace = new Pace(5);
    for (int id = 1; id <= 9; id++) {
      pace.released(all.get(id - 1));
    }
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), going(pace, 1_000), "there are not many yet");
    for (int id = 10; id <= 16; id++) {
      pace.released(all.get(id - 1));
    }
    assertEquals(List.of(14, 15, 16), going(pace, 1_000));
  }

  @Test
  void fewAtATimeForASecondIsCalm() {
    Pace pace = new Pace(5);
    List<Received> all = came(pace, 10);
    pace.released(all.get(1 - 1));
    assertEquals(List.of(), going(pace, 1_000));
    pace.ended(all.get(10 - 1));
    pace.ended(all.get(9 - 1));
    pace.came(new Received(1_000, 0, "", true));
    assertEquals(List.of(), going(pace, 1_999));
    assertEquals(List.of(1), going(pace, 2_000));
  }
}
