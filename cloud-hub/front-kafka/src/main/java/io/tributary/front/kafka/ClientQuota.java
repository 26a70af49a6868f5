package io.tributary.front.kafka;

import org.jspecify.annotations.Nullable;

/// How many bytes of batches clients may write and read a second, on average (KIP-13). It holds for those that it names; where
/// several hold, the one that names most decides, each rate for itself:
///
/// | names | in Kafka's words | who shares the rate |
/// |---|---|---|
/// | user and client id | `users/U/clients/C` | the connections of that user with that client id |
/// | user | `users/U` | all connections of that user, whatever it calls its clients |
/// | client id | `users/<default>/clients/C` | the connections of one user with that client id |
/// | nothing | `users/<default>/clients/<default>` | the connections of one user with one client id |
///
/// @param user null: any; those that are nobody are {@link #ANONYMOUS}
/// @param clientId null: any
/// @param producerByteRate bytes a second; null: this line does not say
/// @param consumerByteRate bytes a second; null: this line does not say
public record ClientQuota(
    @Nullable String user,
    @Nullable String clientId,
    @Nullable Long producerByteRate,
    @Nullable Long consumerByteRate) {

  /// Those that are no user, under Kafka's name for them.
  public static final String ANONYMOUS = "ANONYMOUS";

  /// No bound, where a line that names less has one.
  public static final long UNLIMITED = Long.MAX_VALUE;

  /// Slower than this not even the requests themselves get through in a useful time.
  public static final long BYTE_RATE_LEAST = 1_000;

  public ClientQuota {
    if (producerByteRate == null && consumerByteRate == null) {
      throw new IllegalArgumentException("a quota has a rate");
    }
    check(producerByteRate);
    check(consumerByteRate);
  }

  private static void check(@Nullable Long byteRate) {
    if (byteRate != null && byteRate < BYTE_RATE_LEAST) {
      throw new IllegalArgumentException(
          "a rate is at least " + BYTE_RATE_LEAST + " B/s, not " + byteRate);
    }
  }

  boolean holdsFor(String name, String id) {
    return (user == null || user.equals(name)) && (clientId == null || clientId.equals(id));
  }

  /// Whether all clients of its user share the rate.
  boolean isOfWholeUser() {
    return user != null && clientId == null;
  }

  /// As in Kafka, a user weighs more than a client id.
  int weight() {
    return (user == null ? 0 : 2) + (clientId == null ? 0 : 1);
  }
}
