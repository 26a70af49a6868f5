package io.tributary.hub.cli;

import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.link.TlsTrust;
import io.tributary.settings.HostAndPort;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the hub is that a command asks, and as whom the command comes.
final class KafkaOption {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description = "The hub's Kafka port. Default: ${DEFAULT-VALUE}.",
      defaultValue = TopicCommand.KAFKA)
  HostAndPort hub = HostAndPort.parse(TopicCommand.KAFKA);

  @Option(names = "--user", paramLabel = "NAME", description = "Log in as this user of the hub.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Whose first line is the password. Default: it is asked for at the terminal.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--mechanism",
      paramLabel = "NAME",
      converter = MechanismConverter.class,
      description =
          "How to log in: SCRAM-SHA-256, SCRAM-SHA-512, or PLAIN, which needs TLS beyond loopback."
              + " Default: SCRAM-SHA-256.")
  private SaslMechanism mechanism = SaslMechanism.SCRAM_SHA_256;

  @Option(names = "--tls", description = "Speak TLS, and trust whom this machine's Java trusts.")
  private boolean withTls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Speak TLS, and trust the certificates (PEM) in this file alone.")
  private @Nullable Path ca;

  @Option(
      names = "--client-certificate",
      paramLabel = "FILE",
      description = "Show this certificate (PEM); with --client-key and --ca.")
  private @Nullable Path certificate;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      description = "The certificate's key: PEM, PKCS#8, not encrypted.")
  private @Nullable Path key;

  private @Nullable Dialer dialer;

  /// How the hub is reached; reads files and may ask for the password, once.
  ///
  /// @throws Failure when the options contradict each other, or a file cannot be used
  Dialer dialer() throws Failure {
    Dialer known = dialer;
    if (known == null) {
      known = new Dialer(tls(), account());
      dialer = known;
    }
    return known;
  }

  private @Nullable SSLSocketFactory tls() throws Failure {
    Path authorities = ca;
    Path shown = certificate;
    Path itsKey = key;
    boolean isShown = shown != null || itsKey != null;
    if (isShown && (shown == null || itsKey == null || authorities == null)) {
      throw usage("--client-certificate, --client-key and --ca belong together: say all of them");
    }
    if (authorities != null && withTls) {
      throw usage("--tls trusts whom this machine trusts, --ca one file alone: leave out one");
    }
    try {
      if (authorities == null) {
        return withTls ? SSLContext.getDefault().getSocketFactory() : null;
      }
      SSLContext context =
          shown != null && itsKey != null
              ? TlsIdentity.load(new TlsFiles(shown, itsKey, authorities)).context()
              : TlsTrust.context(authorities);
      return context.getSocketFactory();
    } catch (TlsRefused e) {
      throw new Failure(Failure.USAGE, String.valueOf(e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new Failure(Failure.USAGE, "this Java has no TLS of its own: " + e.getMessage(), e);
    }
  }

  private @Nullable Account account() throws Failure {
    String name = user;
    if (name == null) {
      if (passwordFile != null) {
        throw usage("--password-file is whose? Say --user");
      }
      return null;
    }
    String password = password(name);
    if (password.isEmpty()) {
      throw usage("the password is empty");
    }
    return new Account(mechanism, name, password);
  }

  /// Never an argument, which everybody on the machine can see, and never the standard input, which may be what is produced.
  @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25 where there is no terminal
  private String password(String name) throws Failure {
    Path file = passwordFile;
    if (file != null) {
      try (BufferedReader in = Files.newBufferedReader(file)) {
        String line = in.readLine();
        return line == null ? "" : line;
      } catch (IOException e) {
        throw new Failure(Failure.USAGE, "cannot read the password: " + e, e);
      }
    }
    Console console = System.console();
    if (console == null) {
      throw usage("there is no terminal to ask for a password: say --password-file");
    }
    char[] typed = console.readPassword("Password of %s: ", name);
    return typed == null ? "" : new String(typed);
  }

  private static Failure usage(String what) {
    return new Failure(Failure.USAGE, what);
  }
}
