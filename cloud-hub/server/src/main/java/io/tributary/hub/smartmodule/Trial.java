package io.tributary.hub.smartmodule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.hub.ExitStatus;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.Engine;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestRecords;
import io.tributary.smartmodule.Transform;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines through a chain: each line a record, each output a line.
final class Trial {
  /// Of a batch, so that a file of long lines does not fill the memory.
  private static final int BATCH_BYTES = 1 << 20;

  /// Keeps the deltas of timestamps within what the ABI carries.
  private static final long BATCH_MS = Integer.MAX_VALUE;

  private final Engine engine;
  private final List<Transform> transforms;
  private final PrintStream out;
  private final PrintStream err;

  private byte @Nullable [] keySeparator;
  private boolean withKey;
  private int batch = 1;
  private int lookback;
  private long startMs;
  private long intervalMs;

  private long lines;
  private long outputs;
  private long failures;
  private long batches;
  private long startNanos;
  private long nanos;
  private long memoryBytes;

  Trial(Engine engine, List<Transform> transforms, PrintStream out, PrintStream err) {
    this.engine = engine;
    this.transforms = transforms;
    this.out = new PrintStream(new BufferedOutputStream(out, 1 << 16), false, UTF_8);
    this.err = err;
  }

  Trial keySeparator(@Nullable String separator) {
    keySeparator = separator == null || separator.isEmpty() ? null : separator.getBytes(UTF_8);
    return this;
  }

  Trial withKey(boolean shown) {
    withKey = shown;
    return this;
  }

  Trial batch(int records) {
    batch = records;
    return this;
  }

  Trial lookback(int earlier) {
    lookback = earlier;
    return this;
  }

  void times(long firstMs, Duration interval) {
    startMs = firstMs;
    intervalMs = interval.toMillis();
  }

  /// @throws Refusal when the chain does not start
  void run(InputStream in, @Nullable String initial, boolean verbose) throws Refusal, IOException {
    Chain chain;
    try {
      startNanos = System.nanoTime();
      chain =
          Chain.start(
              engine,
              transforms,
              ErrorPolicy.DEAD_LETTER,
              verbose ? line -> err.println("log: " + line) : line -> {});
      startNanos = System.nanoTime() - startNanos;
    } catch (GuestFailed e) {
      throw new Refusal(ExitStatus.USAGE, "the module does not start: " + e.text(), e);
    }
    if (initial != null) {
      chain.accumulate(initial.getBytes(UTF_8));
    }
    try (BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16)) {
      if (lookback > 0) {
        chain.lookBack(read(buffered, lookback));
      }
      for (ChainInput next = read(buffered, batch);
          !next.records().isEmpty();
          next = read(buffered, batch)) {
        for (ChainInput rest = next; !rest.records().isEmpty(); ) {
          long begin = System.nanoTime();
          ChainOutput output = chain.process(rest);
          nanos += System.nanoTime() - begin;
          batches++;
          print(rest, output);
          rest = rest.behind(output.taken());
        }
        if (buffered.available() == 0) {
          out.flush(); // somebody types
        }
      }
    } catch (GuestFailed e) {
      throw new Refusal(ExitStatus.FAILED, "the module does not go on: " + e.text(), e);
    } finally {
      out.flush();
      memoryBytes = chain.memoryBytes();
    }
  }

  private ChainInput read(InputStream in, int most) throws IOException {
    GuestRecords.Builder records = new GuestRecords.Builder();
    long first = lines;
    long bytes = 0;
    while (records.count() < most
        && bytes < BATCH_BYTES
        && (lines - first) * intervalMs < BATCH_MS) {
      byte[] line = line(in);
      if (line == null) {
        break;
      }
      int delta = records.count();
      int split = keySeparator == null ? -1 : find(line, keySeparator);
      records.add(
          (int) (delta * intervalMs),
          delta,
          split < 0 || keySeparator == null ? null : Arrays.copyOf(line, split),
          split < 0 || keySeparator == null
              ? line
              : Arrays.copyOfRange(line, split + keySeparator.length, line.length));
      lines++;
      bytes += line.length;
      if (in.available() == 0 && most == batch) {
        break; // what was typed is shown before more is typed
      }
    }
    return new ChainInput(first, startMs + first * intervalMs, records.build());
  }

  /// A line without its end; null at the end.
  private static byte @Nullable [] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      line.write(next);
      next = in.read();
    }
    return line.toByteArray();
  }

  private static int find(byte[] line, byte[] what) {
    for (int i = 0; i + what.length <= line.length; i++) {
      if (Arrays.equals(line, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }

  private void print(ChainInput input, ChainOutput output) {
    for (int i = 0; i < output.count(); i++) {
      if (withKey) {
        byte[] key = output.key(i);
        out.print('[');
        out.writeBytes(key == null ? "null".getBytes(UTF_8) : key);
        out.print("] ");
      }
      out.writeBytes(output.value(i));
      out.write('\n');
    }
    outputs += output.count();
    for (DeadLetter dead : output.deadLetters()) {
      failures++;
      err.printf(
          "line %d: %s fails (%s): %s%n",
          input.baseOffset() + input.records().offsetDelta(dead.origin()) + 1,
          dead.module(),
          dead.reason(),
          dead.text());
    }
  }

  long failures() {
    return failures;
  }

  /// Tells what it took.
  void tell() {
    err.printf(
        "%d records, %d outputs, %d failures; %d batches in %.1f ms (%.0f records/s); started in %.1f ms;"
            + " memory of the guests %d KiB%n",
        lines,
        outputs,
        failures,
        batches,
        nanos / 1e6,
        nanos == 0 ? 0.0 : lines * 1e9 / nanos,
        startNanos / 1e6,
        memoryBytes >> 10);
  }
}
