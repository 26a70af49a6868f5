package io.tributary.adapter;

import java.util.Set;

/// A checked configuration of one adapter, ready to be opened.
public interface AdapterPlan {
  /// Every Tributary topic that this adapter can write to, so that an edge can name what it mirrors before the first
  /// reading.
  Set<String> topics();

  /// Makes the adapter; nothing runs before {@link Adapter#start}.
  ///
  /// @param name the adapter's name in this edge's configuration, which its readings carry as header `source`
  Adapter open(String name, Outlet outlet);
}
