package io.tributary.sim.field.modbus;

import io.tributary.sim.field.TerminalPair;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Slaves on one serial line. An answer leaves when a real line would have carried it: request and answer take their time.
final class RtuStation implements AutoCloseable {
  private static final int BITS_A_CHARACTER = 11;
  private static final int BUFFER_BYTES = 512;
  private static final long AGAIN_MS = 20;

  private final TerminalPair line;
  private final Slave slave;
  private final int baud;
  private final FaultDice faults;
  private final long lateNanos;
  private final SentRecord record;
  private final Thread thread = new Thread(this::run, "modbus-rtu-station");
  private volatile boolean isClosed;

  /// @param baud 0: answers leave at once
  RtuStation(
      TerminalPair line,
      Slave slave,
      int baud,
      FaultDice faults,
      long lateNanos,
      SentRecord record) {
    this.line = line;
    this.slave = slave;
    this.baud = baud;
    this.faults = faults;
    this.lateNanos = lateNanos;
    this.record = record;
  }

  void start() throws IOException, InterruptedException {
    line.plug();
    thread.start();
  }

  /// Pulls the line out, and plugs it in after that time.
  void vanish(long nanos) throws IOException, InterruptedException {
    line.pull();
    TimeUnit.NANOSECONDS.sleep(nanos);
    if (!isClosed) {
      line.plug();
    }
  }

  private void run() {
    while (!isClosed) {
      if (Files.exists(line.instrumentPath())) {
        try (InputStream in = new FileInputStream(line.instrumentPath().toFile());
            OutputStream out = new FileOutputStream(line.instrumentPath().toFile())) {
          serve(in, out);
        } catch (IOException e) {
          // The line was pulled: what was under way is lost, as on a real one.
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MS));
    }
  }

  private void serve(InputStream in, OutputStream out) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    int size = 0;
    while (!isClosed) {
      if (size == BUFFER_BYTES) {
        size = 0; // noise
      }
      int count = in.read(bytes, size, BUFFER_BYTES - size);
      if (count < 0) {
        return;
      }
      size += count;
      int from = 0;
      while (from < size) {
        int length = RtuFrame.requestBytes(bytes, from, size);
        if (length == 0 || from + length > size) {
          break;
        }
        if (RtuFrame.isWhole(bytes, from, from + length)) {
          answer(Arrays.copyOfRange(bytes, from, from + length), out, System.nanoTime());
          from += length;
        } else {
          from++;
        }
      }
      System.arraycopy(bytes, from, bytes, 0, size - from);
      size -= from;
    }
  }

  private void answer(byte[] asked, OutputStream out, long nowNanos) throws IOException {
    int unit = asked[0] & 0xff;
    byte[] request = RtuFrame.pdu(asked);
    byte[] pdu = slave.answer(unit, request);
    if (pdu == null) {
      return;
    }
    byte[] right = RtuFrame.of(unit, pdu);
    waitUntil(nowNanos + carryNanos(asked.length + right.length));
    Fault fault = faults.next();
    switch (fault) {
      case LATE -> Thread.ofVirtual().start(() -> sendLate(unit, request, pdu, out));
      case OTHER_UNIT -> write(out, RtuFrame.of(unit % 247 + 1, faults.wrong(pdu)));
      case HALF -> write(out, Arrays.copyOf(right, right.length / 2));
      case CHECKSUM -> write(out, faults.turned(right, 2, right.length - 2));
      case NOISE -> {
        record.sent(unit, request, pdu);
        write(out, faults.noise());
        write(out, right);
      }
      case NONE, WRONG_ID -> {
        record.sent(unit, request, pdu);
        write(out, right);
      }
    }
  }

  private void sendLate(int unit, byte[] request, byte[] pdu, OutputStream out) {
    waitUntil(System.nanoTime() + lateNanos);
    try {
      record.sent(unit, request, pdu);
      write(out, RtuFrame.of(unit, pdu));
    } catch (IOException e) {
      // The line was pulled meanwhile.
    }
  }

  private static void write(OutputStream out, byte[] bytes) throws IOException {
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }

  private long carryNanos(int characters) {
    return baud == 0 ? 0 : characters * (long) BITS_A_CHARACTER * 1_000_000_000L / baud;
  }

  private static void waitUntil(long untilNanos) {
    for (long left = untilNanos - System.nanoTime();
        left > 0;
        left = untilNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    line.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
