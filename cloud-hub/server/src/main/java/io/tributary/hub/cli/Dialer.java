package io.tributary.hub.cli;

import io.tributary.settings.HostAndPort;
import java.io.IOException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// How the brokers of a hub are reached.
///
/// @param tls null: plain TCP
/// @param account null: nobody logs in
record Dialer(@Nullable SSLSocketFactory tls, @Nullable Account account) {
  /// Plain TCP, as nobody.
  static final Dialer PLAIN = new Dialer(null, null);

  /// A connection that is ready for requests.
  ///
  /// @throws LoginRefused when the broker does not take the account, or is not one that may see the password
  BrokerConnection dial(HostAndPort broker) throws IOException {
    BrokerConnection connection = new BrokerConnection(broker, tls);
    Account who = account;
    if (who != null) {
      try {
        if (who.saysPassword() && tls == null && !connection.isToLoopback()) {
          throw new LoginRefused(
              "PLAIN would send the password readable to "
                  + broker
                  + ": say --tls or --ca, or --mechanism SCRAM-SHA-256");
        }
        who.logIn(connection, broker);
      } catch (IOException | RuntimeException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }
}
