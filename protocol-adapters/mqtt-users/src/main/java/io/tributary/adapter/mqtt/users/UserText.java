package io.tributary.adapter.mqtt.users;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The users as text, and back (`docs/formats/mqtt-users.md`).
///
/// ```
/// tributary-mqtt-users 1
/// user press-4
/// pbkdf2-sha512 rounds=210000,salt=…,hash=…
/// crc32c 6f0a12c4
/// ```
final class UserText {
  private static final String HEADER = "tributary-mqtt-users 1";
  private static final String USER = "user ";
  private static final String PASSWORD = "pbkdf2-sha512 ";
  private static final String SUM = "crc32c ";

  private UserText() {}

  static String write(Users users) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (User user : users.all()) {
      text.append(USER).append(user.name()).append('\n');
      text.append(PASSWORD).append(user.password().toText()).append('\n');
    }
    return text + SUM + sum(text.toString()) + "\n";
  }

  /// @throws IllegalArgumentException says what is wrong, and in which line
  static Users read(String text) {
    int end = text.lastIndexOf('\n' + SUM) + 1;
    if (end == 0 || !text.startsWith(HEADER + "\n")) {
      throw new IllegalArgumentException(
          "it does not begin with '" + HEADER + "' and end with '" + SUM.strip() + "'");
    }
    String body = text.substring(0, end);
    if (!text.substring(end).equals(SUM + sum(body) + "\n")) {
      throw new IllegalArgumentException("its checksum does not match");
    }
    List<User> users = new ArrayList<>();
    String name = null;
    List<String> lines = body.lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      try {
        if (name == null && line.startsWith(USER)) {
          name = line.substring(USER.length());
        } else if (name != null && line.startsWith(PASSWORD)) {
          users.add(new User(name, PasswordHash.parse(line.substring(PASSWORD.length()))));
          name = null;
        } else {
          throw new IllegalArgumentException(expected(name));
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    if (name != null) {
      throw new IllegalArgumentException(expected(name));
    }
    return Users.of(users);
  }

  private static String expected(@Nullable String name) {
    return name == null
        ? "'" + USER.strip() + "' is expected"
        : "'" + PASSWORD.strip() + "' of user " + name + " is expected";
  }

  private static String sum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
