package io.tributary.front.kafka.access;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Somebody who may come in, and what for.
///
/// @param credentials null: no password; it comes in by the certificate that carries its name
public record User(String name, @Nullable Credentials credentials, List<Right> rights) {
  /// Bounds the file, and the time that a request is held against them.
  public static final int RIGHTS_MOST = 200;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,199}");

  public User {
    String objection = objection(name);
    if (objection != null) {
      throw new IllegalArgumentException(objection);
    }
    rights = rights.stream().distinct().toList();
    if (rights.size() > RIGHTS_MOST) {
      throw new IllegalArgumentException(
          "a user has at most " + RIGHTS_MOST + " rights; a name that ends in * stands for many");
    }
  }

  /// Why a name is none of a user, or null.
  public static @Nullable String objection(String name) {
    return NAME.matcher(name).matches()
        ? null
        : "'"
            + name
            + "' is no name of a user: 1 to 200 letters, digits and . _ @ -, a letter or digit first";
  }

  public User withCredentials(@Nullable Credentials other) {
    return new User(name, other, rights);
  }

  public User withRights(List<Right> others) {
    return new User(name, credentials, others);
  }
}
