package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `edge user`, from the command line to the file.
class UserCommandTest {
  @TempDir Path directory;

  private final StringWriter said = new StringWriter();
  private Path config = Path.of("none");
  private Path password = Path.of("none");

  @BeforeEach
  void writeFiles() throws Exception {
    config = directory.resolve("edge.yaml");
    Files.writeString(config, "adapters: {mqtt: {users-file: users}}\n");
    password = directory.resolve("password");
    Files.writeString(password, "secret\nmore\n");
  }

  @Test
  void aUserIsAddedGivenAnotherPasswordListedAndRemoved() throws Exception {
    String file = password.toString();
    assertEquals(0, run("add", "press", "--password-file", file, "--config", config.toString()));
    assertEquals(0, run("add", "robot", "--password-file", file, "--config", config.toString()));
    assertTrue(matches("press", "secret"));

    Files.writeString(password, "other\n");
    assertEquals(
        0, run("set-password", "press", "--password-file", file, "--config", config.toString()));
    assertTrue(matches("press", "other"));
    assertTrue(matches("robot", "secret"));

    said.getBuffer().setLength(0);
    assertEquals(0, run("list", "--users-file", directory.resolve("users").toString()));
    assertEquals("press\nrobot\n", said.toString());

    assertEquals(0, run("remove", "press", "--config", config.toString()));
    assertEquals(1, run("remove", "press", "--config", config.toString()));
    assertTrue(said.toString().contains("there is no user 'press'"), said::toString);
  }

  @Test
  void whatCannotBeIsRefusedWithWhatToDo() throws Exception {
    String file = password.toString();
    assertEquals(0, run("add", "press", "--password-file", file, "--config", config.toString()));
    assertEquals(1, run("add", "press", "--password-file", file, "--config", config.toString()));
    assertTrue(said.toString().contains("edge user set-password"), said::toString);
    assertEquals(1, run("add", "a/b", "--password-file", file, "--config", config.toString()));
    assertEquals(
        1, run("set-password", "x", "--password-file", file, "--config", config.toString()));
    Files.writeString(password, "\n");
    assertEquals(1, run("add", "new", "--password-file", file, "--config", config.toString()));
    assertEquals(2, run("list"));
    Files.writeString(config, "adapters: {mqtt: {}}\n");
    assertEquals(2, run("list", "--config", config.toString()));
    assertTrue(said.toString().contains("names no 'users-file'"), said::toString);
    assertTrue(matches("press", "secret"));
  }

  private boolean matches(String name, String password) throws Exception {
    User user = new UserFile(directory.resolve("users")).load().find(name);
    return Objects.requireNonNull(user)
        .password()
        .matches(password.getBytes(StandardCharsets.UTF_8));
  }

  private int run(String... arguments) {
    PrintWriter writer = new PrintWriter(said, true);
    return new CommandLine(new UserCommand()).setOut(writer).setErr(writer).execute(arguments);
  }
}
