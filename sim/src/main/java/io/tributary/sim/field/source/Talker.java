package io.tributary.sim.field.source;

import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A source that talks by itself, at a steady pace, on a thread of its own. What it could not say in time it does not hurry to say.
abstract class Talker implements Source {
  private static final long END_SECONDS = 60;

  private final String name;
  private final Account account;
  private final long periodNanos;
  private @Nullable Thread thread;
  private volatile boolean isOver;
  private volatile @Nullable Exception failed;

  /// @param perSecond how often it talks
  Talker(Account account, String name, double perSecond) {
    this.name = name;
    this.account = account;
    this.periodNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
  }

  /// Says something. It may block while the edge is down.
  ///
  /// @param turn 0, 1, 2...
  abstract void talk(int turn) throws Exception;

  @Override
  public final String name() {
    return name;
  }

  @Override
  public void start(Edge edge) throws IOException, InterruptedException {
    begin();
  }

  /// Talks from now on, whether there is an edge or not.
  final void begin() {
    Thread started = new Thread(this::run, "source-" + name);
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  private void run() {
    try {
      long dueNanos = System.nanoTime();
      for (int turn = 0; !isOver; turn++) {
        talk(turn);
        dueNanos = Math.max(dueNanos + periodNanos, System.nanoTime() - periodNanos);
        TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
      }
    } catch (Exception e) {
      failed = e;
    }
  }

  /// It says no more after this turn.
  final void end() {
    isOver = true;
  }

  /// Whether it is to say no more, and not to wait for an answer.
  final boolean isOver() {
    return isOver;
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    end();
    Thread running = thread;
    if (running != null) {
      running.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
      if (running.isAlive()) {
        throw new IOException(name + " waits for the edge in vain");
      }
    }
    Exception why = failed;
    if (why != null) {
      throw new IOException(name + " could not talk: " + why, why);
    }
  }

  @Override
  public final Account account() {
    return account;
  }

  @Override
  public void close() throws IOException {
    end();
  }
}
