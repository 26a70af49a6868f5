package io.tributary.hub.cli;

import java.io.IOException;

/// The command ends with this sentence and this exit status.
class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  /// A check failed.
  static final int CHECK = 1;

  /// Wrong usage.
  static final int USAGE = 2;

  /// The world: no hub there.
  static final int WORLD = 3;

  private final int status;

  Failure(int status, String what) {
    super(what);
    this.status = status;
  }

  Failure(int status, String what, Throwable cause) {
    super(what, cause);
    this.status = status;
  }

  /// Of what could not be asked.
  static Failure of(IOException why) {
    return new Failure(status(why), String.valueOf(why.getMessage()), why);
  }

  /// The exit status of a command that could not ask.
  static int status(IOException why) {
    return why instanceof LoginRefused ? CHECK : WORLD;
  }

  int status() {
    return status;
  }
}
