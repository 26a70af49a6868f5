package io.tributary.sim.field;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Of a device: until SIGTERM, or until its seconds are over. After SIGTERM the program goes on until its device has said what it did.
public final class Lifetime implements AutoCloseable {
  private static final long LAST_WORDS_SECONDS = 10;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final long endNanos;
  private final boolean isEndless;

  /// @param seconds 0: without end
  public Lifetime(long seconds) {
    this.isEndless = seconds == 0;
    this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Runtime.getRuntime().addShutdownHook(new Thread(this::awaitLastWords, "device-stop"));
  }

  private void awaitLastWords() {
    stop.countDown();
    try {
      var unused = told.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits, and less when the life ends before.
  ///
  /// @return whether it goes on
  public boolean goesOnFor(long nanos) throws InterruptedException {
    long most = isEndless ? nanos : Math.min(nanos, endNanos - System.nanoTime());
    return !stop.await(most, TimeUnit.NANOSECONDS)
        && (isEndless || System.nanoTime() - endNanos < 0);
  }

  @Override
  public void close() {
    told.countDown();
  }
}
