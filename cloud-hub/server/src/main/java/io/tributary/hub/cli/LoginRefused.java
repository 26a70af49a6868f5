package io.tributary.hub.cli;

import java.io.IOException;

/// The other side is there and does not let us in: to try again changes nothing.
final class LoginRefused extends IOException {
  private static final long serialVersionUID = 1L;

  LoginRefused(String what) {
    super(what);
  }

  LoginRefused(String what, Throwable cause) {
    super(what, cause);
  }
}
