package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.users.User;
import org.jspecify.annotations.Nullable;

/// Who a client is.
///
/// @param name null: it did not say
/// @param byPassword the user whose password it knew; null: it needed none
record Identity(@Nullable String name, @Nullable User byPassword) {
  static final Identity ANONYMOUS = new Identity(null, null);

  static Identity certified(String name) {
    return new Identity(name, null);
  }

  static Identity of(User user) {
    return new Identity(user.name(), user);
  }
}
