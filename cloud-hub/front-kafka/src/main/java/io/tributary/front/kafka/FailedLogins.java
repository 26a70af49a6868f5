package io.tributary.front.kafka;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Counts the logins that failed, keeps the newest, and tells the log of them once in a while. Any thread.
final class FailedLogins {
  private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /// Of what a stranger says that goes into a log.
  private static final int SHOWN_CHARS_MOST = 64;

  private static final System.Logger LOG = System.getLogger(FailedLogins.class.getName());

  private long count;
  private long told;
  private long toldNanos;
  private @Nullable String last;

  /// @param from where the client is
  /// @param user as whom it wanted to log in; null: it did not come to that
  synchronized void add(String from, @Nullable String user, String why, long nowNanos) {
    count++;
    last = from + (user == null ? "" : " as '" + shown(user) + "'") + ": " + shown(why);
    if (told == 0 || nowNanos - toldNanos >= TELL_EVERY_NANOS) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} logins of Kafka clients failed since this was last told; the newest: {1}",
          count - told,
          last);
      told = count;
      toldNanos = nowNanos;
    }
  }

  synchronized long count() {
    return count;
  }

  synchronized @Nullable String last() {
    return last;
  }

  /// Without what could forge a line of a log.
  private static String shown(String text) {
    String cut = text.substring(0, Math.min(SHOWN_CHARS_MOST, text.length()));
    return cut.replaceAll("[^\\p{Print}]", "?");
  }
}
