package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.Users;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.jspecify.annotations.Nullable;

/// Who a client is, and what it may do at this moment.
///
/// ```
///              SaslHandshake              SaslAuthenticate, until complete
///   stranger ───────────────▶ in exchange ────────────────────────────────▶ user
///                                  └── failed: told a little later, and closed
/// ```
///
/// The order of requests is that of Kafka (KIP-43, KIP-152): a stranger may ask for ApiVersions and log in, unless there are
/// rights for the anonymous; whoever asks for anything else is closed. A user that is removed, or gets another password, is a
/// stranger again. Confined to one event loop.
final class Login {
  /// How long a guesser waits for the answer to a wrong guess.
  static final int FAILURE_DELAY_MS = 200;

  /// The largest request before a login; a token of SASL has a few hundred bytes.
  static final int REQUEST_BYTES_MOST = 16 * 1024;

  private static final byte[] NO_TOKEN = new byte[0];

  private final Logins logins;
  private final FrontAccess access;
  private final String from;
  private @Nullable String nameOfCertificate;
  private Logins.@Nullable Exchange exchange;
  private @Nullable User user;
  private boolean isOver;

  /// Since when a step waits for us; 0: none does.
  private long workingSinceNanos;

  private long workedNanos;

  /// @param from where the client is
  Login(Logins logins, String from) {
    this.logins = logins;
    this.access = logins.access();
    this.from = from;
  }

  /// The TLS handshake is done.
  ///
  /// @param name the first DNS name of the client's verified certificate, or null
  void certified(@Nullable String name) {
    if (access.isNamedByCertificate()) {
      nameOfCertificate = name;
    }
  }

  /// What it may do now; null: it is a stranger, and may do nothing but log in.
  @Nullable Rights rights() {
    User loggedIn = user;
    if (loggedIn != null) {
      Users users = access.users().get();
      User now = users.find(loggedIn.name());
      return now != null && Objects.equals(now.credentials(), loggedIn.credentials())
          ? users.rightsOf(now.name())
          : null;
    }
    String certified = nameOfCertificate;
    return certified != null ? access.users().get().rightsOf(certified) : access.anonymous();
  }

  /// Who it is, in Kafka's words.
  String name() {
    User loggedIn = user;
    String certified = nameOfCertificate;
    return loggedIn != null
        ? loggedIn.name()
        : certified != null ? certified : ClientQuota.ANONYMOUS;
  }

  boolean isStranger() {
    return rights() == null;
  }

  /// How long the client has waited for us so far, which counts against no deadline of its own.
  ///
  /// @param nowNanos of `System.nanoTime`
  long workedNanos(long nowNanos) {
    return workedNanos + (workingSinceNanos == 0 ? 0 : nowNanos - workingSinceNanos);
  }

  /// Whether nothing may follow the next answer.
  boolean isOver() {
    return isOver;
  }

  /// Why a stranger's request is refused.
  String objection() {
    User loggedIn = user;
    return loggedIn == null
        ? "asks for something before it has logged in"
        : "user " + loggedIn.name() + " was removed, or has another password since";
  }

  Answer.SaslHandshake handshake(Request.SaslHandshake asked) {
    SaslMechanism mechanism = SaslMechanism.named(asked.mechanism());
    List<String> offered =
        access.mechanisms().stream().map(SaslMechanism::registeredName).sorted().toList();
    if (offered.isEmpty() || user != null || exchange != null) {
      return new Answer.SaslHandshake(KafkaError.ILLEGAL_SASL_STATE, offered);
    }
    if (asked.isRaw()) {
      return refused(KafkaError.UNSUPPORTED_VERSION, offered);
    }
    if (mechanism == null || !access.mechanisms().contains(mechanism)) {
      logins
          .failed()
          .add(from, null, "wants the mechanism " + asked.mechanism(), System.nanoTime());
      return refused(KafkaError.UNSUPPORTED_SASL_MECHANISM, offered);
    }
    exchange = logins.begin(mechanism);
    return new Answer.SaslHandshake(KafkaError.NONE, offered);
  }

  private Answer.SaslHandshake refused(KafkaError error, List<String> offered) {
    isOver = true;
    return new Answer.SaslHandshake(error, offered);
  }

  /// One step of the exchange. Answers once, on `loop`, maybe later.
  void authenticate(
      Request.SaslAuthenticate asked, EventExecutor loop, Consumer<Answer.SaslAuthenticate> reply) {
    Logins.Exchange under = exchange;
    if (under == null) {
      isOver = user == null && access.anonymous() == null;
      reply.accept(
          new Answer.SaslAuthenticate(
              KafkaError.ILLEGAL_SASL_STATE, "SaslHandshake comes first, and once", NO_TOKEN));
      return;
    }
    Executor where =
        switch (under.mechanism()) {
          case PLAIN -> logins.passwords();
          case SCRAM_SHA_256, SCRAM_SHA_512 -> loop;
        };
    workingSinceNanos = System.nanoTime();
    try {
      where.execute(() -> {
        Step step = step(under, asked.token());
        later(loop, 0, () -> finish(under, step, loop, reply));
      });
    } catch (RejectedExecutionException tooMany) {
      Step step = new Step(NO_TOKEN, "too many passwords wait to be checked; try again later");
      finish(under, step, loop, reply);
    }
  }

  /// @param token for the client
  /// @param failure null: none
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Step(byte[] token, @Nullable String failure) {}

  private static Step step(Logins.Exchange exchange, byte[] token) {
    try {
      byte[] answer = exchange.server().evaluateResponse(token);
      return new Step(answer == null ? NO_TOKEN : answer, null);
    } catch (SaslAuthenticationException | SaslException e) {
      return new Step(NO_TOKEN, String.valueOf(e.getMessage()));
    } catch (RuntimeException rubbish) { // Kafka's parsers trust their peers in places
      return new Step(NO_TOKEN, rubbish.toString());
    }
  }

  private void finish(
      Logins.Exchange under,
      Step step,
      EventExecutor loop,
      Consumer<Answer.SaslAuthenticate> reply) {
    workedNanos = workedNanos(System.nanoTime());
    workingSinceNanos = 0;
    String failure = step.failure();
    if (failure == null && !under.server().isComplete()) {
      reply.accept(new Answer.SaslAuthenticate(KafkaError.NONE, null, step.token()));
      return;
    }
    exchange = null;
    User proven = under.user();
    if (failure == null && proven != null) {
      user = proven;
      reply.accept(new Answer.SaslAuthenticate(KafkaError.NONE, null, step.token()));
      return;
    }
    isOver = true;
    logins
        .failed()
        .add(from, under.name(), failure == null ? "no such user" : failure, System.nanoTime());
    // The same words whatever was wrong: a guesser learns nothing.
    Answer.SaslAuthenticate refusal =
        new Answer.SaslAuthenticate(
            KafkaError.SASL_AUTHENTICATION_FAILED,
            "the login by "
                + under.mechanism().registeredName()
                + " failed: wrong user or password",
            NO_TOKEN);
    later(loop, FAILURE_DELAY_MS, () -> reply.accept(refusal));
  }

  private static void later(EventExecutor loop, int delayMs, Runnable then) {
    try {
      if (delayMs == 0) {
        loop.execute(then);
      } else {
        var unused = loop.schedule(then, delayMs, TimeUnit.MILLISECONDS);
      }
    } catch (RejectedExecutionException stopping) {
      // The event loop is shutting down, and this connection with it.
    }
  }
}
