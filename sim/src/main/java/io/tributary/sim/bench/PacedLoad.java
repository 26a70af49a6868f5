package io.tributary.sim.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One device that publishes numbered readings at QoS 1 and a steady rate until it is stopped or its
/// edge is killed, and enters each acknowledgement into the book. It never sends more than its window
/// ahead of its acknowledgements; what is late then is sent as soon as it may.
final class PacedLoad {
  private static final int POLL_MS = 20;
  private static final int LATENCIES_KEPT = 1 << 20;

  private final MqttLoad connection;
  private final int source;
  private final double intervalNanos;
  private final int sizeBytes;
  private final NumberedReadings book;
  private final BlockingQueue<Long> sent = new LinkedBlockingQueue<>();
  private final Thread publisher;
  private final Thread acknowledger;
  private final long[] latencies = new long[LATENCIES_KEPT];
  private volatile boolean isStopping;
  private volatile int nextCount;
  private int acknowledged;

  /// Who publishes and how.
  ///
  /// @param source its number in the book
  /// @param firstCount the count of its first reading
  /// @param delayNanos how long after its start it publishes first: several devices take turns
  record Plan(
      int source,
      int firstCount,
      String topic,
      int window,
      double ratePerSecond,
      int sizeBytes,
      long delayNanos) {}

  private PacedLoad(InetSocketAddress address, Plan plan, NumberedReadings book)
      throws IOException {
    this.connection = new MqttLoad(address, "paced-" + plan.source, plan.topic, plan.window);
    this.source = plan.source;
    this.nextCount = plan.firstCount;
    this.intervalNanos = 1e9 / plan.ratePerSecond;
    this.sizeBytes = plan.sizeBytes;
    this.book = book;
    String name = "paced-" + plan.source;
    this.publisher = Thread.ofPlatform().name(name).unstarted(() -> publish(plan.delayNanos));
    this.acknowledger = Thread.ofPlatform().name(name + "-acks").unstarted(this::awaitAcks);
  }

  static PacedLoad start(InetSocketAddress address, Plan plan, NumberedReadings book)
      throws IOException {
    PacedLoad load = new PacedLoad(address, plan, book);
    load.publisher.start();
    load.acknowledger.start();
    return load;
  }

  private void publish(long delayNanos) {
    byte[] value = new byte[sizeBytes];
    SplittableRandom random = new SplittableRandom(source);
    long first = System.nanoTime() + delayNanos;
    try {
      for (int i = 0; !isStopping; i++) {
        long due = first + (long) (i * intervalNanos);
        for (long left; (left = due - System.nanoTime()) > 0 && !isStopping; ) {
          LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(POLL_MS)));
        }
        if (!isStopping) {
          long number = NumberedReadings.number(source, nextCount);
          random.nextBytes(value);
          ByteBuffer.wrap(value).putLong(number);
          connection.publish(value, System.nanoTime());
          nextCount++;
          sent.add(number);
        }
      }
    } catch (IOException e) {
      isStopping = true; // the edge was killed: that was wanted, or the missing acks will tell
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitAcks() {
    try {
      while (true) {
        Long number = sent.poll(POLL_MS, TimeUnit.MILLISECONDS);
        if (number != null) {
          long nanos = connection.awaitAck();
          book.acknowledged(number);
          latencies[acknowledged++ % LATENCIES_KEPT] = nanos;
        } else if (!publisher.isAlive() && sent.isEmpty()) {
          return;
        }
      }
    } catch (IOException e) {
      isStopping = true;
      publisher.interrupt(); // it may wait for a window that never opens
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Publishes nothing more and waits for what is under way, as far as the edge lives.
  void stop() throws InterruptedException {
    isStopping = true;
    publisher.join();
    acknowledger.join();
    try {
      connection.close();
    } catch (IOException e) {
      System.getLogger(PacedLoad.class.getName())
          .log(System.Logger.Level.DEBUG, "a connection of the load did not close", e);
    }
  }

  /// The count of the next reading that was never sent. After the stop.
  int nextCount() {
    return nextCount + 1; // one may have been sent in half
  }

  /// How long each acknowledgement took. After the stop.
  long[] latencies() {
    return java.util.Arrays.copyOf(latencies, Math.min(acknowledged, LATENCIES_KEPT));
  }
}
