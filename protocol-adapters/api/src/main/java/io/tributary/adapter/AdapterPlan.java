package io.tributary.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A checked configuration of one adapter, ready to be opened.
public interface AdapterPlan {
  /// Every Tributary topic that this adapter can write to, with the class that its section gives it, if any; so that an
  /// edge knows before the first reading what it mirrors, and how urgent it is.
  Map<String, Optional<TopicClass>> topics();

  /// The topics that this adapter reads, which itself or another one writes.
  default Set<String> reads() {
    return Set.of();
  }

  /// Makes the adapter; nothing runs before {@link Adapter#start}.
  ///
  /// @param name the adapter's name in this edge's configuration, which its readings carry as header `source`
  Adapter open(String name, Outlet outlet);
}
