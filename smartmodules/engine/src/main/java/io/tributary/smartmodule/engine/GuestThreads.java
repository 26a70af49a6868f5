package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Engine.Work;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// The threads that guests run on: one for each batch under way, kept a while for the next. The thread that waits for a batch is
/// the watchdog of its calls.
///
/// Guests never run on the caller's thread, since they are stopped by an interrupt, which would close the files that the caller
/// is about to read.
final class GuestThreads {
  /// The deadline of the work on this thread.
  private static final ThreadLocal<Deadline> CURRENT = new ThreadLocal<>();

  private final AtomicLong started = new AtomicLong();

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE, // as many as callers wait at once
          EngineLimits.IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          this::thread);

  private Thread thread(Runnable work) {
    Thread thread =
        new Thread(
            null,
            work,
            "smartmodule-" + started.incrementAndGet(),
            EngineLimits.STACK_BYTES,
            false);
    thread.setDaemon(true);
    return thread;
  }

  /// The deadline of the work that runs on this thread.
  ///
  /// @throws IllegalStateException when this is no guest's thread
  static Deadline deadline() {
    Deadline deadline = CURRENT.get();
    if (deadline == null) {
      throw new IllegalStateException("a guest is called within Engine.run");
    }
    return deadline;
  }

  /// Does work on one of the threads and waits for it, stopping each call in it that goes over its deadline.
  <T, E extends Exception> T run(Work<T, E> work) throws E {
    Deadline deadline = new Deadline();
    Future<T> result =
        threads.submit(() -> {
          CURRENT.set(deadline);
          deadline.runsOn(Thread.currentThread());
          try {
            return work.run();
          } finally {
            CURRENT.remove();
          }
        });
    boolean wasInterrupted = false;
    try {
      while (true) {
        try {
          return result.get(EngineLimits.LOOK_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException stillRunning) {
          deadline.look(System.nanoTime());
        } catch (InterruptedException e) {
          wasInterrupted = true; // the work goes on: its caller needs to know what became of it
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      // By its type an E, or nothing that needs to be declared.
      @SuppressWarnings("unchecked")
      E thrown = (E) Objects.requireNonNull(e.getCause(), "ended without a cause");
      throw thrown;
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
