package io.tributary.adapter.mqtt.bridge;

import io.tributary.link.Backoff;
import io.tributary.link.LinkKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the connections to one broker, with a pause that grows while they fail. Confined to its agent's thread.
final class Dialler {
  private final BrokerSettings broker;
  private final Backoff backoff;

  Dialler(BrokerSettings broker, long seed) {
    this.broker = broker;
    this.backoff = new Backoff(LinkKind.METERED, seed);
  }

  boolean mayDial(long nowNanos) {
    return backoff.mayDial(nowNanos);
  }

  long untilDialNanos(long nowNanos) {
    return backoff.untilDialNanos(nowNanos);
  }

  /// Begins to connect; the line is told what comes of it, and is late after a while.
  ///
  /// @throws IOException when the password cannot be read; nothing was begun
  void dial(Line line, ConnectionPlan plan, long nowNanos) throws IOException {
    ConnectionPlan complete = plan.withPassword(password());
    line.deadlineNanos = nowNanos + 2 * plan.connectTimeout().toNanos();
    BrokerClientProvider library =
        Objects.requireNonNull(broker.client(), "the plan of a wrong section is never opened");
    line.dial(library.open(complete, line));
  }

  void connected(long nowNanos) {
    backoff.connected(nowNanos);
  }

  /// The connection has ended, or did not come to be.
  ///
  /// @return that, and when the next one is dialled, in words
  String failed(String why, long nowNanos) {
    long waitMs = backoff.failed(nowNanos, 0);
    return "not connected to "
        + broker.plan().address()
        + ": "
        + why
        + "; dials again after "
        + waitMs
        + " ms";
  }

  private @Nullable String password() throws IOException {
    Path file = broker.passwordFile();
    if (file == null) {
      return null;
    }
    if (Files.size(file) > Bounds.PASSWORD_BYTES) {
      throw new IOException(file + " is larger than " + Bounds.PASSWORD_BYTES + " bytes");
    }
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new IOException("the password file cannot be read: " + e.getMessage(), e);
    }
  }
}
