package io.tributary.adapter.measurement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds sources that have fallen silent: each is told once as stale, with its last value, until it speaks again. Confined to one
/// thread.
public final class Freshness {
  /// Sources that are watched: one that makes up names would fill the heap. Beyond, those that were silent longest are not watched.
  private static final int SOURCES_MOST = 1000;

  private record Last(Measurement measurement, long atNanos) {}

  private final @Nullable Duration most;
  private final Map<String, Last> lasts = new LinkedHashMap<>();

  /// @param most how old a value may be; null: as old as it likes
  public Freshness(@Nullable Duration most) {
    this.most = most;
  }

  /// A source has spoken. One that says an error has no last value.
  ///
  /// @param nowMs the time of a value whose source has none of its own
  public void saw(Measurement measurement, long nowMs, long nowNanos) {
    if (most == null) {
      return;
    }
    lasts.remove(measurement.source());
    if (measurement.quality() == Quality.GOOD) {
      if (lasts.size() == SOURCES_MOST) {
        lasts.remove(lasts.keySet().iterator().next());
      }
      boolean hasTime = measurement.time() != null;
      lasts.put(
          measurement.source(),
          new Last(hasTime ? measurement : measurement.at(Instant.ofEpochMilli(nowMs)), nowNanos));
    }
  }

  /// What has become stale since the last call.
  public List<Measurement> stale(long nowNanos) {
    if (most == null || lasts.isEmpty()) {
      return List.of();
    }
    List<Measurement> stale = new ArrayList<>();
    Iterator<Last> oldest = lasts.values().iterator();
    while (oldest.hasNext()) {
      Last last = oldest.next();
      if (nowNanos - last.atNanos < most.toNanos()) {
        break;
      }
      oldest.remove();
      stale.add(last.measurement.stale("nothing more for " + most.toMillis() + " ms"));
    }
    return stale;
  }
}
