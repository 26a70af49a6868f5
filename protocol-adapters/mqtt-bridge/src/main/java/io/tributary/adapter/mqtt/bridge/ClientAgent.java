package io.tributary.adapter.mqtt.bridge;

import io.tributary.agent.Agent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An agent that is the client of a broker, as its {@link ClientAdapter} sees it.
interface ClientAgent extends Agent {
  /// Called once, before the thread runs.
  void wire(Runnable wakeUp);

  /// A bug has ended the agent's thread.
  void ended(Throwable bug);

  /// Any thread, as the next two.
  String summary();

  Map<String, Long> counters();

  @Nullable String lastError();
}
