package io.tributary.session.heal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// All logs in turn, no faster than allowed, and a rest behind them.
class ScrubRoundsTest {
  private static final long REST = TimeUnit.SECONDS.toNanos(60);

  private final ScrubRounds<String> rounds = new ScrubRounds<>(1_000, REST);
  private long now = Long.MAX_VALUE - 500; // the clock may pass the end of its range

  private String due() {
    return String.valueOf(rounds.due(now, () -> List.of("a", "b")));
  }

  @Test
  void readsEachLogToItsEndAndRests() {
    assertEquals("a", due());
    rounds.read(500, now);
    assertEquals(TimeUnit.MILLISECONDS.toNanos(500), rounds.idleNanos(now));
    assertEquals("null", due(), "no faster than 1,000 bytes a second");
    now += TimeUnit.MILLISECONDS.toNanos(500);
    assertEquals("a", due());
    rounds.over();
    assertEquals("b", due());
    rounds.over();
    assertEquals("null", due());
    assertEquals(1, rounds.rounds());
    assertEquals(REST, rounds.idleNanos(now));
    now += REST;
    assertEquals("a", due());
    assertEquals(500, rounds.bytesRead());
  }

  @Test
  void restsWhereThereIsNothingToRead() {
    assertNull(rounds.due(now, List::of));
    assertEquals(REST, rounds.idleNanos(now));
  }

  @Test
  void whatCannotBeReadNowIsDueAgain() {
    assertEquals("a", due());
    rounds.waits(10, now);
    assertEquals("null", due());
    now += 10;
    assertEquals("a", due());
  }
}
