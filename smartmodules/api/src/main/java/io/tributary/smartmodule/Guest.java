package io.tributary.smartmodule;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An instance of a SmartModule with its memory. Only within {@link Engine#run}; after a {@link GuestFailed} it is not used again.
public interface Guest {
  /// What one call came to.
  ///
  /// @param status at least 0, or one of the ABI's negative ones
  /// @param output the bytes that the guest handed over, or null
  @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
  record Answer(int status, byte @Nullable [] output) {
    // Spelled out: the class file of a compact constructor loses the @Nullable of an array.
    public Answer(int status, byte @Nullable [] output) {
      this.status = status;
      this.output = output;
    }
  }

  /// Calls one of the functions that take (pointer, length, version): the input is put into memory that the guest allocates, and
  /// the output is copied out and given back to it.
  ///
  /// @param export the name of the function, which the module has
  Answer call(String export, byte[] input) throws GuestFailed;

  /// The guest's memory and globals as they are now.
  GuestState save();

  /// Puts memory and globals back.
  ///
  /// @throws IOException when the state is not one of this module
  void restore(GuestState state) throws IOException;

  /// The size of its memory.
  long memoryBytes();
}
