package io.tributary.adapter;

import java.io.IOException;

/// A running source of readings.
public interface Adapter extends AutoCloseable {
  /// Opens its port or device and begins. Called once.
  ///
  /// @throws IOException when the world does not allow it: a port in use, a device that is not there
  void start() throws IOException;

  /// A snapshot; callable from any thread, at any time. One that takes longer than a second is shown as not telling its status.
  AdapterStatus status();

  /// Ends the source and gives back what it holds, also where a bug has ended its thread, and after a start that failed: no emit
  /// follows its return. Completions that are still due may come later and do no harm.
  @Override
  void close();
}
