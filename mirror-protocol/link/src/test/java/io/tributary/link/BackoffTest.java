package io.tributary.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BackoffTest {
  private static final long START = Long.MAX_VALUE - 1; // the monotonic clock may overflow

  @ParameterizedTest
  @EnumSource(LinkKind.class)
  void doublesFromHalfASecondToTheBoundOfItsKind(LinkKind kind) {
    for (long seed = 0; seed < 200; seed++) {
      Backoff backoff = new Backoff(kind, seed);
      long now = START;
      long expected = 500;
      for (int i = 0; i < 12; i++) {
        long wait = backoff.failed(now, 0);
        assertTrue(wait >= expected / 2 && wait <= expected, wait + " of " + expected);
        now += TimeUnit.MILLISECONDS.toNanos(wait);
        expected = Math.min(2 * expected, kind.maxBackoffMs());
      }
    }
  }

  @Test
  void dialsAtOnceAtTheStartAndNotBeforeTheWaitIsOver() {
    Backoff backoff = new Backoff(LinkKind.LAN, 7);
    assertTrue(backoff.mayDial(START));
    long wait = TimeUnit.MILLISECONDS.toNanos(backoff.failed(START, 0));
    assertFalse(backoff.mayDial(START + wait - 1));
    assertEquals(1, backoff.untilDialNanos(START + wait - 1));
    assertTrue(backoff.mayDial(START + wait));
    assertEquals(0, backoff.untilDialNanos(START + wait));
  }

  @Test
  void anErrorInAnEstablishedSessionKeepsDoubling() {
    Backoff backoff = new Backoff(LinkKind.METERED, 7);
    long now = START;
    long last = 0;
    for (int i = 0; i < 10; i++) {
      last = backoff.failed(now, 0);
      backoff.connected(now); // the hub takes the session and breaks it at once
    }
    assertTrue(last >= 15_000, "waits " + last);
  }

  @Test
  void aSteadySessionWinsTheShortWaitBack() {
    Backoff backoff = new Backoff(LinkKind.METERED, 7);
    for (int i = 0; i < 10; i++) {
      backoff.failed(START, 0);
    }
    backoff.connected(START);
    long steady = START + TimeUnit.MILLISECONDS.toNanos(Backoff.STEADY_MS);
    assertTrue(backoff.failed(steady, 0) <= 500);
  }

  @Test
  void theHubsRetryTimeIsRespectedWithJitterAndWithinABound() {
    for (long seed = 0; seed < 100; seed++) {
      long wait = new Backoff(LinkKind.LAN, seed).failed(START, 60_000);
      assertTrue(wait >= 60_000 && wait <= 75_000, "waits " + wait);
      wait = new Backoff(LinkKind.LAN, seed).failed(START, Integer.MAX_VALUE);
      assertTrue(wait <= Backoff.MAX_RETRY_AFTER_MS * 5 / 4, "waits " + wait);
    }
  }

  @Test
  void edgesWithDifferentSeedsDoNotComeBackTogether() {
    assertNotEquals(
        new Backoff(LinkKind.LAN, 1).failed(START, 0),
        new Backoff(LinkKind.LAN, 2).failed(START, 0));
    assertEquals(
        new Backoff(LinkKind.LAN, 1).failed(START, 0),
        new Backoff(LinkKind.LAN, 1).failed(START, 0));
  }
}
