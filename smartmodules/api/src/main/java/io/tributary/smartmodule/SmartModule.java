package io.tributary.smartmodule;

import java.util.function.Consumer;

/// A module that was checked and compiled. Any number of instances share what was compiled; for any thread.
public interface SmartModule {
  String name();

  Kind kind();

  /// The SHA-256 of its file, in hexadecimal.
  String sha256();

  boolean hasInit();

  boolean hasLookBack();

  /// Makes an instance, whose memory and globals are as the module declares them. Only within {@link Engine#run}.
  ///
  /// @param log takes the lines that the guest writes to its standard output and error
  /// @throws GuestFailed when it does not fit into its budget, or its start function fails
  Guest instantiate(Budget budget, Consumer<String> log) throws GuestFailed;
}
