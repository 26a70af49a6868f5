package io.tributary.sim.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeliveriesTest {
  private final Deliveries deliveries = new Deliveries(2);

  @BeforeEach
  void threeAreAcknowledged() {
    acked(0, 0, 0);
    acked(1, 1, 0);
    acked(2, 0, 1);
  }

  @Test
  void whatIsReadAsAcknowledgedHolds() {
    readAll();
    assertTrue(deliveries.holds(), deliveries::toString);
    assertEquals(3, deliveries.consumed());
  }

  @Test
  void whatWasWrittenAndNotAcknowledgedMayBeRead() {
    read(0, 0, 0);
    read(2, 0, 1);
    read(3, 0, 2);
    read(1, 1, 0);
    assertTrue(deliveries.holds(), deliveries::toString);
  }

  @Test
  void oneThatIsNotReadIsMissing() {
    read(0, 0, 0);
    read(2, 0, 1);
    assertEquals(1, deliveries.missing());
    assertFalse(deliveries.holds());
  }

  @Test
  void oneThatIsReadTwiceIsSeen() {
    readAll();
    read(2, 0, 2);
    assertFalse(deliveries.holds());
    assertTrue(deliveries.toString().contains("twice 1"), deliveries::toString);
  }

  @Test
  void anotherPlaceThanTheAcknowledgedOneIsSeen() {
    read(1, 0, 0);
    read(2, 0, 1);
    read(0, 1, 0);
    assertFalse(deliveries.holds());
    assertTrue(deliveries.toString().contains("NOT each where"), deliveries::toString);
  }

  @Test
  void anOffsetThatIsLeftOutIsSeen() {
    read(0, 0, 0);
    read(2, 0, 2);
    read(1, 1, 0);
    assertFalse(deliveries.holds());
    assertTrue(deliveries.toString().contains("offsets skipped 1"), deliveries::toString);
  }

  private void readAll() {
    read(0, 0, 0);
    read(2, 0, 1);
    read(1, 1, 0);
  }

  private void acked(int value, int partition, int offset) {
    byte[] line =
        "{\"timestamp\":1,\"name\":\"producer_send_success\",\"key\":null,\"value\":\"%d\",\"topic\":\"t\",\"partition\":%d,\"offset\":%d}"
            .formatted(value, partition, offset)
            .getBytes(StandardCharsets.UTF_8);
    deliveries.produced(line, 0, line.length);
  }

  private void read(int value, int partition, int offset) {
    byte[] line =
        "..{\"timestamp\":1,\"name\":\"record_data\",\"key\":null,\"value\":\"%d\",\"topic\":\"t\",\"partition\":%d,\"offset\":%d}"
            .formatted(value, partition, offset)
            .getBytes(StandardCharsets.UTF_8);
    deliveries.consumed(line, 2, line.length);
  }
}
