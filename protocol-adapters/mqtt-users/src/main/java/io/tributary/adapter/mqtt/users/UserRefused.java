package io.tributary.adapter.mqtt.users;

import java.io.Serial;

/// A change of the users that cannot be: says why, and what to do instead.
public final class UserRefused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public UserRefused(String what) {
    super(what);
  }
}
