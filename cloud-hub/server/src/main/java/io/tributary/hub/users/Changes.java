package io.tributary.hub.users;

import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.UserRefused;
import io.tributary.front.kafka.access.Users;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the commands do to the users. Opens nothing.
final class Changes {
  private Changes() {}

  /// @throws UserRefused when there are too many users, or rights of one
  static Users put(Users users, String name, @Nullable Credentials credentials, List<Right> rights)
      throws UserRefused {
    try {
      return users.with(new User(name, credentials, rights));
    } catch (IllegalArgumentException e) {
      throw new UserRefused(String.valueOf(e.getMessage()));
    }
  }

  /// @throws UserRefused when there is none of that name
  static User find(Users users, String name) throws UserRefused {
    User user = users.find(name);
    if (user == null) {
      throw new UserRefused(
          "there is no user '" + name + "'; 'hub user list' shows those that there are");
    }
    return user;
  }
}
