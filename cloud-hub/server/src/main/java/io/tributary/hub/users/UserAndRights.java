package io.tributary.hub.users;

import io.tributary.front.kafka.access.Right;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/// A user, and the rights that are given to it or taken from it.
final class UserAndRights {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "RIGHT",
      converter = RightConverter.class,
      description = "Such as read:press.* or group:* or admin, as 'hub user list' shows it.")
  private List<Right> rights = new ArrayList<>();

  String name() {
    return name;
  }

  List<Right> rights() {
    return rights;
  }
}
