package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.PublishRate.RateLimits;
import org.junit.jupiter.api.Test;

/// The two buckets of one client.
class PublishRateTest {
  private static final long SECOND = 1_000_000_000L;

  /// Times wrap around in the life of a machine.
  private static final long START = Math.max(0, Long.MAX_VALUE - SECOND / 2);

  @Test
  void aSecondsWorthIsTakenAtOnceAndThenAtItsRate() {
    PublishRate rate = new PublishRate(new RateLimits(10, 0), START);
    assertEquals(10, taken(rate, START, 1));
    long wait = rate.waitNanos(START);
    assertTrue(wait > 0 && wait <= SECOND / 10 + 1, () -> "waits " + wait);
    assertEquals(1, taken(rate, START + wait, 1));
    assertEquals(5, taken(rate, START + wait + SECOND / 2, 1));
    assertEquals(10, taken(rate, START + 100 * SECOND, 1), "no more than one bucket is saved");
  }

  @Test
  void bytesAreBoundedToo() {
    PublishRate rate = new PublishRate(new RateLimits(0, 1000), START);
    assertEquals(10, taken(rate, START, 100));
    rate = new PublishRate(new RateLimits(0, 1000), START);
    rate.took(10_000, START);
    assertTrue(rate.waitNanos(START + 8 * SECOND) > 0, "what was too much is waited for");
    assertEquals(0, rate.waitNanos(START + 10 * SECOND));
  }

  @Test
  void withoutABoundNobodyWaits() {
    PublishRate rate = new PublishRate(new RateLimits(0, 0), START);
    rate.took(Integer.MAX_VALUE, START);
    assertEquals(0, rate.waitNanos(START));
  }

  private static int taken(PublishRate rate, long nowNanos, int bytes) {
    int taken = 0;
    while (rate.waitNanos(nowNanos) == 0) {
      rate.took(bytes, nowNanos);
      taken++;
    }
    return taken;
  }
}
