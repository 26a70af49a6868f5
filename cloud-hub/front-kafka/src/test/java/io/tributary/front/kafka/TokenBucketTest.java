package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The test owns the clock, which `System.nanoTime` may begin anywhere.
class TokenBucketTest {
  private static final int RATE = 1_000;
  private static final int SIZE = 10 * RATE;

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void holdsTenSecondsAndMakesWhoTakesMoreWaitForIt(long startNanos) {
    TokenBucket bucket = new TokenBucket(RATE, startNanos);
    bucket.take(SIZE, startNanos);
    assertEquals(0, bucket.throttleMs(startNanos));
    bucket.take(1, startNanos);
    assertEquals(1, bucket.throttleMs(startNanos));
    bucket.take(1_999, startNanos);
    assertEquals(2_000, bucket.throttleMs(startNanos));
    assertEquals(500, bucket.throttleMs(startNanos + ms(1_500)));
    assertEquals(1, bucket.throttleMs(startNanos + ms(2_000) - 1));
    assertEquals(0, bucket.throttleMs(startNanos + ms(2_000)));
  }

  @Test
  void fillsWhileNobodyTakesAndNotBeyondItsSize() {
    TokenBucket bucket = new TokenBucket(RATE, 0);
    bucket.take(SIZE, 0);
    bucket.take(3_000, ms(3_000));
    assertEquals(0, bucket.throttleMs(ms(3_000)));
    long muchLater = TimeUnit.DAYS.toNanos(1);
    bucket.take(SIZE + 7, muchLater);
    assertEquals(7, bucket.throttleMs(muchLater));
  }

  @Test
  void mutesNobodyForLongerThanASessionLasts() {
    TokenBucket bucket = new TokenBucket(RATE, 0);
    bucket.take(Long.MAX_VALUE, 0);
    bucket.take(Long.MAX_VALUE, 0);
    assertEquals(TokenBucket.THROTTLE_MS_MOST, bucket.throttleMs(0));
    assertTrue(TokenBucket.THROTTLE_MS_MOST < 6_000, "the shortest session");
    // What is remembered is one window, which is rested from in several steps.
    assertEquals(TokenBucket.THROTTLE_MS_MOST, bucket.throttleMs(ms(5_000)));
    assertEquals(1, bucket.throttleMs(ms(9_999)));
    assertEquals(0, bucket.throttleMs(ms(10_000)));
  }

  /// Whoever rests as long as it is told gets the rate, whatever it takes at a time.
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4_999, SIZE})
  void keepsTheRateInTheLongRun(int bytes) {
    TokenBucket bucket = new TokenBucket(RATE, 0);
    long nowNanos = 0;
    long taken = 0;
    long endNanos = TimeUnit.MINUTES.toNanos(10);
    while (nowNanos < endNanos) {
      int throttleMs = bucket.throttleMs(nowNanos);
      if (throttleMs > 0) {
        nowNanos += ms(throttleMs);
      } else {
        bucket.take(bytes, nowNanos);
        taken += bytes;
      }
    }
    long most = RATE * TimeUnit.NANOSECONDS.toSeconds(nowNanos) + SIZE + bytes;
    assertTrue(taken <= most, () -> "more than " + most);
    assertTrue(taken >= most * 99 / 100 - 2L * bytes, taken + " of " + most);
  }

  @Test
  void anAnswerFitsIntoIt() {
    assertEquals(SIZE, new TokenBucket(RATE, 0).sizeBytes());
    assertEquals(Integer.MAX_VALUE, new TokenBucket(Long.MAX_VALUE - 1, 0).sizeBytes());
  }

  private static long ms(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
