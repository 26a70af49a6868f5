package io.tributary.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an adapter says of itself, ready to be shown as JSON or as a table.
///
/// @param type the word of {@link AdapterType#type}
/// @param healthy false when nothing can come in, and `summary` says why
/// @param summary one line, such as `listening on 127.0.0.1:1883, 12 connections`
/// @param counters what happened since the start, in the order in which to show it; names in camelCase
/// @param lastError the most recent refusal or failure with enough of an example to act on, or null
public record AdapterStatus(
    String type,
    boolean healthy,
    String summary,
    Map<String, Long> counters,
    @Nullable String lastError) {
  public AdapterStatus {
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
  }

  /// The same with one counter more.
  public AdapterStatus with(String counter, long count) {
    Map<String, Long> more = new LinkedHashMap<>(counters);
    more.put(counter, count);
    return new AdapterStatus(type, healthy, summary, more, lastError);
  }
}
