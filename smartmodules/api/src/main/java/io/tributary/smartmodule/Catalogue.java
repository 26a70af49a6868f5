package io.tributary.smartmodule;

import java.util.List;
import java.util.Map;

/// SmartModules that come with the program. Found by ServiceLoader.
public interface Catalogue {
  /// One of them.
  ///
  /// @param version what `uses: name@version` may ask for
  /// @param kind the export of its {@link Kind}
  /// @param language what it is written in
  /// @param params what its `init` knows, in the order in which to tell them
  /// @param wasm its bytes
  @SuppressWarnings("ArrayRecordComponent") // nobody compares entries
  record Entry(
      String name,
      String version,
      String kind,
      String language,
      String description,
      Map<String, Param> params,
      byte[] wasm) {}

  /// What may be said to a module.
  ///
  /// @param absent what holds when it is not said; empty: nothing, or it must be said
  record Param(String meaning, String absent, String allowed) {}

  /// All of them, by name.
  List<Entry> entries();
}
