package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.certificates.KeyKind;
import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.UserFile;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kafka clients at a whole hub: over TLS, with names, and with the users of its file.
@Timeout(60)
final class KafkaAccessTest {
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("test CA");

  @TempDir private Path directory;
  private Path data;

  @BeforeEach
  void writeCertificates() throws Exception {
    data = Files.createDirectory(directory.resolve("data"));
    AUTHORITY.write(directory.resolve("ca.pem"));
    AUTHORITY.edge("alice").write(file("alice.pem"), file("alice-key.pem"));
    AUTHORITY.hub().write(file("hub.pem"), file("hub-key.pem"));
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /// With whatever key the hub's certificate has: each picks the TLS that takes it.
  @ParameterizedTest
  @EnumSource
  void logsInOverTls(KeyKind kind) throws Exception {
    AUTHORITY
        .hub(List.of("localhost"), List.of("127.0.0.1"), kind)
        .write(file("hub.pem"), file("hub-key.pem"));
    try (HubServer hub =
        start("sasl: [PLAIN, SCRAM-SHA-512], tls: {certificate: hub.pem, key: hub-key.pem}")) {
      new UserFile(data)
          .change(users ->
              users.with(
                  new User("alice", Credentials.of("secret"), List.of(Right.parse("admin")))));
      for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
        awaitUsers(hub, 1);
        try (KafkaCaller client = new KafkaCaller(tls(hub, protocol))) {
          assertEquals(KafkaCaller.NONE, client.logIn("alice", "secret"));
          assertTrue(client.topics().contains("_gaps"));
        }
      }
      JsonObject kafka = status(hub);
      assertTrue(kafka.getBoolean("tls"));
      assertFalse(kafka.getBoolean("insecure"));
      assertEquals(List.of("PLAIN", "SCRAM-SHA-512"), kafka.getArray("sasl"));
      assertEquals(0, kafka.getInt("throttled", -1));
    }
  }

  @Test
  void aCertificateNamesItsUser() throws Exception {
    new UserFile(data)
        .change(users -> users.with(new User("alice", null, List.of(Right.parse("read:_gaps")))));
    try (HubServer hub = start("tls: {certificate: hub.pem, key: hub-key.pem, ca: ca.pem}")) {
      try (KafkaCaller client = new KafkaCaller(tls(hub, "TLSv1.3"))) {
        assertEquals(List.of("_gaps"), client.topics());
      }
      new UserFile(data).change(users -> users.without("alice"));
      awaitUsers(hub, 0);
      try (KafkaCaller client = new KafkaCaller(tls(hub, "TLSv1.3"))) {
        assertEquals(List.of(), client.topics());
      }
    }
  }

  @Test
  void aDamagedFileOfUsersStopsTheStartAndNotTheHub() throws Exception {
    new UserFile(data)
        .change(users ->
            users.with(new User("alice", Credentials.of("secret"), List.of(Right.parse("admin")))));
    try (HubServer hub = start("sasl: PLAIN")) {
      Files.writeString(data.resolve("users"), "rubbish");
      JsonObject kafka = status(hub);
      while (kafka.getString("usersTrouble").isEmpty()) {
        Thread.sleep(20);
        kafka = status(hub);
      }
      assertTrue(kafka.getString("usersTrouble").contains("put back a copy"), kafka::toString);
      assertEquals(1, kafka.getInt("users"));
      InetSocketAddress address = hub.kafkaAddress();
      try (KafkaCaller client =
          new KafkaCaller(new Socket(address.getAddress(), address.getPort()))) {
        assertEquals(KafkaCaller.NONE, client.logIn("alice", "secret"));
      }
    }
    String refused = String.valueOf(assertThrows(IOException.class, () -> start("")).getMessage());
    assertTrue(refused.contains("is damaged"), refused);
  }

  private HubServer start(String kafka) throws Exception {
    Path config = file("hub.yaml");
    Files.writeString(
        config,
        """
        data-dir: data
        mirror: {listen: '127.0.0.1:0'}
        http: {listen: '127.0.0.1:0'}
        kafka: {listen: '127.0.0.1:0'%s}
        """
            .formatted(kafka.isEmpty() ? "" : ", " + kafka));
    Section root = Settings.load(config);
    HubConfig checked = HubConfig.of(root);
    root.finish();
    return HubServer.start(
        checked,
        bug -> {
          throw new AssertionError(bug);
        });
  }

  /// Shows alice's certificate where it is asked for.
  private Socket tls(HubServer hub, String protocol) throws Exception {
    InetSocketAddress address = hub.kafkaAddress();
    TlsIdentity alice =
        TlsIdentity.load(new TlsFiles(file("alice.pem"), file("alice-key.pem"), file("ca.pem")));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {alice.keyManager()}, new TrustManager[] {alice.trustManager()}, null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    socket.setEnabledProtocols(new String[] {protocol});
    return socket;
  }

  private static void awaitUsers(HubServer hub, int count) throws Exception {
    while (status(hub).getInt("users") != count) {
      Thread.sleep(20);
    }
  }

  private static JsonObject status(HubServer hub) throws Exception {
    URI uri = URI.create("http://" + HubServer.text(hub.httpAddress()) + "/status");
    try (var in = uri.toURL().openStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return JsonParser.object().from(text).getObject("kafka");
    }
  }
}
