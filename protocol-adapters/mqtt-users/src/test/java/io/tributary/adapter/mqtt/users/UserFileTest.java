package io.tributary.adapter.mqtt.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file of users: what is written is read, and what is damaged is refused.
class UserFileTest {
  private static final byte[] RIGHT = "pässword".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  @Test
  void aUserIsFoundWithItsPasswordAndNoOther() throws Exception {
    UserFile file = new UserFile(directory.resolve("users"));
    assertEquals(UserFile.Stamp.NO_FILE, file.stamp());
    assertEquals(List.of(), file.load().all());
    PasswordHash hash = PasswordHash.of("pässword");
    file.change(users -> users.with(new User("press-4", hash)));
    UserFile.Stamp first = file.stamp();

    PasswordHash read = Objects.requireNonNull(file.load().find("press-4")).password();
    assertEquals(hash, read);
    assertEquals(PasswordHash.ROUNDS, read.rounds());
    assertTrue(read.matches(RIGHT));
    assertFalse(read.matches("password".getBytes(StandardCharsets.UTF_8)));
    assertFalse(read.matches(new byte[] {'p', (byte) 0xe4}));
    assertFalse(read.matches(new byte[0]));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("users"))));
    assertFalse(Files.readString(directory.resolve("users")).contains("pässword"));

    file.change(users -> users.without("press-4"));
    assertNotEquals(first, file.stamp());
    assertEquals(List.of(), file.load().all());
  }

  @Test
  void onePasswordTwiceHasTwoSalts() {
    assertNotEquals(PasswordHash.of("a").toText(), PasswordHash.of("a").toText());
  }

  @Test
  void aFileWithOneOtherByteDoesNotCount() throws Exception {
    Path path = directory.resolve("users");
    UserFile file = new UserFile(path);
    file.change(users -> users.with(new User("a", PasswordHash.decoy())));
    String text = Files.readString(path);
    for (String damaged :
        List.of("", text.replace("user a", "user b"), text + "\n", text.replace("rounds", "r"))) {
      Files.writeString(path, damaged);
      IOException told = assertThrows(IOException.class, file::load);
      assertTrue(told.getMessage().contains("edge user add"), told.getMessage());
    }
  }

  @Test
  void aNameThatWouldMatchMoreThanOneLevelIsNone() {
    for (String name : List.of("", "+", "#", "a/b", "$a", "a b", "a\n")) {
      assertThrows(
          IllegalArgumentException.class, () -> new User(name, PasswordHash.decoy()), name);
    }
  }

  @Test
  void aRefusedChangeLeavesTheFileAsItWas() throws Exception {
    Path path = directory.resolve("users");
    UserFile file = new UserFile(path);
    file.change(users -> users.with(new User("a", PasswordHash.decoy())));
    String before = Files.readString(path);
    assertThrows(
        UserRefused.class,
        () ->
            file.change(users -> {
              throw new UserRefused("no");
            }));
    assertEquals(before, Files.readString(path));
  }
}
