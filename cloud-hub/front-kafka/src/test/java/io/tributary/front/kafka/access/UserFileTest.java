package io.tributary.front.kafka.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserFileTest {
  private static final String SALT = "c2FsdA==";
  private static final String OLD =
      "salt=" + SALT + ",stored_key=YQ==,server_key=Yg==,iterations=4096";
  private static final User ALICE =
      new User(
          "alice@example.org",
          new Credentials(OLD, OLD),
          List.of(Right.parse("read:press.*"), Right.parse("group:*")));
  private static final User ROBOT = new User("robot-7", null, List.of(Right.parse("admin")));

  @TempDir private Path directory;

  @Test
  void nobodyIsThereBeforeAnybodyWasAdded() throws Exception {
    UserFile file = new UserFile(directory);
    assertEquals(List.of(), file.load().all());
    assertEquals(UserFile.Stamp.NO_FILE, file.stamp());
  }

  @Test
  void keepsUsersAndTheirRightsForTheOwnerAlone() throws Exception {
    UserFile file = new UserFile(directory);
    file.change(users -> users.with(ALICE));
    UserFile.Stamp first = file.stamp();
    file.change(users -> users.with(ROBOT));
    assertNotEquals(first, file.stamp());
    Users read = new UserFile(directory).load();
    assertEquals(List.of(ALICE, ROBOT), List.copyOf(read.all()));
    assertTrue(read.rightsOf("alice@example.org").mayRead("press.heat"));
    assertFalse(read.rightsOf("nobody").mayRead("press.heat"));
    for (String name : List.of("users", "users.lock")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))));
    }
    file.change(users -> users.without("alice@example.org"));
    assertNull(file.load().find("alice@example.org"));
    assertEquals(ROBOT, file.load().find("robot-7"));
  }

  @Test
  void aChangeThatIsRefusedAndOneThatACrashCutShortChangeNothing() throws Exception {
    UserFile file = new UserFile(directory);
    file.change(users -> users.with(ALICE));
    UserFile.Stamp before = file.stamp();
    assertThrows(
        UserRefused.class,
        () ->
            file.change(users -> {
              throw new UserRefused("no");
            }));
    Files.writeString(directory.resolve("users.new"), "tributary-us");
    assertEquals(before, file.stamp());
    assertEquals(List.of(ALICE), List.copyOf(file.load().all()));
    file.change(users -> users.with(ROBOT));
    assertEquals(2, file.load().all().size());
    assertFalse(Files.exists(directory.resolve("users.new")));
  }

  @Test
  void everyDamageIsFound() throws Exception {
    UserFile file = new UserFile(directory);
    file.change(users -> users.with(ALICE).with(ROBOT));
    byte[] whole = Files.readAllBytes(directory.resolve("users"));
    for (int i = 0; i < whole.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << bit);
        assertDamaged(file, flipped);
      }
      assertDamaged(file, Arrays.copyOf(whole, i));
    }
    assertDamaged(file, Arrays.copyOf(whole, whole.length + 1));
  }

  private void assertDamaged(UserFile file, byte[] bytes) throws IOException {
    Files.write(directory.resolve("users"), bytes);
    var damaged = assertThrows(IOException.class, file::load);
    assertTrue(damaged.getMessage().contains("put back a copy of it"), damaged.getMessage());
    assertThrows(IOException.class, () -> file.change(users -> users));
  }

  @Test
  void readsAsManyAsThereMayBe() {
    List<User> many = new ArrayList<>();
    for (int i = 0; i < Users.USERS_MOST; i++) {
      many.add(new User("user-" + i, new Credentials(OLD, OLD), ALICE.rights()));
    }
    Users most = Users.of(many);
    assertEquals(most.all(), UserText.read(UserText.write(most)).all());
    assertThrows(IllegalArgumentException.class, () -> most.with(ROBOT));
    assertEquals(Users.USERS_MOST, most.with(many.getFirst()).all().size());
  }

  @Test
  void keepsNoPasswordAndNoTwoSaltsAreEqual() {
    Credentials first = Credentials.of("secret");
    Credentials second = Credentials.of("secret");
    assertNotEquals(first, second);
    assertTrue(first.matches("secret".toCharArray()));
    assertFalse(first.matches("Secret".toCharArray()));
    assertFalse(first.matches(new char[0]));
    String text = UserText.write(Users.of(List.of(new User("a", first, List.of()))));
    assertFalse(text.contains("secret"), text);
    assertTrue(text.contains("iterations=16384"), text);
    assertEquals(first, UserText.read(text).all().iterator().next().credentials());
    assertFalse(first.toString().contains("salt"), "nothing of them in a log");
  }

  @Test
  void aDecoyIsAsLongAsTheRealOneAndAlwaysTheSame() {
    byte[] secret = "of the process".getBytes(StandardCharsets.US_ASCII);
    Credentials decoy = Credentials.decoy("mallory", secret);
    assertEquals(decoy, Credentials.decoy("mallory", secret));
    assertNotEquals(decoy, Credentials.decoy("alice", secret));
    Credentials real = Credentials.of("secret");
    for (SaslMechanism mechanism : SaslMechanism.values()) {
      assertEquals(real.scram(mechanism).length(), decoy.scram(mechanism).length());
    }
  }

  @Test
  void refusesNamesAndPasswordsThatAreNone() {
    for (String name :
        List.of("", "a b", "a\nallow admin", "-a", "\u00e9", "x".repeat(201), "a:b")) {
      assertThrows(IllegalArgumentException.class, () -> new User(name, null, List.of()));
    }
    assertThrows(IllegalArgumentException.class, () -> Credentials.of(""));
    assertThrows(IllegalArgumentException.class, () -> Credentials.of("x".repeat(257)));
    assertThrows(
        IllegalArgumentException.class, () -> new Credentials(OLD.replace("4096", "4095"), OLD));
  }
}
