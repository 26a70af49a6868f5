package io.tributary.session;

import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.RefusalCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An Intake at one moment, for `hub status`. Immutable.
///
/// @param hello what the edge said of itself, once it was heard
/// @param reason why the state is what it is, in words
/// @param heldBytes of batches that are coming in or are not durable yet: the credit in use
public record IntakeStatus(
    Connection connection,
    String reason,
    long sinceNanos,
    @Nullable Hello hello,
    long heldBytes,
    List<Stream> streams) {

  /// Where the session stands.
  public enum Connection {
    /// The link is up; the edge has not said who it is.
    GREETING,
    /// The edge said who it is; it is not decided yet.
    ADMITTING,
    CONNECTED,
    /// The session ended; the link is about to close.
    CLOSING,
    CLOSED
  }

  /// @param confirmed what the edge saw when the stream was opened, once it was heard
  /// @param refusalCode why the stream was refused, if it was
  /// @param edgeEnd the end of the stream at the edge when it was opened
  /// @param next the first offset that the hub lacks
  /// @param durable what may be acknowledged
  public record Stream(
      StreamSpec spec,
      StreamState state,
      Confirm.@Nullable Kind confirmed,
      @Nullable RefusalCode refusalCode,
      String refusalText,
      long edgeEnd,
      long next,
      long durable,
      long heldBytes,
      long batches,
      long duplicates,
      long bytes) {}
}
