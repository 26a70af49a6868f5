package io.tributary.hub.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.hub.KafkaCaller;
import io.tributary.hub.Main;
import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `hub user` as a process, beside a hub that runs and without one.
@Timeout(180)
final class UserCommandIT {
  private static final int BOUND_SECONDS = 60;

  @TempDir private Path directory;

  /// A process that has ended, and all that it said.
  private record Ended(int status, String said) {}

  /// Asks again until the hub has noticed; the test's own time bounds it.
  private interface Condition {
    boolean holds() throws IOException;
  }

  @Test
  void aRunningHubFollowsEveryChange() throws Exception {
    Files.writeString(
        directory.resolve("hub.yaml"),
        """
        data-dir: data
        mirror: {listen: '127.0.0.1:0'}
        http: {listen: '127.0.0.1:0'}
        kafka: {listen: '127.0.0.1:0', sasl: [PLAIN]}
        """);
    Process hub = start("start", "--config", "hub.yaml");
    try {
      String greeting = hub.inputReader(StandardCharsets.UTF_8).readLine();
      Matcher found = Pattern.compile("Kafka ([^;]+);").matcher(greeting);
      assertTrue(found.find(), greeting);
      InetSocketAddress kafka = HostAndPort.parse(found.group(1)).resolve();
      assertFalse(mayLogIn(kafka, "secret"), "nobody is there yet");

      Files.writeString(directory.resolve("password"), "secret\n");
      assertDone(user("add", "alice", "--password-file", "password", "--allow", "read:_gaps"));
      await(() -> mayLogIn(kafka, "secret"));
      try (KafkaCaller client = client(kafka)) {
        assertEquals(KafkaCaller.NONE, client.logIn("alice", "secret"));
        assertEquals(List.of("_gaps"), client.topics());
        assertDone(user("revoke", "alice", "read:_gaps"));
        await(() -> client.topics().isEmpty());
        assertDone(user("allow", "alice", "admin", "group:*"));
        await(() -> !client.topics().isEmpty());
        Ended replaced = user("new\n", "add", "alice", "--replace");
        assertDone(replaced);
        await(() -> mayLogIn(kafka, "new"));
        assertThrows(IOException.class, client::topics, "the old password's session is over");
      }
      assertFalse(mayLogIn(kafka, "secret"));
      assertDone(user("remove", "alice"));
      await(() -> !mayLogIn(kafka, "new"));
    } finally {
      hub.destroy();
      assertTrue(hub.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), "does not end");
    }
  }

  @Test
  void changesTheUsersOfAHubThatIsStoppedAndSaysWhatIsWrong() throws Exception {
    Ended nowhere = run("", "user", "list", "--data-dir", "nowhere");
    assertEquals(2, nowhere.status(), nowhere.said());
    assertTrue(nowhere.said().contains("there is no directory"), nowhere.said());
    Files.createDirectory(directory.resolve("data"));
    Files.writeString(directory.resolve("hub.yaml"), "data-dir: data\n");
    assertDone(user("secret\n", "add", "alice", "--allow", "read:press.*,group:*"));
    assertDone(user("add", "robot", "--no-password", "--allow", "admin"));
    Ended list = user("list");
    assertTrue(list.said().contains("alice  password     read:press.*, group:*"), list.said());
    assertTrue(list.said().contains("robot  certificate  admin"), list.said());
    assertEquals(
        """
        {"user":"alice","password":true,"rights":["read:press.*","group:*"]}
        {"user":"robot","password":false,"rights":["admin"]}
        """,
        user("list", "--json").said());

    assertRefused(1, "there is a user 'alice' already", user("x\n", "add", "alice"));
    assertRefused(1, "a password has 1 to 256 characters", user("\n", "add", "bob"));
    assertRefused(1, "is no name of a user", user("x\n", "add", "b b"));
    assertRefused(1, "there is no user 'bob'", user("remove", "bob"));
    assertRefused(1, "was not given read:x", user("revoke", "alice", "read:x"));
    assertRefused(2, "'reed:x' is no right", user("allow", "alice", "reed:x"));
    Files.writeString(directory.resolve("data/users"), "rubbish");
    assertRefused(3, "is damaged", user("list"));
  }

  private static void assertDone(Ended ended) {
    assertEquals(0, ended.status(), ended.said());
  }

  private static void assertRefused(int status, String why, Ended ended) {
    assertEquals(status, ended.status(), ended.said());
    assertTrue(ended.said().contains(why), ended.said());
  }

  private static KafkaCaller client(InetSocketAddress kafka) throws IOException {
    return new KafkaCaller(new Socket(kafka.getAddress(), kafka.getPort()));
  }

  private static boolean mayLogIn(InetSocketAddress kafka, String password) throws IOException {
    try (KafkaCaller client = client(kafka)) {
      short error = client.logIn("alice", password);
      assertTrue(
          error == KafkaCaller.NONE || error == KafkaCaller.SASL_AUTHENTICATION_FAILED,
          "error " + error);
      return error == KafkaCaller.NONE;
    }
  }

  private static void await(Condition condition) throws Exception {
    while (!condition.holds()) {
      Thread.sleep(20);
    }
  }

  private Ended user(String first, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("user"));
    boolean isInput = first.endsWith("\n");
    if (!isInput) {
      arguments.add(first);
    }
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--config", "hub.yaml"));
    return run(isInput ? first : "", arguments.toArray(String[]::new));
  }

  /// @param input for its standard input
  private Ended run(String input, String... arguments) throws Exception {
    Process process = start(arguments);
    try (var to = process.outputWriter(StandardCharsets.UTF_8)) {
      to.write(input);
    } catch (IOException e) {
      // it has ended without reading
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), "does not end");
    return new Ended(process.exitValue(), said);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
