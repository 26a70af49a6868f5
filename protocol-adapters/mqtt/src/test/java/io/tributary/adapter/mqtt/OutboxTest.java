package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.Delivery.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What waits for one client, by itself.
class OutboxTest {
  private static final int MESSAGES = 100;
  private static final int WINDOW = 10;

  private final Session session =
      new Session("a", 1, false, 0, new Outbox.OutboxLimits(MESSAGES, 1 << 20), new ArrayDeque<>());
  private final Outbox outbox = session.outbox;

  /// A delivery that still said it was waiting would be searched for in the whole queue: ten thousand that have expired together
  /// would hold up everybody.
  @Test
  void whatHasLeftTheQueueDoesNotSayThatItWaits() {
    List<Delivery> placed = place(MESSAGES);
    for (Delivery expected : placed) {
      Delivery next = Objects.requireNonNull(outbox.next(WINDOW));
      assertEquals(expected, next);
      assertEquals(Phase.SENDING, next.phase);
      outbox.giveUp(next);
      assertEquals(Phase.DONE, next.phase);
    }
    assertNull(outbox.next(WINDOW));
    assertTrue(outbox.underWay().isEmpty());
    assertEquals(MESSAGES, place(MESSAGES).size()); // all the room is back
  }

  @Test
  void whatIsGivenUpWhileItWaitsIsNotSent() {
    List<Delivery> placed = place(3);
    outbox.giveUp(placed.get(1));
    assertEquals(placed.get(0), outbox.next(WINDOW));
    assertEquals(placed.get(2), outbox.next(WINDOW));
    assertNull(outbox.next(WINDOW));
  }

  private List<Delivery> place(int count) {
    List<Delivery> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Message message =
          new Message("t", new byte[] {1}, 1, false, new byte[0], Message.NEVER, "normal", null);
      Delivery delivery = outbox.place(message, 1, false, new int[0]);
      assertNotNull(delivery);
      outbox.deliver(delivery);
      placed.add(delivery);
    }
    return placed;
  }
}
