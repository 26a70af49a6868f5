package io.tributary.adapter.file;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Refused;

/// A line that was handed to the journal, and what becomes of it. Completed on a journal's thread.
///
/// @param position where the line begins
record Taken(TailedFile file, long position, Listener listener) implements Completion {
  /// Who is told. Any thread.
  interface Listener {
    void durable();

    void refused(Taken line, Refused reason);
  }

  @Override
  public void durable(long offset) {
    listener.durable();
  }

  @Override
  public void refused(Refused reason) {
    listener.refused(this, reason);
  }
}
