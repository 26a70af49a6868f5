package io.tributary.front.kafka.access;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The ways to log in, under their registered names.
public enum SaslMechanism {
  /// The password itself (RFC 4616): only where nobody can listen.
  PLAIN("PLAIN"),

  /// A proof that the password is known (RFC 5802, RFC 7677).
  SCRAM_SHA_256("SCRAM-SHA-256"),

  /// The same over a longer hash.
  SCRAM_SHA_512("SCRAM-SHA-512");

  /// All of them, for whoever wrote one that there is not.
  public static final String ALLOWED =
      Arrays.stream(values()).map(SaslMechanism::registeredName).collect(Collectors.joining(", "));

  private final String registeredName;

  SaslMechanism(String registeredName) {
    this.registeredName = registeredName;
  }

  public String registeredName() {
    return registeredName;
  }

  /// The mechanism of that name, or null.
  public static @Nullable SaslMechanism named(String name) {
    for (SaslMechanism mechanism : values()) {
      if (mechanism.registeredName.equals(name)) {
        return mechanism;
      }
    }
    return null;
  }
}
