package io.tributary.sim.field.source;

import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;

/// Something of the field that one adapter takes in. It has a topic of its own, of the adapter's name.
public interface Source extends AutoCloseable {
  /// Of its adapter and its topic.
  String name();

  /// The edge's plan, with an adapter for this source.
  EdgePlan joined(EdgePlan edge);

  /// What the adapter needs before the edge starts is there.
  void prepare() throws IOException, InterruptedException;

  /// Begins to talk, to an edge that runs.
  void start(Edge edge) throws IOException, InterruptedException;

  /// Says no more, and waits until all is acknowledged that can be.
  ///
  /// @throws IOException when it could not talk, or is not acknowledged in time
  void stop() throws IOException, InterruptedException;

  /// What it said, and what has to come of it. Any thread.
  Account account();

  @Override
  void close() throws IOException;
}
