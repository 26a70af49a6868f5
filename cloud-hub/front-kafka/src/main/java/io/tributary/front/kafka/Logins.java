package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.front.kafka.access.User;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.SaslServer;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;
import org.apache.kafka.common.security.plain.internals.PlainSaslServer;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramCredentialUtils;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.apache.kafka.common.security.scram.internals.ScramSaslServer;
import org.jspecify.annotations.Nullable;

/// What the logins of all clients have in common: the users' credentials, and the threads that check passwords.
///
/// Kafka's own SASL servers do the talking. A password of PLAIN takes tens of milliseconds to check when it comes for the first time, by design,
/// so that is done beside the event loops; SCRAM leaves that work to the client.
final class Logins implements AutoCloseable {
  /// More would let strangers keep more processors busy.
  private static final int THREADS = 2;

  /// Passwords that wait to be checked: one for each client that there can be at once ({@link FrontLimits}), so that all may come
  /// again together. More than that were left by clients that are gone.
  private static final int WAITING_MOST = 1_024;

  private static final long IDLE_THREAD_SECONDS = 10;
  private static final int SECRET_BYTES = 32;

  private final FrontAccess access;
  private final FailedLogins failed;
  private final byte[] secret = new byte[SECRET_BYTES];
  private final ProvenPasswords proven;
  private final ThreadPoolExecutor passwords;

  Logins(FrontAccess access, FailedLogins failed) {
    this.access = access;
    this.failed = failed;
    SecureRandom random = new SecureRandom();
    random.nextBytes(secret);
    byte[] key = new byte[SECRET_BYTES];
    random.nextBytes(key);
    proven = new ProvenPasswords(key);
    passwords =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MOST),
            work -> {
              Thread thread = new Thread(work, "kafka-login");
              thread.setDaemon(true);
              return thread;
            });
    passwords.allowCoreThreadTimeOut(true);
  }

  FrontAccess access() {
    return access;
  }

  FailedLogins failed() {
    return failed;
  }

  /// Where the steps of an exchange that take long are taken; refuses some when there are too many.
  Executor passwords() {
    return passwords;
  }

  @Override
  public void close() {
    passwords.shutdownNow();
  }

  /// One client's exchange. Confined to one thread at a time.
  Exchange begin(SaslMechanism mechanism) {
    return new Exchange(mechanism);
  }

  final class Exchange implements CallbackHandler {
    private final SaslMechanism mechanism;
    private final SaslServer server;
    private @Nullable String name;
    private @Nullable User user;

    private Exchange(SaslMechanism mechanism) {
      this.mechanism = mechanism;
      this.server =
          switch (mechanism) {
            case PLAIN -> new PlainSaslServer(this);
            case SCRAM_SHA_256 -> scram(ScramMechanism.SCRAM_SHA_256);
            case SCRAM_SHA_512 -> scram(ScramMechanism.SCRAM_SHA_512);
          };
    }

    private SaslServer scram(ScramMechanism variant) {
      try {
        return new ScramSaslServer(variant, Map.of(), this);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has " + variant.hashAlgorithm(), e);
      }
    }

    SaslMechanism mechanism() {
      return mechanism;
    }

    SaslServer server() {
      return server;
    }

    /// As whom the client wants to log in, as far as it has said.
    @Nullable String name() {
      return name;
    }

    /// The user of that name, as it was when the client said it; null: there is none.
    @Nullable User user() {
      return user;
    }

    /// Kafka's servers say a name first, and ask for what belongs to it then.
    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
      for (Callback callback : callbacks) {
        switch (callback) {
          case NameCallback asked -> name = asked.getDefaultName();
          case PlainAuthenticateCallback asked ->
              asked.authenticated(
                  proven.matches(String.valueOf(name), credentials(), asked.password()));
          case ScramCredentialCallback asked ->
              asked.scramCredential(
                  ScramCredentialUtils.credentialFromString(credentials().scram(mechanism)));
          default -> throw new UnsupportedCallbackException(callback);
        }
      }
    }

    private Credentials credentials() {
      String claimed = String.valueOf(name);
      User found = access.users().get().find(claimed);
      user = found;
      Credentials known = found == null ? null : found.credentials();
      return known == null ? Credentials.decoy(claimed, secret) : known;
    }
  }
}
