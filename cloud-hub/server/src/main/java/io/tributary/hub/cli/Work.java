package io.tributary.hub.cli;

import java.io.IOException;

/// What a command does between its options and its exit status.
interface Work {
  void run() throws IOException, Failure;

  /// Does it, and tells what went wrong.
  ///
  /// @return the exit status
  static int exitStatus(Work work) {
    Notices notices = new Notices(System.err);
    try {
      work.run();
      return 0;
    } catch (Failure e) {
      notices.say(String.valueOf(e.getMessage()));
      return e.status();
    } catch (IOException e) {
      notices.say(String.valueOf(e.getMessage()));
      return Failure.status(e);
    }
  }
}
