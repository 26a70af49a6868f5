package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.Engine;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestRecords;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Each hostile guest for itself, in this program: how it ends, and how long behind its budget. And many instances of them.
final class HostileGuests {
  private static final long BUDGET_NANOS = 200_000_000;
  private static final Budget BUDGET = new Budget(4 << 20, BUDGET_NANOS, 1 << 20, 1_000);

  /// Before anything is measured, so that classes are loaded and code is compiled.
  private static final int WARM = 300;

  private static final int COLLECTIONS = 5;

  /// Of a guest that is stopped by its time, since one look may meet a machine that is busy with something else.
  private static final int TRIES = 5;

  /// Behind that, the engine's idle threads have gone.
  private static final long IDLE_NANOS = 15_000_000_000L;

  private final List<Path> guests;
  private final PrintWriter err;
  private final Engine engine;

  HostileGuests(List<Path> guests, PrintWriter err) throws IOException {
    this.guests = guests;
    this.err = err;
    Modules modules = Modules.find(false);
    if (modules == null) {
      throw new IOException("the engine of SmartModules is not on the class path");
    }
    this.engine = modules.engine();
  }

  /// How one ended.
  ///
  /// @param reason why it was refused or stopped; null when nothing stopped it
  /// @param lateMs how long behind its budget it was stopped, the median of five; 0 when that was within
  record Outcome(
      Path guest, boolean isStart, boolean isCall, @Nullable String reason, double lateMs) {
    boolean wasNotStopped() {
      return reason == null;
    }
  }

  /// What is left behind when all instances are dropped.
  record Left(
      int made,
      long heapBefore,
      long heapAfter,
      long metaspaceBefore,
      long metaspaceAfter,
      int threadsBefore,
      int threadsAfter) {
    double heapShare() {
      return (double) (heapAfter - heapBefore) / heapBefore;
    }

    double metaspaceShare() {
      return (double) (metaspaceAfter - metaspaceBefore) / metaspaceBefore;
    }

    int threadsMore() {
      return threadsAfter - threadsBefore;
    }
  }

  List<Outcome> tryEach() throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Path guest : guests) {
      Outcome outcome = tryOne(guest);
      if (outcome.lateMs() > 0) {
        List<Outcome> tries = new ArrayList<>(List.of(outcome));
        while (tries.size() < TRIES) {
          tries.add(tryOne(guest));
        }
        tries.sort(Comparator.comparingDouble(Outcome::lateMs));
        outcome = tries.get(TRIES / 2);
      }
      outcomes.add(outcome);
      err.printf(
          "%-28s %s%s%n",
          guest.getFileName(),
          Objects.requireNonNullElse(outcome.reason(), "NOT STOPPED"),
          outcome.lateMs() > 0 ? ", %.0f ms behind its budget".formatted(outcome.lateMs()) : "");
      err.flush();
    }
    return outcomes;
  }

  private Outcome tryOne(Path guest) throws IOException {
    SmartModule module;
    try {
      module = engine.load(guest.getFileName().toString(), Files.readAllBytes(guest));
    } catch (SmartModuleRefused e) {
      return new Outcome(guest, false, false, "refused at load: " + e.reason(), 0);
    }
    long startNanos = System.nanoTime();
    Chain chain;
    try {
      chain = start(module);
    } catch (GuestFailed e) {
      return new Outcome(
          guest, true, false, "stopped at its start: " + e.reason(), late(startNanos));
    }
    startNanos = System.nanoTime();
    try {
      chain.lookBack(one());
      startNanos = System.nanoTime();
      ChainOutput output = chain.process(one());
      return output.deadLetters().isEmpty()
          ? new Outcome(guest, false, true, null, late(startNanos))
          : new Outcome(
              guest,
              false,
              true,
              "stopped in a call: " + output.deadLetters().get(0).reason(),
              late(startNanos));
    } catch (GuestFailed e) {
      return new Outcome(
          guest, true, false, "stopped in look_back: " + e.reason(), late(startNanos));
    }
  }

  /// How much longer it took than its budget: than twice that, where it was tried once more.
  private static double late(long startNanos) {
    long took = System.nanoTime() - startNanos;
    long calls = Math.clamp(took / BUDGET_NANOS, 1, 2);
    return Math.max(0, (took - calls * BUDGET_NANOS) / 1e6 / calls);
  }

  private Chain start(SmartModule module) throws GuestFailed {
    Lookback lookback = module.hasLookBack() ? new Lookback(10, null) : null;
    return Chain.start(
        engine,
        List.of(new Transform(module, Map.of("status", "-1"), lookback, BUDGET)),
        ErrorPolicy.DEAD_LETTER,
        line -> {});
  }

  private static ChainInput one() {
    GuestRecords.Builder records = new GuestRecords.Builder();
    records.add(0, 0, null, "a reading".getBytes(UTF_8));
    return new ChainInput(0, 1_790_000_000_000L, records.build());
  }

  /// Makes instances of all guests that end by themselves, in turn, has each of them fail, and drops them.
  Left instances(int count) throws IOException {
    List<SmartModule> modules = new ArrayList<>();
    for (Path guest : guests) {
      String name = guest.getFileName().toString();
      try {
        SmartModule module = engine.load(name, Files.readAllBytes(guest));
        long startNanos = System.nanoTime();
        make(module);
        if (System.nanoTime() - startNanos < BUDGET_NANOS / 2) {
          modules.add(module); // the others would take the time of their budget each
        }
      } catch (SmartModuleRefused e) {
        continue;
      }
    }
    for (int i = 0; i < WARM * modules.size() / 10; i++) {
      make(modules.get(i % modules.size()));
    }
    rest();
    long heap = heap();
    long metaspace = metaspace();
    int threads = Thread.activeCount();
    for (int i = 0; i < count; i++) {
      make(modules.get(i % modules.size()));
      if (i % 2_000 == 1_999) {
        err.printf("%d instances%n", i + 1);
        err.flush();
      }
    }
    rest();
    return new Left(count, heap, heap(), metaspace, metaspace(), threads, Thread.activeCount());
  }

  private void make(SmartModule module) {
    try {
      start(module).process(one());
    } catch (GuestFailed atItsStart) {
      // one of those that do not start
    }
  }

  private static void rest() {
    long endNanos = System.nanoTime() + IDLE_NANOS;
    while (System.nanoTime() - endNanos < 0) {
      LockSupport.parkNanos(IDLE_NANOS);
    }
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
  }

  private static long heap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long metaspace() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals("Metaspace"))
        .mapToLong(pool -> pool.getUsage().getUsed())
        .sum();
  }
}
