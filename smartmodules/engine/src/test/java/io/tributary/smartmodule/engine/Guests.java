package io.tributary.smartmodule.engine;

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
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The sample guests, and chains of them.
final class Guests {
  static final Path DIRECTORY = Path.of("../samples/wasm");

  static final Engine ENGINE = new EndiveEngine();

  private Guests() {}

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(DIRECTORY.resolve(name + ".wasm"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SmartModule load(String name) {
    try {
      return ENGINE.load(name, bytes(name));
    } catch (SmartModuleRefused e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Transform transform(String name, Map<String, String> params) {
    return transform(name, params, Budget.DEFAULT);
  }

  static Transform transform(String name, Map<String, String> params, Budget budget) {
    SmartModule module = load(name);
    return new Transform(
        module, params, module.hasLookBack() ? new Lookback(10, null) : null, budget);
  }

  static Chain chain(ErrorPolicy policy, Transform... transforms) throws GuestFailed {
    return Chain.start(ENGINE, List.of(transforms), policy, line -> {});
  }

  static Chain chain(String name, Map<String, String> params) throws GuestFailed {
    return chain(ErrorPolicy.DEAD_LETTER, transform(name, params));
  }

  static ChainInput input(String... values) {
    return input(0, values);
  }

  /// Records a second apart, without keys.
  static ChainInput input(long baseOffset, String... values) {
    GuestRecords.Builder records = new GuestRecords.Builder();
    for (int i = 0; i < values.length; i++) {
      records.add(1000 * i, i, null, values[i].getBytes(UTF_8));
    }
    return new ChainInput(baseOffset, 1_690_000_000_000L, records.build());
  }

  static List<String> valuesOf(ChainOutput output) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < output.count(); i++) {
      values.add(new String(output.value(i), UTF_8));
    }
    return values;
  }

  static List<Integer> originsOf(ChainOutput output) {
    List<Integer> origins = new ArrayList<>();
    for (int i = 0; i < output.count(); i++) {
      origins.add(output.origin(i));
    }
    return origins;
  }
}
