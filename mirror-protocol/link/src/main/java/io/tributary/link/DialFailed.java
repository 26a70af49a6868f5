package io.tributary.link;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The hub could not be reached, or is not who it should be. The message is for the operator: it
/// names the address and the reason.
public final class DialFailed extends IOException {
  /// What kind of failure it is: status shows it, and only the first is worth another look at the
  /// configuration before the next try.
  public enum Reason {
    /// Plain TCP to a hub that is not on loopback, without `insecure: true`.
    PLAIN_NOT_ALLOWED,
    /// The host has no address.
    UNKNOWN_HOST,
    /// Nobody listens, no route, or no answer in time.
    UNREACHABLE,
    /// TLS was not agreed on: a certificate, a name, a date, a version.
    TLS
  }

  private final Reason reason;

  DialFailed(Reason reason, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
