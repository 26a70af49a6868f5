package io.tributary.hub;

import io.tributary.agent.Agent;
import io.tributary.front.kafka.access.UserFile;
import io.tributary.front.kafka.access.Users;
import java.io.IOException;

/// The users of a running hub: looks at their file about once a second, and reads it when it is another one. A file that
/// cannot be read leaves those that were there: a mistake locks nobody out.
final class UserWatch implements Agent {
  private static final System.Logger LOG = System.getLogger(UserWatch.class.getName());

  private final UserFile file;
  private UserFile.Stamp stamp;
  private volatile Users users;
  private volatile String trouble = "";

  /// Reads the file.
  ///
  /// @throws IOException when it cannot be read: a hub does not start without knowing whom to let in
  UserWatch(UserFile file) throws IOException {
    this.file = file;
    this.stamp = file.stamp();
    this.users = file.load();
  }

  /// Those of this moment. Any thread; never blocks.
  Users now() {
    return users;
  }

  /// Why the file that is there does not count; empty when it does. Any thread.
  String trouble() {
    return trouble;
  }

  @Override
  public String name() {
    return "hub-users";
  }

  @Override
  public int doWork(long nowNanos) {
    try {
      UserFile.Stamp now =
          file.stamp(); // before it is read: what changes meanwhile is read the next time
      if (now.equals(stamp)) {
        return 0;
      }
      stamp = now;
      users = file.load();
      trouble = "";
      return 1;
    } catch (IOException e) {
      String what = e.getMessage() + "; until then the users are those that it had before";
      if (!what.equals(trouble)) {
        trouble = what;
        LOG.log(System.Logger.Level.WARNING, what);
      }
      return 0;
    }
  }
}
