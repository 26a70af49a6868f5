package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.link.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// Who may come in: by a certificate, else by a password, else as nobody where that is allowed. Event loop only, save for
/// `start` and `close`.
final class Access implements AutoCloseable {
  private final AccessSettings settings;
  private final Counters counters;

  /// Null: no passwords are checked.
  private @Nullable Logins logins;

  Access(AccessSettings settings, Counters counters) {
    this.settings = settings;
    this.counters = counters;
  }

  /// @param changed is run on the event loop when other users hold
  /// @param onBug is told of a bug that ended the checking of passwords
  /// @throws IOException when the file of users cannot be read
  void start(String name, Executor loop, Runnable changed, Consumer<Throwable> onBug)
      throws IOException {
    Path file = settings.usersFile();
    if (file != null) {
      Logins started = new Logins(name + "-logins", new UserFile(file), loop, changed, onBug);
      started.start();
      logins = started;
    }
  }

  /// Finds out who a client is.
  ///
  /// @param session of its TLS; null without
  /// @param answer is given the user whose password is right, or null, when that has to be found out first
  /// @return null: `answer` will be given, or has been
  /// @throws PacketRefused when it may not come in
  @Nullable Identity identify(
      ListenerSettings listener,
      @Nullable SSLSession session,
      Connect connect,
      Consumer<@Nullable User> answer)
      throws PacketRefused {
    String certified = listener.namesUsers() && session != null ? nameOf(session) : null;
    if (certified != null) {
      return Identity.certified(certified);
    }
    String name = connect.userName();
    Logins passwords = logins;
    if (name != null && passwords != null) {
      byte[] password = connect.password();
      if (!passwords.check(name, password == null ? new byte[0] : password, answer)) {
        counters.count(Counter.LOGINS_BUSY);
        throw new PacketRefused(
            Reason.SERVER_UNAVAILABLE,
            "more than " + Bounds.LOGINS_WAITING + " passwords wait to be checked; try again");
      }
      return null;
    }
    boolean isOpen =
        switch (settings.anonymous()) {
          case EVERYWHERE -> true;
          case NOWHERE -> false;
          case ON_LOOPBACK -> listener.isLoopback();
        };
    if (!isOpen) {
      counters.count(Counter.ANONYMOUS_REFUSED);
      throw new PacketRefused(
          Reason.NOT_AUTHORIZED,
          passwords == null
              ? "it shows no certificate with a name, and no passwords are checked here"
              : "it says no user name");
    }
    return Identity.ANONYMOUS;
  }

  Rights rights(Identity identity, String clientId) {
    return Rights.of(settings.rights(), identity.name(), clientId);
  }

  /// Whether a client that came in would be let in now.
  boolean isCurrent(Identity identity) {
    User user = identity.byPassword();
    return user == null || logins == null || logins.isCurrent(user);
  }

  /// Why the file of users does not count; empty when it does. Any thread.
  String trouble() {
    Logins of = logins;
    return of == null ? "" : of.trouble();
  }

  /// The first DNS name among a certificate's subject alternative names (RFC 5280, section 4.2.1.6), else its common name; null
  /// when the client showed none, or one without a name.
  static @Nullable String nameOf(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? nameOf(certificate)
          : null;
    } catch (SSLPeerUnverifiedException shownNone) {
      return null;
    }
  }

  private static @Nullable String nameOf(X509Certificate certificate) {
    List<String> alternatives = TlsIdentity.dnsNames(certificate);
    if (!alternatives.isEmpty()) {
      return alternatives.get(0);
    }
    return commonName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
  }

  /// The value of the first `CN=` of a distinguished name (RFC 2253, section 2); null when there is none.
  static @Nullable String commonName(String name) {
    boolean isBeginning = true;
    for (int at = 0; at < name.length(); at++) {
      if (isBeginning && name.startsWith("CN=", at)) {
        return value(name, at + 3);
      }
      char c = name.charAt(at);
      isBeginning = c == ',' || c == '+';
      at += c == '\\' ? 1 : 0;
    }
    return null;
  }

  private static @Nullable String value(String name, int from) {
    StringBuilder value = new StringBuilder();
    for (int at = from; at < name.length(); at++) {
      char c = name.charAt(at);
      if (c == ',' || c == '+') {
        break;
      }
      if (c == '\\' && at + 1 < name.length()) {
        at++;
      }
      value.append(name.charAt(at));
    }
    return value.isEmpty() ? null : value.toString();
  }

  @Override
  public void close() {
    Logins ending = logins;
    if (ending != null) {
      ending.close();
    }
  }
}
