package io.tributary.agent;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Health over a clock that the test owns.
final class HealthTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LIMIT = Vital.STANDSTILL_NANOS;

  private final Pulse pulse = new Pulse("the journal");

  @Test
  void nothingToDoIsHealthyForEver() {
    assertNull(pulse.standstill(1_000_000 * SECOND));
    pulse.waits("a disk", 0);
    pulse.rests();
    assertNull(pulse.standstill(1_000_000 * SECOND));
  }

  @Test
  void workWithoutProgressIsSickAfterTheLimitAndNotBefore() {
    pulse.waits("a disk", 5 * SECOND);
    assertNull(pulse.standstill(5 * SECOND + LIMIT - 1));
    assertEquals("the journal stands still for 20 s: a disk", pulse.standstill(5 * SECOND + LIMIT));
  }

  @Test
  void workThatComesAfterALongRestHasTheWholeTime() {
    pulse.moved(0);
    pulse.rests();
    pulse.waits("a disk", 1_000 * SECOND);
    assertNull(pulse.standstill(1_000 * SECOND + LIMIT - 1));
  }

  @Test
  void progressBeginsTheWaitingAnewAndHeals() {
    pulse.waits("a disk", 0);
    assertTrue(pulse.standstill(2 * LIMIT) != null);
    pulse.moved(2 * LIMIT);
    assertNull(pulse.standstill(3 * LIMIT - 1));
    assertTrue(pulse.standstill(3 * LIMIT) != null);
  }

  @Test
  void theReasonIsTheLatestAndSayingItAgainGivesNoTime() {
    pulse.waits("a disk", 0);
    pulse.waits("room on the disk", LIMIT - 1);
    assertTrue(requireNonNull(pulse.standstill(LIMIT)).endsWith("room on the disk"));
  }

  @Test
  void theClockMayStandAnywhere() {
    long start = Long.MAX_VALUE - SECOND; // nanoTime may wrap around
    pulse.waits("a disk", start);
    assertNull(pulse.standstill(start + LIMIT - 1));
    assertTrue(pulse.standstill(start + LIMIT) != null);
  }

  @Test
  void oneSickPartMakesTheProgramSickAndEachIsNamed() {
    Vital well = nowNanos -> null;
    Vital sick = nowNanos -> "the uplink stands still";
    assertTrue(Health.of(List.of(well, well), 0).isWell());
    assertEquals(Health.OK, Health.of(List.of(well), 0).text());
    Health both = Health.of(List.of(sick, well, sick), 0);
    assertFalse(both.isWell());
    assertEquals("the uplink stands still; the uplink stands still", both.text());
  }

  @Test
  void anAgentThatWasNotStartedOrWasClosedIsWell() {
    AgentRunner runner = new AgentRunner(new Idle(), bug -> {});
    assertNull(runner.standstill(System.nanoTime() + 2 * LIMIT));
    runner.start();
    assertTrue(runner.standstill(System.nanoTime() + 2 * LIMIT) != null);
    runner.close();
    assertNull(runner.standstill(System.nanoTime() + 2 * LIMIT));
  }

  private static final class Idle implements Agent {
    @Override
    public String name() {
      return "idle";
    }

    @Override
    public int doWork(long nowNanos) {
      return 0;
    }
  }
}
