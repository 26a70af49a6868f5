package io.tributary.sim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonWriter;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A JVM of its own that runs one filter, with the options that are to be measured. See {@link Worker} for what it is told.
///
/// ```
/// GuestWorker MODULE KEY VALUE     a file or a name of the catalogue, and its param
/// chain NANOS    batches whose records were built before
/// built NANOS    the records are built each time
/// native NANOS   the same question in Java, without a guest
/// footprint      what loading, starting and keeping it takes
/// ```
public final class GuestWorker {
  private static final int LOADS = 20;
  private static final int STARTS = 1_000;
  private static final int KEPT = 20;

  private final Modules modules;
  private final String name;
  private final Map<String, String> params;
  private final List<List<byte[]>> values = FilterRecords.values();
  private final List<ChainInput> inputs = new ArrayList<>();
  private final long firstLoadNanos;
  private final SmartModule module;
  private final Chain chain;

  private GuestWorker(String name, String key, String value)
      throws IOException, SmartModuleRefused, GuestFailed {
    this.modules = Objects.requireNonNull(Modules.find(false), "no engine");
    this.name = name;
    this.params = Map.of(key, value);
    for (List<byte[]> batch : values) {
      inputs.add(FilterRecords.input(inputs.size(), batch));
    }
    byte[] wasm = wasm();
    long begin = System.nanoTime();
    this.module = modules.engine().load(name, wasm);
    this.firstLoadNanos = System.nanoTime() - begin;
    this.chain = start();
  }

  private byte[] wasm() throws IOException {
    return name.endsWith(".wasm")
        ? Files.readAllBytes(Path.of(name))
        : Objects.requireNonNull(modules.catalogue().get(name), name).wasm();
  }

  private Chain start() throws GuestFailed {
    return Chain.start(
        modules.engine(),
        List.of(new Transform(module, params, null, Budget.SMALL)),
        ErrorPolicy.DEAD_LETTER,
        line -> {});
  }

  public static void main(String[] args) throws IOException, SmartModuleRefused, GuestFailed {
    GuestWorker worker = new GuestWorker(args[0], args[1], args[2]);
    System.out.println(
        JsonWriter.string().object().value("loadNanos", worker.firstLoadNanos).end().done());
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ", -1);
      System.out.println(
          words[0].equals("footprint")
              ? worker.footprint()
              : worker.work(words[0], Long.parseLong(words[1])));
    }
  }

  private String work(String manner, long nanos) throws GuestFailed {
    byte[] wanted = FilterRecords.WANTED.getBytes(UTF_8);
    long batches = 0;
    long passed = 0;
    long begin = System.nanoTime();
    long spent = 0;
    while (spent < nanos) {
      for (int i = 0; i < inputs.size(); i++) {
        passed +=
            switch (manner) {
              case "chain" -> passed(chain.process(inputs.get(i)));
              case "built" -> passed(chain.process(FilterRecords.input(i, values.get(i))));
              case "native" -> values.get(i).stream().filter(each -> has(each, wanted)).count();
              default -> throw new IllegalArgumentException(manner);
            };
      }
      batches += inputs.size();
      spent = System.nanoTime() - begin;
    }
    return JsonWriter.string()
        .object()
        .value("batches", batches)
        .value("passed", passed)
        .value("nanos", spent)
        .end()
        .done();
  }

  /// As a pipeline does behind a filter: it looks up where each output came from.
  private static int passed(ChainOutput output) {
    int passed = 0;
    for (int i = 0; i < output.count(); i++) {
      passed += output.origin(i) >= 0 ? 1 : 0;
    }
    return passed;
  }

  private static boolean has(byte[] value, byte[] wanted) {
    for (int from = 0; from <= value.length - wanted.length; from++) {
      int same = 0;
      while (same < wanted.length && value[from + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return true;
      }
    }
    return false;
  }

  private String footprint() throws IOException, SmartModuleRefused, GuestFailed {
    byte[] wasm = wasm();
    double[] loads = new double[LOADS];
    for (int i = 0; i < LOADS; i++) {
      long begin = System.nanoTime();
      modules.engine().load(name, wasm);
      loads[i] = System.nanoTime() - begin;
    }
    double[] starts = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long begin = System.nanoTime();
      start();
      starts[i] = System.nanoTime() - begin;
    }
    List<Chain> kept = new ArrayList<>();
    long before = usedBytes();
    for (int i = 0; i < KEPT; i++) {
      kept.add(start());
    }
    long fresh = usedBytes() - before;
    for (Chain each : kept) {
      each.process(inputs.get(0));
    }
    long used = usedBytes() - before;
    return JsonWriter.string()
        .object()
        .value("loadNanos", Median.of(loads))
        .value("startNanos", Median.of(starts))
        .value("freshBytes", fresh / KEPT)
        .value("usedBytes", used / KEPT)
        .value("linearBytes", kept.get(0).memoryBytes())
        .end()
        .done();
  }

  /// The heap after a collection.
  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
