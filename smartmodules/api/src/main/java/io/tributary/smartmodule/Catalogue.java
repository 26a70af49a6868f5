package io.tributary.smartmodule;

import java.util.List;

/// SmartModules that come with the program. Found by ServiceLoader.
public interface Catalogue {
  /// One of them.
  ///
  /// @param version what `uses: name@version` may ask for
  /// @param wasm its bytes
  @SuppressWarnings("ArrayRecordComponent") // nobody compares entries
  record Entry(String name, String version, String description, byte[] wasm) {}

  /// All of them, by name.
  List<Entry> entries();
}
