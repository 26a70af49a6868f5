package io.tributary.front.kafka;

import io.netty.handler.ssl.SslContext;
import io.tributary.front.kafka.access.Rights;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.front.kafka.access.Users;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How clients say who they are, and who may come in.
///
/// | `mechanisms` | `isNamedByCertificate` | who a client is |
/// |---|---|---|
/// | some | false | the user as whom it logs in by SASL; before that, `anonymous` |
/// | none | true | the user whose name its certificate carries; without one, `anonymous` |
/// | none | false | `anonymous` |
///
/// As in Kafka, where there is SASL a certificate that `tls` asks for is a condition more, and names nobody.
///
/// @param tls null: plain TCP
/// @param mechanisms of SASL that are offered
/// @param isNamedByCertificate whether a verified certificate's first DNS name is a user's name
/// @param anonymous what those may do who are nobody; null: nothing, not even ask
/// @param users those that there are now; asked for each request, by any thread, and must not block
public record FrontAccess(
    @Nullable SslContext tls,
    Set<SaslMechanism> mechanisms,
    boolean isNamedByCertificate,
    @Nullable Rights anonymous,
    Supplier<Users> users) {

  public FrontAccess {
    mechanisms = Set.copyOf(mechanisms);
    if (isNamedByCertificate && (tls == null || !mechanisms.isEmpty())) {
      throw new IllegalArgumentException("a certificate names a user over TLS, without SASL");
    }
    if (anonymous == null && mechanisms.isEmpty() && !isNamedByCertificate) {
      throw new IllegalArgumentException("nobody could come in");
    }
  }

  /// Everybody may do everything, over plain TCP: for a network that is trusted.
  public static FrontAccess open() {
    return new FrontAccess(
        null, EnumSet.noneOf(SaslMechanism.class), false, Rights.ALL, () -> Users.NONE);
  }
}
