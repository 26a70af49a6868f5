package io.tributary.session.twoparty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.Compression;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How the window, the slices and the classes behave on links that are not like a cable in a rack.
final class SlowLinkTest {
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int SEND_BUFFER_BYTES = 4 * 1024 * 1024;

  private final FakeJournal journal = new FakeJournal("pi-1");
  private final FakeStore store = new FakeStore();
  private final EdgeHost edge = new EdgeHost("pi-1", journal, (stream, end) -> {});
  private final HubHost hub = new HubHost(store, () -> false);
  private final FakeJournal.Stream alarms = journal.create(1, "alarm");
  private final FakeJournal.Stream bulk = journal.create(2, "bulk");
  private final FakeJournal.Stream normal = journal.create(3, "normal");
  private SlowLink up;
  private SlowLink down;
  private long session;
  private long now;

  @Test
  void anAlarmPassesABacklogOnALinkOf64KilobitsWithin2Seconds() {
    connect(8_000, 150);
    backlog(bulk, 2_000_000);
    run(60 * SECOND);
    for (int i = 0; i < 10; i++) {
      journal.write(alarms, 1, 100, Compression.none());
      edge.advanced("alarm");
      long written = now;
      runUntilStored(alarms);
      long took = TimeUnit.NANOSECONDS.toMillis(now - written);
      assertTrue(took < 2_000, "alarm " + i + " took " + took + " ms");
      run(7 * SECOND);
    }
  }

  @Test
  void aSlowLinkIsKeptBusy() {
    connect(8_000, 150);
    backlog(bulk, 2_000_000);
    run(20 * SECOND);
    long before = up.carriedBytes();
    run(100 * SECOND);
    long rate = (up.carriedBytes() - before) / 100;
    assertTrue(rate > 7_500, rate + " B/s of 8,000");
  }

  @Test
  void aLongLinkIsFilledWithinSeconds() {
    connect(1_250_000, 150);
    backlog(bulk, 40_000_000);
    run(5 * SECOND);
    long before = up.carriedBytes();
    run(10 * SECOND);
    long rate = (up.carriedBytes() - before) / 10;
    assertTrue(rate > 1_150_000, rate + " B/s of 1,250,000");
  }

  @Test
  void normalAndBulkShareALinkByWeight() {
    connect(1_250_000, 20);
    backlog(bulk, 20_000_000);
    backlog(normal, 20_000_000);
    run(10 * SECOND);
    double ratio = (double) store.stream(normal.id).durable() / store.stream(bulk.id).durable();
    assertTrue(ratio > 3.6 && ratio < 4.4, "4 to 1, not " + ratio);
  }

  @Test
  void anIdleLinkCarriesAPingAMinuteQuarterAndItsAnswer() {
    connect(1_250_000, 150);
    run(60 * SECOND);
    long upBefore = up.carriedBytes();
    long downBefore = down.carriedBytes();
    run(600 * SECOND);
    long pingBytes = 13;
    assertTrue(up.carriedBytes() - upBefore <= 40 * pingBytes, "the edge's heartbeats");
    assertEquals(up.carriedBytes() - upBefore, down.carriedBytes() - downBefore);
    assertTrue(edge.isConnected());
  }

  private void connect(long bytesPerSecond, long delayMs) {
    up = new SlowLink(bytesPerSecond, TimeUnit.MILLISECONDS.toNanos(delayMs));
    down = new SlowLink(bytesPerSecond, TimeUnit.MILLISECONDS.toNanos(delayMs));
    edge.offer(alarms, now);
    edge.offer(bulk, now);
    edge.offer(normal, now);
    session = hub.accept(up.out(), down.in(), now);
    edge.connected(up.in(), now);
    run(2 * SECOND);
  }

  private void backlog(FakeJournal.Stream stream, int bytes) {
    for (int written = 0; written < bytes; written += 60_000) {
      journal.write(stream, 60, 1_000, Compression.none());
    }
    edge.advanced(stream.className);
  }

  private void run(long nanos) {
    for (long end = now + nanos; now < end; ) {
      step();
    }
  }

  private void runUntilStored(FakeJournal.Stream stream) {
    for (int i = 0; i < 10_000 && store.stream(stream.id).durable() < stream.end; i++) {
      step();
    }
  }

  private void step() {
    now += STEP;
    edge.fill(SEND_BUFFER_BYTES - up.in().pendingBytes(), now);
    up.advance(STEP, now);
    down.advance(STEP, now);
    hub.receive(session, Integer.MAX_VALUE, now);
    hub.force(now);
    edge.receive(down.out(), Integer.MAX_VALUE, now);
    edge.tick(now);
    hub.tick(now);
  }
}
