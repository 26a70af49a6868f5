package io.tributary.front.kafka.access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The users as text, and back (`docs/formats/users.md`).
///
/// ```
/// tributary-users 1
/// user press-reader
/// scram-sha-256 salt=…,stored_key=…,server_key=…,iterations=16384
/// scram-sha-512 salt=…,stored_key=…,server_key=…,iterations=16384
/// allow read:press.*
/// allow group:*
/// crc32c 6f0a12c4
/// ```
final class UserText {
  private static final String HEADER = "tributary-users 1";
  private static final String USER = "user ";
  private static final String SHA_256 = "scram-sha-256 ";
  private static final String SHA_512 = "scram-sha-512 ";
  private static final String ALLOW = "allow ";
  private static final String SUM = "crc32c ";

  private UserText() {}

  static String write(Users users) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (User user : users.all()) {
      text.append(USER).append(user.name()).append('\n');
      Credentials credentials = user.credentials();
      if (credentials != null) {
        text.append(SHA_256).append(credentials.sha256()).append('\n');
        text.append(SHA_512).append(credentials.sha512()).append('\n');
      }
      for (Right right : user.rights()) {
        text.append(ALLOW).append(right).append('\n');
      }
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
    Draft draft = null;
    List<String> lines = body.lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      try {
        if (line.startsWith(USER)) {
          if (draft != null) {
            users.add(draft.user());
          }
          draft = new Draft(line.substring(USER.length()));
        } else if (draft != null) {
          draft.add(line);
        } else {
          throw new IllegalArgumentException("a user comes first");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    if (draft != null) {
      users.add(draft.user());
    }
    return Users.of(users);
  }

  private static String sum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /// A user whose lines are being read.
  private static final class Draft {
    private final String name;
    private @Nullable String sha256;
    private @Nullable String sha512;
    private final List<Right> rights = new ArrayList<>();

    Draft(String name) {
      this.name = name;
    }

    void add(String line) {
      if (line.startsWith(SHA_256)) {
        sha256 = line.substring(SHA_256.length());
      } else if (line.startsWith(SHA_512)) {
        sha512 = line.substring(SHA_512.length());
      } else if (line.startsWith(ALLOW)) {
        rights.add(Right.parse(line.substring(ALLOW.length())));
      } else {
        throw new IllegalArgumentException("'" + line + "' says nothing known");
      }
    }

    User user() {
      String short256 = sha256;
      String long512 = sha512;
      if ((short256 == null) != (long512 == null)) {
        throw new IllegalArgumentException("user " + name + " has one of two credentials");
      }
      return new User(
          name,
          short256 == null || long512 == null ? null : new Credentials(short256, long512),
          rights);
    }
  }
}
