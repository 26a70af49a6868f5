package io.tributary.agent;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs one [Agent] on one thread, from [#start] to [#close].
///
/// ```
/// NEW --start--> RUNNING --close--> CLOSING --last turn, onClose--> ENDED
///                   \--Error (a bug)--------------------------------^
/// ```
///
/// The other threads see three things: whether it lives, how many turns threw, and when a turn last
/// ended well. Health is that last one: a thread that lives and makes no progress is sick.
public final class AgentRunner implements AutoCloseable, Vital {
  /// How long [#close] waits for the agent's last turn.
  public static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /// The pause after a turn that threw: doubled by each that follows, so that a fault that lasts
  /// neither burns a processor nor floods the log.
  private static final long FIRST_ERROR_PAUSE_NANOS = 10_000_000L;

  private static final long MAX_ERROR_PAUSE_NANOS = 1_000_000_000L;

  private static final Logger LOG = System.getLogger(AgentRunner.class.getName());

  private static final int ACTIVE = 0;
  private static final int WOKEN = 1;
  private static final int PARKED = 2;

  private static final VarHandle SIGNAL;

  static {
    try {
      SIGNAL = MethodHandles.lookup().findVarHandle(AgentRunner.class, "signal", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Agent agent;
  private final Consumer<Throwable> onBug;
  private final Thread thread;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile int signal = ACTIVE;
  private volatile boolean closing;
  private volatile long lastProgressNanos;
  private volatile long errors;
  private volatile @Nullable Throwable lastError;
  private volatile boolean erredSinceProgress;

  /// `onBug` is called on the agent's thread with the `Error` that ended it. A program passes
  /// something that stops the process: what a bug has touched is trusted again only from disk.
  public AgentRunner(Agent agent, Consumer<Throwable> onBug) {
    this.agent = agent;
    this.onBug = onBug;
    this.thread = new Thread(this::run, agent.name());
    this.thread.setDaemon(true);
    this.lastProgressNanos = System.nanoTime();
  }

  /// Starts the thread; returns this runner.
  public AgentRunner start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("agent " + agent.name() + " was started before");
    }
    lastProgressNanos = System.nanoTime();
    thread.start();
    return this;
  }

  /// Makes the agent take a turn soon. Call it after what it is to find has been handed over. Any
  /// thread may call it at any time; it never blocks and costs next to nothing while the agent is
  /// busy.
  public void wake() {
    // What the caller handed over must be visible before the signal is read: else the agent could
    // look, find nothing, and sleep, while we read that it was still to look.
    VarHandle.fullFence();
    if (signal != WOKEN && (int) SIGNAL.getAndSet(this, WOKEN) == PARKED) {
      LockSupport.unpark(thread);
    }
  }

  /// Whether the calling thread is the agent's.
  public boolean isOwnThread() {
    return Thread.currentThread().equals(thread);
  }

  public boolean isAlive() {
    return thread.isAlive();
  }

  /// How many turns threw an exception.
  public long errors() {
    return errors;
  }

  /// What the last failed turn threw, or the bug that ended the agent.
  public @Nullable Throwable lastError() {
    return lastError;
  }

  /// How long ago a turn last ended well. An idle agent stays below [Agent#MAX_IDLE_NANOS] and a
  /// little; far above it, the agent stands still.
  public long sinceProgressNanos(long nowNanos) {
    return Math.max(0, nowNanos - lastProgressNanos);
  }

  /// A thread that was ended by a bug, whose turn does not end, or whose every turn throws. An agent
  /// that was not started, or that was closed, has nothing to do.
  @Override
  public @Nullable String standstill(long nowNanos) {
    Throwable trouble = lastError;
    if (trouble instanceof Error) {
      return "the thread '" + agent.name() + "' was ended by a bug: " + trouble;
    }
    long standsNanos = sinceProgressNanos(nowNanos);
    if (!started.get() || closing || standsNanos < agent.turnNanosMost()) {
      return null;
    }
    String stands =
        "the thread '"
            + agent.name()
            + "' stands still for "
            + TimeUnit.NANOSECONDS.toSeconds(standsNanos)
            + " s: ";
    return erredSinceProgress
        ? stands + "every turn fails, the last with " + trouble
        : stands + "a turn that does not end";
  }

  /// Ends the agent after its turn and waits for that, [#CLOSE_TIMEOUT] at most.
  @Override
  public void close() {
    if (!close(CLOSE_TIMEOUT)) {
      LOG.log(Level.WARNING, "agent {0} did not end within {1}", agent.name(), CLOSE_TIMEOUT);
    }
  }

  /// Ends the agent after its turn and waits for that. Answers whether it has ended. Called from
  /// the agent's own thread it only asks for the end.
  public boolean close(Duration timeout) {
    closing = true;
    wake();
    if (!started.get()) {
      return true;
    }
    if (isOwnThread()) {
      return false;
    }
    boolean interrupted = false;
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    try {
      while (thread.isAlive()) {
        long leftMs = (deadlineNanos - System.nanoTime() + 999_999) / 1_000_000;
        if (leftMs <= 0) {
          return false;
        }
        try {
          thread.join(leftMs);
        } catch (InterruptedException e) {
          interrupted = true; // told again below: a half-closed agent helps nobody
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try {
      long pauseNanos = FIRST_ERROR_PAUSE_NANOS;
      while (!closing) {
        SIGNAL.setVolatile(this, ACTIVE);
        long nowNanos = System.nanoTime();
        try {
          int done = agent.doWork(nowNanos);
          pauseNanos = FIRST_ERROR_PAUSE_NANOS;
          lastProgressNanos = System.nanoTime();
          erredSinceProgress = false;
          if (done == 0) {
            idle();
          }
        } catch (Exception e) {
          failed(e);
          pause(pauseNanos);
          pauseNanos = Math.min(2 * pauseNanos, MAX_ERROR_PAUSE_NANOS);
        }
      }
      agent.onClose();
    } catch (Exception e) {
      failed(e);
    } catch (Error bug) {
      lastError = bug;
      LOG.log(Level.ERROR, "agent " + agent.name() + " ended by a bug", bug);
      onBug.accept(bug);
    }
  }

  private void idle() {
    long nowNanos = System.nanoTime();
    long idleNanos = Math.min(agent.idleNanos(nowNanos), Agent.MAX_IDLE_NANOS);
    if (idleNanos > 0 && SIGNAL.compareAndSet(this, ACTIVE, PARKED)) {
      LockSupport.parkNanos(this, idleNanos);
    }
  }

  /// Waits out the pause after an error, wake or not; only the end cuts it short.
  private void pause(long pauseNanos) {
    long untilNanos = System.nanoTime() + pauseNanos;
    for (long left = pauseNanos; left > 0 && !closing; left = untilNanos - System.nanoTime()) {
      SIGNAL.setVolatile(this, PARKED);
      if (!closing) {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void failed(Exception e) {
    errors = errors + 1;
    lastError = e;
    erredSinceProgress = true;
    if (Long.bitCount(errors) == 1) { // the 1st, 2nd, 4th, 8th ...: a lasting fault stays readable
      LOG.log(Level.WARNING, "agent " + agent.name() + " failed, time " + errors, e);
    }
  }
}
