package io.tributary.sim.bench;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import org.jspecify.annotations.Nullable;

/// Whether the hub has acknowledged all that an edge holds, by the edge's status.
final class Drain {
  private Drain() {}

  static boolean isDrained(@Nullable JsonObject status) {
    if (status == null) {
      return false;
    }
    JsonArray streams = status.getArray("streams", new JsonArray());
    for (Object each : streams) {
      JsonObject stream = (JsonObject) each;
      if (stream.getLong("acked") != stream.getLong("end")) {
        return false;
      }
    }
    return !streams.isEmpty();
  }
}
