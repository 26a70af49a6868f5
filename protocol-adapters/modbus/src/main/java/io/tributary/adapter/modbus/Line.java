package io.tributary.adapter.modbus;

import com.digitalpetri.modbus.ExceptionCode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The devices that share a line or a connection, and the one request that is under way. Pure: bytes and time come in, and it says what to
/// send. Confined to one thread.
///
/// ```
///  send ──request──▶ under way ──answer──▶ read
///   ▲                    │ time-out: once more, or silent
///   └────────────────────┘
/// ```
///
/// Devices take turns, so one with many blocks does not starve the others. One that does not answer is asked in time that the others do
/// not need, and at the latest after a bound that doubles from its interval on: the living keep their intervals.
///
/// On a serial line nothing tells a late answer from the one that was asked for. So after a time-out the device is asked nothing else for
/// as long again, and what it says meanwhile is nobody's answer.
final class Line {
  /// Exceptions by which a gateway says that the device behind it is silent (Modbus application protocol 1.1b3, section 7).
  private static final int GATEWAY_PATH = 10;

  private static final int GATEWAY_TARGET = 11;

  private final List<Device> devices;
  private final Frames frames;
  private final Timing timing;
  private final Polls polls;
  private final Deque<Write> writes = new ArrayDeque<>();
  private int turn;
  private @Nullable Pending pending;
  private long quietUntilNanos;
  private long toldDamaged;
  private long toldForeign;
  private long toldGarbage;

  /// A write that somebody has ordered.
  ///
  /// @param done told null, or why it failed
  record Write(Device device, Request request, Done done) {}

  /// What becomes of a write.
  interface Done {
    void done(@Nullable String failure);
  }

  private static final class Pending {
    final Device device;
    final @Nullable Block block;
    final @Nullable Write write;
    final Request request;
    final int attempt;
    final long deadlineNanos;

    Pending(
        Device device,
        @Nullable Block block,
        @Nullable Write write,
        Request request,
        int attempt,
        long deadlineNanos) {
      this.device = device;
      this.block = block;
      this.write = write;
      this.request = request;
      this.attempt = attempt;
      this.deadlineNanos = deadlineNanos;
    }
  }

  Line(List<Device> devices, Frames frames, Timing timing, Polls polls, long nowNanos) {
    this.devices = List.copyOf(devices);
    this.frames = frames;
    this.timing = timing;
    this.polls = polls;
    this.quietUntilNanos = nowNanos;
    int number = 0;
    for (Device device : devices) {
      device.notBeforeNanos = nowNanos;
      for (Block block : device.blocks) {
        // Spread over their interval, so that not all are due at the same instant.
        block.dueNanos = nowNanos + block.intervalNanos * number / devices.size();
      }
      number++;
    }
  }

  // ---- out

  /// What to send now; null when nothing is due, or something is under way.
  byte @Nullable [] send(long nowNanos) {
    if (pending != null || nowNanos - quietUntilNanos < 0) {
      return null;
    }
    Write write = nextWrite(nowNanos);
    if (write != null) {
      return begin(write.device(), null, write, write.request(), 0, nowNanos);
    }
    Device device = nextDevice(nowNanos);
    Block block = device == null ? null : device.due(nowNanos);
    if (device == null || block == null) {
      return null;
    }
    Request request = Request.read(device.unit, block.table, block.start, block.count);
    return begin(device, block, null, request, 0, nowNanos);
  }

  private byte[] begin(
      Device device,
      @Nullable Block block,
      @Nullable Write write,
      Request request,
      int attempt,
      long nowNanos) {
    pending = new Pending(device, block, write, request, attempt, nowNanos + timing.timeoutNanos());
    polls.count(Counter.REQUESTS, 1);
    byte[] frame = frames.begin(request);
    tellFrames();
    return frame;
  }

  /// The first whose device may be asked: one that waits for a silent device holds no other up.
  private @Nullable Write nextWrite(long nowNanos) {
    for (Write write : writes) {
      if (nowNanos - write.device().notBeforeNanos >= 0) {
        writes.remove(write);
        return write;
      }
    }
    return null;
  }

  private @Nullable Device nextDevice(long nowNanos) {
    Device silent = null;
    for (int i = 0; i < devices.size(); i++) {
      Device device = devices.get((turn + i) % devices.size());
      if (nowNanos - device.nextNanos() < 0) {
        continue;
      }
      if (!device.isSilent() || nowNanos - device.atLatestNanos >= 0) {
        turn = (turn + i + 1) % devices.size();
        return device;
      }
      silent = silent == null ? device : silent;
    }
    if (silent != null && nowNanos + timing.timeoutNanos() - nextOfTheLiving(nowNanos) <= 0) {
      turn = (devices.indexOf(silent) + 1) % devices.size();
      return silent;
    }
    return null;
  }

  private long nextOfTheLiving(long nowNanos) {
    long next = nowNanos + timing.retryMostNanos();
    for (Device device : devices) {
      next = device.isSilent() ? next : earlier(next, device.nextNanos());
    }
    return next;
  }

  /// When there is something to do, unless bytes come before.
  long nextNanos(long nowNanos) {
    Pending waiting = pending;
    if (waiting != null) {
      return waiting.deadlineNanos;
    }
    long next = nowNanos + timing.retryMostNanos();
    for (Device device : devices) {
      next = earlier(next, wakes(device, nowNanos));
    }
    for (Write write : writes) {
      next = earlier(next, write.device().notBeforeNanos);
    }
    return next - quietUntilNanos < 0 ? quietUntilNanos : next;
  }

  /// A silent device that may be asked waits for time that the others do not need, which comes with their answers.
  private static long wakes(Device device, long nowNanos) {
    boolean waits = device.isSilent() && nowNanos - device.nextNanos() >= 0;
    return waits ? device.atLatestNanos : device.nextNanos();
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  boolean isUnderWay() {
    return pending != null;
  }

  void write(Write write) {
    writes.add(write);
  }

  // ---- in

  /// Bytes have come.
  ///
  /// @throws Frames.OutOfStep when the connection is of no use any more
  void received(byte[] bytes, int count, long nowNanos) throws Frames.OutOfStep {
    byte[] answer = frames.take(bytes, count);
    Pending asked = pending;
    if (answer == null) {
      return;
    }
    if (asked == null) {
      polls.count(Counter.FOREIGN, 1); // it was given up before
      return;
    }
    pending = null;
    quietUntilNanos = nowNanos + timing.gapNanos();
    polls.count(Counter.ANSWERS, 1);
    if (asked.attempt > 0) {
      rest(asked.device, nowNanos); // the answer to the attempt before may still come
    }
    boolean isException = answer[0] < 0;
    int code = isException ? answer[1] & 0xff : 0;
    if (isException) {
      polls.count(Counter.EXCEPTIONS, 1);
    }
    if (code == GATEWAY_PATH || code == GATEWAY_TARGET) {
      fail(asked, exception(code), nowNanos); // the gateway has waited for the device
      return;
    }
    boolean wasSilent = asked.device.isSilent();
    asked.device.failures = 0;
    long behind = settle(asked, isException ? exception(code) : null, answer, nowNanos);
    polls.count(Counter.SKIPPED, wasSilent ? 0 : behind);
  }

  private void rest(Device device, long nowNanos) {
    device.notBeforeNanos = nowNanos + (timing.canConfuse() ? timing.timeoutNanos() : 0);
  }

  /// @return how many polls there was no time for
  private long settle(Pending asked, @Nullable String failure, byte[] answer, long nowNanos) {
    Write write = asked.write;
    if (write != null) {
      write.done().done(failure);
    }
    Block block = asked.block;
    if (block == null) {
      return 0;
    }
    if (failure == null) {
      polls.read(asked.device, block, Arrays.copyOfRange(answer, 2, answer.length));
    } else {
      polls.failed(asked.device, block, failure);
    }
    return block.advance(nowNanos);
  }

  private static String exception(int code) {
    String name =
        ExceptionCode.from(code)
            .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .orElse("unknown");
    return "the device answers with exception " + code + ", " + name;
  }

  /// Time has passed.
  ///
  /// @return what to send once more; null when nothing is
  byte @Nullable [] tick(long nowNanos) {
    Pending asked = pending;
    if (asked == null || nowNanos - asked.deadlineNanos < 0) {
      return null;
    }
    pending = null;
    polls.count(Counter.TIME_OUTS, 1);
    String strange = frames.strange();
    boolean isRead = asked.write == null; // nobody wants a write twice
    if (isRead && asked.attempt < timing.retries() && !asked.device.isSilent()) {
      polls.count(Counter.RETRIES, 1);
      return begin(
          asked.device, asked.block, asked.write, asked.request, asked.attempt + 1, nowNanos);
    }
    String why =
        "no answer within "
            + timing.timeoutNanos() / 1_000_000
            + " ms"
            + (strange.isEmpty() ? "" : ", but " + strange);
    polls.example(asked.device.name + ": " + why);
    fail(asked, why, nowNanos);
    return null;
  }

  private void fail(Pending asked, String why, long nowNanos) {
    Device device = asked.device;
    device.failures++;
    quietUntilNanos = nowNanos + timing.gapNanos();
    Write write = asked.write;
    if (write != null) {
      write.done().done(why);
    }
    for (Block block : device.blocks) {
      if (block == asked.block || nowNanos - block.dueNanos >= 0) {
        var unused = block.advance(nowNanos);
        polls.failed(device, block, why);
      }
    }
    rest(device, nowNanos);
    device.atLatestNanos = nowNanos + patienceNanos(device);
  }

  private long patienceNanos(Device device) {
    long patience = device.shortestNanos();
    for (int i = 1; i < device.failures && patience < timing.retryMostNanos(); i++) {
      patience *= 2;
    }
    return Math.min(patience, timing.retryMostNanos());
  }

  /// The port or the connection is gone, or cannot be had: what is due has no value.
  void lost(String why, long nowNanos) {
    Pending asked = pending;
    pending = null;
    if (asked != null && asked.write != null) {
      asked.write.done().done(why);
    }
    for (Write write : writes) {
      write.done().done(why);
    }
    writes.clear();
    for (Device device : devices) {
      for (Block block : device.blocks) {
        if (nowNanos - block.dueNanos >= 0) {
          var unused = block.advance(nowNanos);
          polls.failed(device, block, why);
        }
      }
    }
  }

  private void tellFrames() {
    polls.count(Counter.CHECKSUM_WRONG, frames.damaged() - toldDamaged);
    polls.count(Counter.FOREIGN, frames.foreign() - toldForeign);
    polls.count(Counter.BYTES_PASSED_OVER, frames.garbage() - toldGarbage);
    toldDamaged = frames.damaged();
    toldForeign = frames.foreign();
    toldGarbage = frames.garbage();
  }
}
