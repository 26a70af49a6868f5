package io.tributary.agent;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AgentRunnerTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  /// Takes numbers out of a queue and adds them up.
  private static final class Adder implements Agent {
    final BlockingQueue<Integer> handedOver = new ArrayBlockingQueue<>(16);
    final AtomicInteger sum = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicReference<Thread> thread = new AtomicReference<>();

    @Override
    public String name() {
      return "adder";
    }

    @Override
    public int doWork(long nowNanos) {
      thread.set(Thread.currentThread());
      int done = 0;
      for (Integer n = handedOver.poll(); n != null; n = handedOver.poll()) {
        sum.addAndGet(n);
        done++;
      }
      return done;
    }

    @Override
    public void onClose() {
      assertSame(thread.get(), Thread.currentThread());
      closed.countDown();
    }
  }

  @Test
  void wakesForWhatWasHandedOverAndLosesNoWake() throws Exception {
    Adder adder = new Adder();
    try (AgentRunner runner = new AgentRunner(adder, bug -> {}).start()) {
      // The agent may sleep a second unless woken: 20,000 hand-overs in this test's time mean that
      // none waited for that.
      for (int i = 0; i < 20_000; i++) {
        while (!adder.handedOver.offer(1)) {
          Thread.onSpinWait();
        }
        runner.wake();
        if (i % 100 == 0) {
          awaitSum(adder, i + 1);
        }
      }
      awaitSum(adder, 20_000);
    }
    assertTrue(adder.closed.await(0, TimeUnit.SECONDS));
  }

  @Test
  void takesItsLastTurnAndClosesOnItsOwnThread() throws Exception {
    Adder adder = new Adder();
    AgentRunner runner = new AgentRunner(adder, bug -> {}).start();
    await(() -> adder.thread.get() != null);
    assertEquals("adder", requireNonNull(adder.thread.get()).getName());
    assertFalse(runner.isOwnThread());
    assertTrue(runner.close(BOUND));
    assertFalse(runner.isAlive());
    assertEquals(0, adder.closed.getCount());
    assertThrows(IllegalStateException.class, runner::start);
  }

  @Test
  void countsErrorsAndGoesOn() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    Agent agent =
        new Agent() {
          @Override
          public String name() {
            return "faulty";
          }

          @Override
          public int doWork(long nowNanos) throws IOException {
            if (turns.incrementAndGet() <= 3) {
              throw new IOException("disk went away");
            }
            return 0;
          }
        };
    try (AgentRunner runner = new AgentRunner(agent, bug -> {}).start()) {
      await(() -> turns.get() > 3);
      assertEquals(3, runner.errors());
      assertEquals("disk went away", requireNonNull(runner.lastError()).getMessage());
      assertTrue(runner.isAlive());
    }
  }

  @Test
  void aBugEndsTheAgentAndIsReported() throws Exception {
    AtomicReference<Throwable> reported = new AtomicReference<>();
    Agent agent =
        new Agent() {
          @Override
          public String name() {
            return "buggy";
          }

          @Override
          public int doWork(long nowNanos) {
            throw new AssertionError("impossible");
          }
        };
    AgentRunner runner = new AgentRunner(agent, reported::set).start();
    await(() -> !runner.isAlive());
    assertEquals("impossible", requireNonNull(reported.get()).getMessage());
    assertSame(reported.get(), runner.lastError());
    assertTrue(requireNonNull(runner.standstill(System.nanoTime())).contains("impossible"));
    runner.close();
  }

  @Test
  void aTurnThatStandsStillIsSeenAndDoesNotHoldUpTheEndForEver() throws Exception {
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Agent agent =
        new Agent() {
          @Override
          public String name() {
            return "stuck";
          }

          @Override
          public int doWork(long nowNanos) throws InterruptedException {
            inTurn.countDown();
            release.await();
            return 1;
          }
        };
    AgentRunner runner = new AgentRunner(agent, bug -> {}).start();
    assertTrue(inTurn.await(10, TimeUnit.SECONDS));
    assertFalse(runner.close(Duration.ofMillis(50)));
    assertTrue(runner.sinceProgressNanos(System.nanoTime()) >= 50_000_000L);
    assertTrue(runner.isAlive());
    release.countDown();
    assertTrue(runner.close(BOUND));
  }

  @Test
  void aFrozenTurnIsSickUntilItMoves() throws Exception {
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Agent agent =
        new Agent() {
          @Override
          public String name() {
            return "frozen";
          }

          @Override
          public int doWork(long nowNanos) throws InterruptedException {
            inTurn.countDown();
            release.await();
            return 0;
          }
        };
    try (AgentRunner runner = new AgentRunner(agent, bug -> {}).start()) {
      assertTrue(inTurn.await(10, TimeUnit.SECONDS));
      // The test owns the asker's clock: what is asked is what an asker sees 21 seconds later.
      long later = System.nanoTime() + Vital.STANDSTILL_NANOS + 1_000_000_000L;
      String sick = requireNonNull(runner.standstill(later));
      assertTrue(sick.contains("'frozen'") && sick.endsWith("a turn that does not end"), sick);
      assertNull(runner.standstill(System.nanoTime()));
      release.countDown();
      await(() -> runner.sinceProgressNanos(System.nanoTime()) < 1_000_000_000L);
      assertNull(runner.standstill(System.nanoTime()));
    }
  }

  @Test
  void anAgentWhoseEveryTurnFailsMakesNoProgress() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    Agent agent =
        new Agent() {
          @Override
          public String name() {
            return "faulty";
          }

          @Override
          public int doWork(long nowNanos) throws IOException {
            turns.incrementAndGet();
            throw new IOException("disk went away");
          }
        };
    try (AgentRunner runner = new AgentRunner(agent, bug -> {}).start()) {
      await(() -> runner.errors() > 2);
      long later = System.nanoTime() + Vital.STANDSTILL_NANOS;
      String sick = requireNonNull(runner.standstill(later));
      assertTrue(sick.contains("every turn fails") && sick.contains("disk went away"), sick);
    }
  }

  @Test
  void anIdleAgentShowsProgress() throws Exception {
    Adder adder = new Adder();
    try (AgentRunner runner = new AgentRunner(adder, bug -> {}).start()) {
      await(() -> adder.thread.get() != null);
      long start = System.nanoTime();
      await(() -> System.nanoTime() - start > 1_500_000_000L);
      assertTrue(runner.sinceProgressNanos(System.nanoTime()) < 1_400_000_000L);
    }
  }

  private static void awaitSum(Adder adder, int sum) throws InterruptedException {
    await(() -> adder.sum.get() == sum);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within " + BOUND);
      Thread.onSpinWait();
    }
  }
}
