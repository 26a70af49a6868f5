package io.tributary.front.kafka.access;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All users of a hub at one moment.
public final class Users {
  public static final Users NONE = new Users(new TreeMap<>());

  /// Bounds the file and what is held of it.
  public static final int USERS_MOST = 10_000;

  private final SortedMap<String, Entry> byName;

  /// A user and its rights, put together once and not for each request.
  private record Entry(User user, Rights rights) {
    private Entry(User user) {
      this(user, Rights.of(user.rights()));
    }
  }

  private Users(SortedMap<String, Entry> byName) {
    if (byName.size() > USERS_MOST) {
      throw new IllegalArgumentException("a hub has at most " + USERS_MOST + " users");
    }
    this.byName = byName;
  }

  /// @throws IllegalArgumentException when two have one name, or there are too many
  public static Users of(Collection<User> users) {
    SortedMap<String, Entry> byName = new TreeMap<>();
    for (User user : users) {
      if (byName.put(user.name(), new Entry(user)) != null) {
        throw new IllegalArgumentException("user " + user.name() + " is there twice");
      }
    }
    return new Users(byName);
  }

  public @Nullable User find(String name) {
    Entry found = byName.get(name);
    return found == null ? null : found.user();
  }

  /// What a user may do; nothing when there is no such user.
  public Rights rightsOf(String name) {
    Entry found = byName.get(name);
    return found == null ? Rights.NONE : found.rights();
  }

  /// In the order of their names.
  public Collection<User> all() {
    return byName.values().stream().map(Entry::user).toList();
  }

  /// These and `user`, in the place of the one of its name.
  ///
  /// @throws IllegalArgumentException when there are too many
  public Users with(User user) {
    SortedMap<String, Entry> more = new TreeMap<>(byName);
    more.put(user.name(), new Entry(user));
    return new Users(more);
  }

  /// These but the one of that name.
  public Users without(String name) {
    SortedMap<String, Entry> fewer = new TreeMap<>(byName);
    fewer.remove(name);
    return new Users(fewer);
  }
}
