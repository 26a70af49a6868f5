package io.tributary.adapter.mqtt.hivemq;

import static io.tributary.adapter.mqtt.hivemq.Heard.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.bridge.Arrival;
import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A bridge that has no room stops the reading, and loses nothing of what was read.
@Timeout(60)
class HandOverTest {
  private final CountDownLatch room = new CountDownLatch(1);
  private final List<Integer> taken = new CopyOnWriteArrayList<>();
  private final AtomicInteger pauses = new AtomicInteger();
  private final AtomicInteger resumes = new AtomicInteger();
  private final HandOver handOver =
      new HandOver(this::take, pauses::incrementAndGet, resumes::incrementAndGet);
  private final Thread thread = Thread.ofPlatform().daemon().start(handOver);

  @Test
  void pausesAtItsBoundAndResumesWhenHalfIsTaken() {
    int all = HandOver.MESSAGES + 100;
    IntStream.range(0, all).forEach(i -> handOver.put(arrival(i, 1)));
    assertTrue(pauses.get() >= 1 && handOver.isPaused());
    assertEquals(0, resumes.get());
    room.countDown();
    eventually("all are taken", () -> taken.size() == all);
    assertEquals(IntStream.range(0, all).boxed().toList(), taken);
    eventually("it reads again", () -> resumes.get() == 1);
    assertFalse(handOver.isPaused());
    handOver.end();
    eventually("its thread ends", () -> !thread.isAlive());
  }

  @Test
  void countsBytesToo() {
    handOver.put(arrival(0, HandOver.BYTES / 2));
    handOver.put(arrival(1, HandOver.BYTES / 2));
    handOver.put(arrival(2, HandOver.BYTES / 2));
    assertTrue(pauses.get() >= 1 && handOver.isPaused());
    room.countDown();
    eventually("it reads again", () -> resumes.get() == 1);
    handOver.end();
  }

  private boolean take(Arrival arrival) {
    try {
      room.await();
    } catch (InterruptedException e) {
      return false;
    }
    taken.add(arrival.packetId());
    return true;
  }

  private static Arrival arrival(int number, int size) {
    return new Arrival("t", new byte[size], 1, number, false, UserProperties.NONE, () -> {});
  }
}
