package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.ClientAuth;
import io.tributary.front.kafka.access.SaslMechanism;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// kcat (librdkafka) says who it is: a login and a TLS that are not Java's.
@Timeout(120)
final class KcatLoginIT {
  private static final int PATIENCE_SECONDS = 40;
  private static final int RECORDS = 20_000;

  @TempDir private Path directory;
  private @Nullable GuardedHub started;

  @BeforeEach
  void assumeKcat() {
    boolean found =
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kcat")));
    if (!found) {
      System.err.println("NOT TESTED: kcat is not installed, so nothing shows that it logs in");
    }
    assumeTrue(found, "kcat is not installed");
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  /// By PLAIN: librdkafka before 2.6.1, which Debian has, repeats its nonce in the last message of SCRAM, which RFC 5802
  /// (section 5.1) has a server refuse, and Kafka's does.
  @Test
  void writesAndReadsOverTlsAfterALogin() throws Exception {
    GuardedHub hub = start(ClientAuth.NONE, GuardedHub.EVERY_MECHANISM);
    hub.user("alice", "read:orders", "write:orders");
    List<String> alice = logIn(hub, "alice", GuardedHub.PASSWORD, SaslMechanism.PLAIN);
    roundTrip(hub, alice);
  }

  @Test
  void showsACertificate() throws Exception {
    GuardedHub hub = start(ClientAuth.REQUIRE, Set.of());
    hub.user("alice", "read:orders", "write:orders");
    roundTrip(
        hub,
        List.of(
            "-Xsecurity.protocol=SSL",
            "-Xssl.ca.location=" + hub.file("ca.pem"),
            "-Xssl.certificate.location=" + hub.file("alice.pem"),
            "-Xssl.key.location=" + hub.file("alice-key.pem")));
  }

  @Test
  void isToldThatItsPasswordIsWrong() throws Exception {
    GuardedHub hub = start(ClientAuth.NONE, GuardedHub.EVERY_MECHANISM);
    hub.user("alice", "admin");
    List<String> command = kcat(hub, logIn(hub, "alice", "wrong", SaslMechanism.PLAIN), "-L");
    command.addAll(List.of("-m", "5"));
    String said = String.join("\n", run(command));
    assertTrue(said.contains("wrong user or password"), said);
  }

  private GuardedHub start(ClientAuth clientAuth, Set<SaslMechanism> mechanisms) throws Exception {
    GuardedHub hub = new GuardedHub(directory, clientAuth, mechanisms);
    started = hub;
    hub.topic("orders");
    return hub;
  }

  private static List<String> logIn(
      GuardedHub hub, String user, String password, SaslMechanism mechanism) {
    return List.of(
        "-Xsecurity.protocol=SASL_SSL",
        "-Xssl.ca.location=" + hub.file("ca.pem"),
        "-Xsasl.mechanism=" + mechanism.registeredName(),
        "-Xsasl.username=" + user,
        "-Xsasl.password=" + password);
  }

  private void roundTrip(GuardedHub hub, List<String> settings) throws Exception {
    List<String> values =
        IntStream.range(0, RECORDS).mapToObj(i -> "value-" + i + "-" + "x".repeat(200)).toList();
    Path lines = Files.write(directory.resolve("lines"), values);
    assertEquals(List.of(), run(kcat(hub, settings, "-P", "-torders", "-l", lines.toString())));
    assertEquals(values, run(kcat(hub, settings, "-C", "-torders", "-e", "-q", "-obeginning")));
  }

  private static List<String> kcat(GuardedHub hub, List<String> settings, String... more) {
    List<String> command = new ArrayList<>(List.of("kcat", "-b", hub.address()));
    command.addAll(settings);
    command.addAll(List.of(more));
    return command;
  }

  private List<String> run(List<String> command) throws Exception {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> command + " does not end");
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output);
  }
}
