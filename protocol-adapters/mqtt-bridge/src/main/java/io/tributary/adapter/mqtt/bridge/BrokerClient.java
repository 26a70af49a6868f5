package io.tributary.adapter.mqtt.bridge;

/// One connection to a broker, from its dial to its end; it does not dial again. The bridge's thread calls it.
public interface BrokerClient extends AutoCloseable {
  /// Begins to connect and returns; {@link BrokerEvents} tells what comes of it.
  void dial();

  /// Sends the plan's subscriptions and returns.
  void subscribe();

  /// Sends a message and returns. Between {@link BrokerEvents#connected} and the end, with no more above QoS 0 on their way than
  /// the {@link Welcome} or the plan's `sendMaximum` allows.
  void publish(Departure departure);

  /// Ends the connection, without waiting for anything, and the threads that served it. What was not acknowledged stays the broker's.
  @Override
  void close();
}
