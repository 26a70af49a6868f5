package io.tributary.adapter.mqtt.users;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All users at one moment.
public final class Users {
  /// Bounds the file and what is held of it.
  public static final int USERS_MOST = 10_000;

  public static final Users NONE = new Users(new TreeMap<>());

  private final SortedMap<String, User> byName;

  private Users(SortedMap<String, User> byName) {
    if (byName.size() > USERS_MOST) {
      throw new IllegalArgumentException("an edge has at most " + USERS_MOST + " users");
    }
    this.byName = byName;
  }

  /// @throws IllegalArgumentException when two have one name, or there are too many
  public static Users of(Collection<User> users) {
    SortedMap<String, User> byName = new TreeMap<>();
    for (User user : users) {
      if (byName.put(user.name(), user) != null) {
        throw new IllegalArgumentException("user " + user.name() + " is there twice");
      }
    }
    return new Users(byName);
  }

  public @Nullable User find(String name) {
    return byName.get(name);
  }

  /// In the order of their names.
  public List<User> all() {
    return List.copyOf(byName.values());
  }

  /// These and `user`, in the place of the one of its name.
  ///
  /// @throws IllegalArgumentException when there are too many
  public Users with(User user) {
    SortedMap<String, User> more = new TreeMap<>(byName);
    more.put(user.name(), user);
    return new Users(more);
  }

  /// These but the one of that name.
  public Users without(String name) {
    SortedMap<String, User> fewer = new TreeMap<>(byName);
    fewer.remove(name);
    return new Users(fewer);
  }
}
