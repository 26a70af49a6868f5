package io.tributary.sim.fuzz;

import com.sun.management.ThreadMXBean;
import io.tributary.adapter.mqtt.MqttFuzz;
import io.tributary.front.kafka.KafkaFuzz;
import io.tributary.link.PemFuzz;
import io.tributary.log.IndexFuzz;
import io.tributary.log.SegmentFuzz;
import io.tributary.log.TableFuzz;
import io.tributary.store.log.RegistryFuzz;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Every target by its name, and the entry that Jazzer calls, for the one that `-Dfuzz.target` names.
///
/// Besides what a target itself demands, no input may make it allocate more than [#ALLOCATED_BYTES_MOST].
public final class Fuzz {
  /// An honest decompression takes 16 MiB at most, a journal's buffers a few more; a lying length takes
  /// gigabytes.
  private static final long ALLOCATED_BYTES_MOST = 128L << 20;

  private static final Map<String, Supplier<FuzzTarget>> TARGETS = targets();

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Held, since a logger that nobody holds forgets its level.
  private static final Logger PRODUCT_LOG = Logger.getLogger("io.tributary");

  private Fuzz() {}

  private static Map<String, Supplier<FuzzTarget>> targets() {
    Map<String, Supplier<FuzzTarget>> targets = new LinkedHashMap<>();
    targets.put("batch", BatchFuzz::new);
    targets.put("segment-journal", () -> new SegmentFuzz(true));
    targets.put("segment-partition", () -> new SegmentFuzz(false));
    targets.put("index", IndexFuzz::new);
    targets.put("group-header", TableFuzz::new);
    targets.put("frames", FrameFuzz::new);
    targets.put("intake", IntakeFuzz::new);
    targets.put("mqtt", MqttFuzz::new);
    targets.put("kafka", KafkaFuzz::new);
    targets.put("registry", RegistryFuzz::new);
    targets.put("settings", SettingsFuzz::new);
    targets.put("pem", PemFuzz::new);
    return targets;
  }

  static Map<String, Supplier<FuzzTarget>> all() {
    return TARGETS;
  }

  /// Runs one input, and watches what it allocates.
  static void run(FuzzTarget target, byte[] input) throws Exception {
    PRODUCT_LOG.setLevel(Level.OFF);
    // What is large the first time may be a class that was loaded and instrumented on the way.
    if (allocatedBy(target, input) > ALLOCATED_BYTES_MOST) {
      long allocated = allocatedBy(target, input);
      if (allocated <= ALLOCATED_BYTES_MOST) {
        return;
      }
      throw new AssertionError(allocated + " B allocated for " + input.length + " B");
    }
  }

  private static long allocatedBy(FuzzTarget target, byte[] input) throws Exception {
    long before = THREAD.getCurrentThreadAllocatedBytes();
    target.run(input);
    return THREAD.getCurrentThreadAllocatedBytes() - before;
  }

  /// What Jazzer calls.
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    run(Chosen.TARGET, input);
  }

  /// Made once, when Jazzer has instrumented what it needs.
  private static final class Chosen {
    static final FuzzTarget TARGET = byName(System.getProperty("fuzz.target", ""));
  }

  private static FuzzTarget byName(String name) {
    Supplier<FuzzTarget> target = TARGETS.get(name);
    if (target == null) {
      throw new IllegalArgumentException("-Dfuzz.target is one of " + TARGETS.keySet());
    }
    return target.get();
  }

  /// `list`, or `seeds TARGET DIRECTORY`: writes the seeds, for the fuzzer to start from.
  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("list")) {
      TARGETS.keySet().forEach(System.out::println);
    } else if (args.length == 3 && args[0].equals("seeds")) {
      writeSeeds(byName(args[1]), Path.of(args[2]));
    } else {
      throw new IllegalArgumentException("list, or seeds TARGET DIRECTORY");
    }
  }

  private static void writeSeeds(FuzzTarget target, Path directory) throws Exception {
    Files.createDirectories(directory);
    int number = 0;
    for (byte[] seed : target.seeds()) {
      write(directory.resolve("seed-" + number++), seed);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
  }
}
