package io.tributary.front.kafka.access;

import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.apache.kafka.common.security.scram.internals.ScramSaslClient;
import org.jspecify.annotations.Nullable;

/// The client's side of one login, token by token. Confined to one thread.
///
/// ```
/// PLAIN   first: NUL user NUL password                        (RFC 4616)
/// SCRAM   first: user, nonce   then: proof   then: nothing    (RFC 5802, section 5)
/// ```
///
/// SCRAM is complete only when the other side has proven that it knows the password's keys as well.
public final class ClientLogin {
  private static final byte[] NO_TOKEN = new byte[0];

  private final String user;
  private final String password;

  /// Null: the mechanism is PLAIN.
  private final @Nullable SaslClient scram;

  private boolean isPlainSaid;

  public ClientLogin(SaslMechanism mechanism, String user, String password) {
    this.user = user;
    this.password = password;
    this.scram =
        switch (mechanism) {
          case PLAIN -> null;
          case SCRAM_SHA_256 -> scram(ScramMechanism.SCRAM_SHA_256);
          case SCRAM_SHA_512 -> scram(ScramMechanism.SCRAM_SHA_512);
        };
  }

  private SaslClient scram(ScramMechanism mechanism) {
    try {
      return new ScramSaslClient(mechanism, this::handle);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + mechanism.hashAlgorithm(), e);
    }
  }

  private void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      switch (callback) {
        case NameCallback asked -> asked.setName(user);
        case PasswordCallback asked -> asked.setPassword(password.toCharArray());
        default -> throw new UnsupportedCallbackException(callback); // extensions: there are none
      }
    }
  }

  /// What is said before the other side has said anything.
  public byte[] first() throws SaslException {
    return next(NO_TOKEN);
  }

  /// What is said to a token of the other side; empty: nothing.
  ///
  /// @throws SaslException when the token is none, or does not prove that the other side knows the password
  public byte[] next(byte[] token) throws SaslException {
    SaslClient client = scram;
    if (client == null) {
      if (isPlainSaid) {
        return NO_TOKEN;
      }
      isPlainSaid = true;
      return ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }
    try {
      byte[] answer = client.evaluateChallenge(token);
      return answer == null ? NO_TOKEN : answer;
    } catch (SaslAuthenticationException e) {
      throw new SaslException(e.getMessage(), e);
    } catch (RuntimeException rubbish) { // Kafka's parsers trust their peers in places
      throw new SaslException("a token that cannot be read", rubbish);
    }
  }

  /// Whether this side is done: only then has a login succeeded.
  public boolean isComplete() {
    SaslClient client = scram;
    return client == null ? isPlainSaid : client.isComplete();
  }
}
