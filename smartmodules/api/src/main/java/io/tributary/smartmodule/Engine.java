package io.tributary.smartmodule;

/// A host of WebAssembly. Found by ServiceLoader, so that an image has it where its owner needs it.
public interface Engine {
  /// Checks and compiles a module. Nothing of it runs.
  ///
  /// @param name what errors call it
  SmartModule load(String name, byte[] wasm) throws SmartModuleRefused;

  /// Does work that calls guests, on a thread of the engine, and waits for it. A call that takes longer than its budget is
  /// stopped and fails with {@link GuestFailed.Reason#TIME}; the work goes on.
  ///
  /// What the work throws, this throws. The caller is never interrupted, and an interrupt of the caller does not stop the work.
  <T, E extends Exception> T run(Work<T, E> work) throws E;

  /// What calls guests.
  ///
  /// @param <E> what it may throw
  interface Work<T, E extends Exception> {
    T run() throws E;
  }
}
