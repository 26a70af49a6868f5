package io.tributary.adapter.mqtt.users;

import java.util.regex.Pattern;

/// Somebody who may come in with a password. What for, the edge's configuration says.
public record User(String name, PasswordHash password) {
  /// Neither `/` nor a wildcard: a name may stand for a level of a topic.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,199}");

  public User {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no name of a user: 1 to 200 letters, digits and . _ @ -, a letter or digit first");
    }
  }

  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}
