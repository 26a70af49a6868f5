package io.tributary.front.kafka;

/// The bounds of the Kafka front, each with the failure that it prevents.
///
/// @param connections clients at a time; one more is closed at once, so that a flood of them cannot
///     use up files and memory
/// @param requestBytes the largest request
/// @param heldBytes of requests that are not whole, of all clients together; the client that asks for
///     more is closed, so that a thousand that each send most of a large request cannot use up the memory
/// @param requestMs how long a client may take to its first request, and over the bytes of any later
///     one; who says nothing, or one byte at a time, does not keep a place
/// @param fetchBytes the most that one answer carries, unless its first batch alone is larger; so
///     that one client cannot keep a connection busy for minutes
/// @param fetchWaitMs the longest that a Fetch waits for new batches; a client that vanished is
///     found out then at the latest
/// @param idleMs a connection on which nothing moves for so long is closed; longer than Kafka's
///     clients keep an idle one (540,000), so that they close first
public record FrontLimits(
    int connections,
    int requestBytes,
    long heldBytes,
    int requestMs,
    int fetchBytes,
    int fetchWaitMs,
    int idleMs) {

  public static final FrontLimits DEFAULT =
      new FrontLimits(
          1_000, 4 * 1024 * 1024, 32L * 1024 * 1024, 15_000, 64 * 1024 * 1024, 60_000, 600_000);

  /// Below this not even the first request of every client fits.
  private static final int REQUEST_BYTES_LEAST = 1024;

  public FrontLimits {
    atLeast("connections", connections, 1);
    atLeast("requestBytes", requestBytes, REQUEST_BYTES_LEAST);
    atLeast("requestMs", requestMs, 1);
    if (heldBytes < requestBytes) {
      throw new IllegalArgumentException("one request must fit");
    }
    atLeast("fetchBytes", fetchBytes, 1);
    atLeast("fetchWaitMs", fetchWaitMs, 0);
    atLeast("idleMs", idleMs, 1);
    if (fetchWaitMs >= idleMs) {
      throw new IllegalArgumentException("a waiting Fetch must not look idle");
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
    }
  }
}
