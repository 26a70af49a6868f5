package io.tributary.smartmodule;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One guest of a chain, as its owner has written it.
///
/// @param module what was loaded
/// @param params what its `init` is told
public record Transform(
    SmartModule module, Map<String, String> params, @Nullable Lookback lookback, Budget budget) {
  public Transform {
    params = Map.copyOf(params);
  }
}
