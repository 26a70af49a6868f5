package io.tributary.adapter.modbus;

import io.tributary.agent.Agent;

/// Has the port, or the connections, of a section.
interface LineAgent extends Agent {
  /// Ends a wait. Any thread, as those below.
  void wake();

  String summary();

  /// Whether anything can come in.
  boolean isOpen();

  /// After the thread has ended.
  void close();
}
