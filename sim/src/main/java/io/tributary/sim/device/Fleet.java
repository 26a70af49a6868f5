package io.tributary.sim.device;

import io.tributary.sim.oracle.FleetLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Many devices on one thread: one selector for their connections, one queue for what is due. [#run] is that thread; [#stop] is called
/// by any other.
final class Fleet implements AutoCloseable {
  private static final long TOLD_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WAIT_MS_MOST = 250;
  private static final long LOOKS_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final FleetPlan plan;
  private final FleetFigures figures;
  private final Book ledger;
  private final Selector selector = Selector.open();
  private final ByteBuffer shared = MqttConnection.sharedBuffer();
  private final List<FleetDevice> devices = new ArrayList<>();
  private final PriorityQueue<Due> due =
      new PriorityQueue<>((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
  private final long startNanos = System.nanoTime();
  private volatile boolean isStopping;
  private boolean isFinishing;
  private boolean wasAccepted;
  private @Nullable String refusal;

  private record Due(long atNanos, FleetDevice device) {}

  /// @param ledger null where nothing is to be written down
  Fleet(FleetPlan plan, FleetFigures figures, @Nullable FleetLedger ledger) throws IOException {
    this.plan = plan;
    this.figures = figures;
    this.ledger = new Book(ledger);
    for (int i = 0; i < plan.devices(); i++) {
      long delay = TimeUnit.SECONDS.toNanos(1) * i / plan.endpoint().connectsPerSecond();
      FleetDevice device = new FleetDevice(this, i, plan, figures, startNanos + delay);
      devices.add(device);
      wake(device, startNanos);
      if (ledger != null) {
        ledger.key(i, plan.topic(i));
      }
    }
  }

  /// Runs until the time is over or it is stopped, and then until everything is acknowledged or the patience has ended.
  ///
  /// @param told called once a second
  /// @return how many readings are not acknowledged
  /// @throws IOException when the server refuses the devices for good, and has never accepted one; or the ledger cannot be written
  long run(Consumer<FleetFigures> told) throws IOException {
    long end = plan.duration().isZero() ? Long.MAX_VALUE : startNanos + plan.duration().toNanos();
    long lastTold = startNanos;
    long lastLook = startNanos;
    long patienceEnd = Long.MAX_VALUE;
    while (true) {
      long now = System.nanoTime();
      if (!isFinishing && (isStopping || now >= end)) {
        isFinishing = true;
        patienceEnd = now + plan.patience().toNanos();
        devices.forEach(device -> device.finish(now));
      }
      work(now);
      if (refusal != null && !wasAccepted) {
        throw new IOException(refusal);
      }
      if (isFinishing && now - lastLook >= LOOKS_EVERY_NANOS) {
        lastLook = now;
        boolean isHopeless = isStopping && !wasAccepted;
        if (now >= patienceEnd || isHopeless || devices.stream().allMatch(FleetDevice::isSettled)) {
          break;
        }
      }
      ledger.flush();
      await();
      if (now - lastTold >= TOLD_EVERY_NANOS) {
        lastTold = now;
        told.accept(figures);
      }
    }
    ledger.flush();
    return devices.stream().mapToLong(FleetDevice::unacknowledged).sum();
  }

  private void work(long now) {
    for (Due next; (next = due.peek()) != null && next.atNanos() <= now; ) {
      due.remove();
      FleetDevice device = next.device();
      if (device.dueNanos() == next.atNanos()) {
        device.setDueNanos(Long.MAX_VALUE);
        wake(device, device.tick(now));
      }
    }
  }

  private void await() throws IOException {
    Due next = due.peek();
    long nanos = next == null ? Long.MAX_VALUE : next.atNanos() - System.nanoTime();
    long most = isFinishing ? TimeUnit.NANOSECONDS.toMillis(LOOKS_EVERY_NANOS) : WAIT_MS_MOST;
    long ms = Math.min(most, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    Consumer<SelectionKey> ready = key -> ((MqttConnection) key.attachment()).ready();
    if (nanos <= 0) {
      selector.selectNow(ready);
    } else {
      selector.select(ready, ms);
    }
  }

  /// Ends the readings. Any thread.
  void stop() {
    isStopping = true;
    selector.wakeup();
  }

  long startNanos() {
    return startNanos;
  }

  MqttConnection connect(FleetDevice device) throws IOException {
    return new MqttConnection(selector, plan.endpoint().address(), shared, device);
  }

  /// Has a device called at an instant, unless it is called before. What stands in the queue for it for later counts no more, and is
  /// passed over when its turn comes.
  void wake(FleetDevice device, long atNanos) {
    if (atNanos < device.dueNanos()) {
      device.setDueNanos(atNanos);
      due.add(new Due(atNanos, device));
    }
  }

  void accepted() {
    wasAccepted = true;
  }

  void refused(ConnectAnswer answer) {
    if (answer.isForGood()) {
      refusal = "CONNECT is refused: " + answer.text();
    }
  }

  boolean wasAccepted() {
    return wasAccepted;
  }

  Book ledger() {
    return ledger;
  }

  @Override
  public void close() throws IOException {
    devices.forEach(FleetDevice::close);
    selector.close();
    ledger.close();
  }

  /// The ledger, if there is one. A disk that does not take it ends the run: a ledger with holes would judge wrongly.
  static final class Book {
    private final @Nullable FleetLedger file;

    Book(@Nullable FleetLedger file) {
      this.file = file;
    }

    void ack(int number, long seq, byte[] payload) {
      write(ledger -> ledger.ack(number, seq, payload));
    }

    void again(int number, long seq) {
      write(ledger -> ledger.again(number, seq));
    }

    void anew(int number, long seq) {
      write(ledger -> ledger.anew(number, seq));
    }

    void flush() {
      write(FleetLedger::flush);
    }

    void close() {
      write(FleetLedger::close);
    }

    private void write(Line line) {
      if (file != null) {
        try {
          line.writeTo(file);
        } catch (IOException e) {
          throw new UncheckedIOException("the ledger cannot be written: " + e.getMessage(), e);
        }
      }
    }

    private interface Line {
      void writeTo(FleetLedger ledger) throws IOException;
    }
  }
}
