package io.tributary.hub.cli;

import io.tributary.front.kafka.access.ClientLogin;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import javax.security.sasl.SaslException;

/// A user of the hub, and how it logs in.
record Account(SaslMechanism mechanism, String user, String password) {

  /// Whether the password itself goes over the connection.
  boolean saysPassword() {
    return mechanism == SaslMechanism.PLAIN;
  }

  /// The first thing on a new connection: one SaslHandshake, then SaslAuthenticate until both sides are done (KIP-152).
  void logIn(BrokerConnection connection, HostAndPort broker) throws IOException {
    connection.send(
        SaslApi.SASL_HANDSHAKE,
        SaslApi.SASL_HANDSHAKE_VERSION,
        out -> RequestFields.string(out, mechanism.registeredName()));
    SaslApi.Offer offer = AnswerFields.parse(broker, connection.receive(0), SaslApi::readHandshake);
    if (offer.error() != KafkaErrors.NONE) {
      throw new LoginRefused(objection(broker, offer));
    }
    ClientLogin login = new ClientLogin(mechanism, user, password);
    try {
      for (byte[] token = login.first(); ; token = login.next(say(connection, broker, token))) {
        if (login.isComplete() && token.length == 0) {
          return;
        }
      }
    } catch (SaslException e) {
      throw new LoginRefused(
          "%s does not prove that it knows the password of '%s': %s"
              .formatted(broker, user, e.getMessage()),
          e);
    }
  }

  private byte[] say(BrokerConnection connection, HostAndPort broker, byte[] token)
      throws IOException {
    connection.send(
        SaslApi.SASL_AUTHENTICATE,
        SaslApi.SASL_AUTHENTICATE_VERSION,
        out -> SaslApi.writeToken(out, token));
    SaslApi.Answer answer =
        AnswerFields.parse(broker, connection.receive(0), SaslApi::readAuthenticate);
    if (answer.error() != KafkaErrors.NONE) {
      throw new LoginRefused(
          "%s does not let '%s' in: %s"
              .formatted(broker, user, KafkaErrors.words(answer.error(), answer.text())));
    }
    return answer.token();
  }

  private String objection(HostAndPort broker, SaslApi.Offer offer) {
    if (offer.mechanisms().isEmpty()) {
      return broker + " knows no logins: leave out --user";
    }
    return "%s takes no logins by %s: say --mechanism with one of %s"
        .formatted(broker, mechanism.registeredName(), String.join(", ", offer.mechanisms()));
  }

  /// The password belongs into no log.
  @Override
  public String toString() {
    return user + " by " + mechanism.registeredName();
  }
}
