package io.tributary.adapter.template;

import io.tributary.adapter.TargetTopic;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;

/// What the owner of the edge writes for this adapter.
record LinesSettings(HostAndPort listen, TargetTopic target) {
  private static final HostAndPort LOOPBACK = new HostAndPort("127.0.0.1", 7070);

  /// Reads and checks every key. What is wrong is told to the section, which knows its file and line, and the reading goes on.
  static LinesSettings read(Section section) {
    return new LinesSettings(section.address("listen", LOOPBACK), TargetTopic.read(section));
  }
}
