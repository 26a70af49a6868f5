package io.tributary.link;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// When to dial again. Pure: the time is a parameter and the jitter comes from a seed.
///
/// The wait doubles from [#FIRST_MS] to the link kind's bound with each failure; the jitter takes
/// away up to half of it, so that a thousand edges which lost their hub at one instant do not come
/// back at one instant. An error in an established session counts as a failure as well: a session
/// that breaks at once must not be redialled at once. Only a session that lasted [#STEADY_MS] wins
/// the short wait back.
public final class Backoff {
  /// The wait after the first failure, before jitter.
  public static final long FIRST_MS = 500;

  /// How long a session must have lasted to start over with the first wait.
  public static final long STEADY_MS = 10_000;

  /// The longest retry time of a hub's Refusal that is respected: one that lies can silence an
  /// edge for an hour, not for ever.
  public static final long MAX_RETRY_AFTER_MS = 3_600_000;

  private final long maxMs;
  private final SplittableRandom random;
  private long nextMs = FIRST_MS;
  private long dialAtNanos;
  private boolean waiting;
  private boolean connected;
  private long connectedAtNanos;

  public Backoff(LinkKind kind, long seed) {
    this.maxMs = kind.maxBackoffMs();
    this.random = new SplittableRandom(seed);
  }

  /// Whether it is time to dial: at the start, and when the wait of the last failure is over.
  public boolean mayDial(long nowNanos) {
    return !waiting || dialAtNanos - nowNanos <= 0;
  }

  /// How long until it is time to dial; 0 if it is time.
  public long untilDialNanos(long nowNanos) {
    return mayDial(nowNanos) ? 0 : dialAtNanos - nowNanos;
  }

  /// A session was established.
  public void connected(long nowNanos) {
    connected = true;
    connectedAtNanos = nowNanos;
  }

  /// A dial failed, or a session ended; not before `retryAfterMs` if the hub said so, else 0.
  /// Answers the wait in milliseconds.
  public long failed(long nowNanos, long retryAfterMs) {
    if (connected && nowNanos - connectedAtNanos >= TimeUnit.MILLISECONDS.toNanos(STEADY_MS)) {
      nextMs = FIRST_MS;
    }
    connected = false;
    long waitMs = nextMs - random.nextLong(nextMs / 2 + 1);
    nextMs = Math.min(2 * nextMs, maxMs);
    long askedMs = Math.clamp(retryAfterMs, 0, MAX_RETRY_AFTER_MS);
    if (askedMs > 0) {
      // Jitter here as well: the hub gives the same time to all that it turns away.
      waitMs = Math.max(waitMs, askedMs + random.nextLong(askedMs / 4 + 1));
    }
    waiting = true;
    dialAtNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(waitMs);
    return waitMs;
  }
}
