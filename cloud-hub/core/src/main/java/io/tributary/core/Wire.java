package io.tributary.core;

import io.tributary.session.frame.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection of an edge as its session sees it: what the server's event loop gives. All but
/// `execute` are called on the connection's thread.
public interface Wire {
  /// The address of the peer, for status.
  String peer();

  /// The names that the peer's certificate proves, of which its edge id must be one; null on a link
  /// without certificates.
  @Nullable List<String> provenNames();

  /// Encodes the frame; it may be written with the next `flush` only.
  void send(Frame frame);

  /// Writes what was sent.
  void flush();

  /// Closes the connection once what was sent is written; `HubSession.closed` is called afterwards.
  void disconnect(String reason);

  /// Reads nothing more until `resumeReading`: the store is crowded.
  void pauseReading();

  void resumeReading();

  /// Runs the task on the connection's thread, later. Any thread may call; never blocks. A task for
  /// a connection that is gone may be dropped.
  void execute(Runnable task);
}
