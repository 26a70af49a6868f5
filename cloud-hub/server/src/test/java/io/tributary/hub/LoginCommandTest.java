package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.UserFile;
import io.tributary.hub.cli.TopicCommand;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// A command of the command line at a hub that asks who it is.
@Timeout(60)
final class LoginCommandTest {
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("test CA");
  private static final String SASL = "sasl: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]";
  private static final String TLS = "tls: {certificate: hub.pem, key: hub-key.pem}";

  @TempDir private Path directory;

  /// What a command has answered.
  private record Ended(int status, String said) {}

  @BeforeEach
  void writeFiles() throws Exception {
    AUTHORITY.write(file("ca.pem"));
    AUTHORITY.hub().write(file("hub.pem"), file("hub-key.pem"));
    AUTHORITY.edge("alice").write(file("alice.pem"), file("alice-key.pem"));
    CertificateAuthority.create("another CA").write(file("other-ca.pem"));
    Files.writeString(file("password"), "secret\n");
    Files.writeString(file("wrong"), "guess\n");
    new UserFile(Files.createDirectory(file("data")))
        .change(users ->
            users.with(new User("alice", Credentials.of("secret"), List.of(Right.parse("admin")))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
  void logsInOverTls(String mechanism) throws Exception {
    try (HubServer hub = start(SASL + ", " + TLS)) {
      Ended created =
          create(
              hub,
              "--ca",
              "ca.pem",
              "--user",
              "alice",
              "--password-file",
              "password",
              "--mechanism",
              mechanism);
      assertEquals(new Ended(0, "created the topic 'orders'"), created);
    }
  }

  @Test
  void logsInWithoutTlsOnThisMachine() throws Exception {
    try (HubServer hub = start(SASL)) {
      assertEquals(0, create(hub, "--user", "alice", "--password-file", "password").status());
    }
  }

  @Test
  void showsItsCertificate() throws Exception {
    try (HubServer hub = start("tls: {certificate: hub.pem, key: hub-key.pem, ca: ca.pem}")) {
      Ended created =
          create(
              hub,
              "--ca",
              "ca.pem",
              "--client-certificate",
              "alice.pem",
              "--client-key",
              "alice-key.pem");
      assertEquals(new Ended(0, "created the topic 'orders'"), created);
    }
  }

  @Test
  void saysWhyItDoesNotComeIn() throws Exception {
    try (HubServer hub = start("sasl: SCRAM-SHA-512, " + TLS)) {
      refused(1, "--mechanism with one of SCRAM-SHA-512", hub, "ca.pem", "password");
      refused(1, "wrong user or password", hub, "ca.pem", "wrong", "--mechanism", "SCRAM-SHA-512");
      refused(3, "no TLS with", hub, "other-ca.pem", "password");
      refused(2, "cannot read the password", hub, "ca.pem", "nowhere");
      refused(2, "nowhere", hub, "nowhere", "password");
      refused(2, "is no way to log in", hub, "ca.pem", "password", "--mechanism", "GSSAPI");
      refused(2, "belong together", hub, "ca.pem", "password", "--client-key", "alice-key.pem");
      Ended stranger = create(hub, "--ca", "ca.pem");
      assertTrue(stranger.said().contains("does it want --tls, --ca or --user?"), stranger::said);
      assertEquals(3, stranger.status());
    }
    try (HubServer open = start("")) {
      Ended needless = create(open, "--user", "alice", "--password-file", "password");
      assertEquals(1, needless.status());
      assertTrue(needless.said().contains("leave out --user"), needless::said);
    }
  }

  private void refused(
      int status, String why, HubServer hub, String ca, String password, String... more)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("--ca", ca, "--user", "alice", "--password-file", password));
    arguments.addAll(List.of(more));
    Ended ended = create(hub, arguments.toArray(String[]::new));
    assertTrue(ended.said().contains(why), ended::said);
    assertEquals(status, ended.status(), ended.said());
  }

  /// `topic create orders`; what names a file is in the test's directory.
  private Ended create(HubServer hub, String... arguments) {
    List<String> all = new ArrayList<>(List.of("create", "orders"));
    all.addAll(List.of("--kafka", "127.0.0.1:" + hub.kafkaAddress().getPort()));
    for (int i = 0; i < arguments.length; i++) {
      boolean isFile = i % 2 == 1 && !List.of("--user", "--mechanism").contains(arguments[i - 1]);
      all.add(isFile ? file(arguments[i]).toString() : arguments[i]);
    }
    StringWriter said = new StringWriter();
    CommandLine command =
        new CommandLine(new TopicCommand())
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true));
    int status = command.execute(all.toArray(String[]::new));
    return new Ended(status, said.toString().strip());
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private HubServer start(String kafka) throws Exception {
    Files.writeString(
        file("hub.yaml"),
        """
        data-dir: data
        mirror: {listen: '127.0.0.1:0'}
        http: {listen: '127.0.0.1:0'}
        kafka: {listen: '127.0.0.1:0'%s}
        """
            .formatted(kafka.isEmpty() ? "" : ", " + kafka));
    Section root = Settings.load(file("hub.yaml"));
    HubConfig checked = HubConfig.of(root);
    root.finish();
    return HubServer.start(
        checked,
        bug -> {
          throw new AssertionError(bug);
        });
  }
}
