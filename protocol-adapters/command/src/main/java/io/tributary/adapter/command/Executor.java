package io.tributary.adapter.command;

import org.jspecify.annotations.Nullable;

/// Carries commands out.
public interface Executor {
  /// What becomes of a command.
  interface Done {
    /// To be called once, on the adapter's thread.
    ///
    /// @param failure why it was not carried out, or may not have been; null when it was
    void done(@Nullable String failure);
  }

  /// Begins to carry one out. The next one comes after it is done.
  void execute(Command command, Done done);
}
