package io.tributary.front.kafka.access;

import java.util.Locale;

/// What somebody may be allowed to do. All but `GROUP` and `ADMIN` are Kafka's operations on topics (`AclOperation`), and so
/// is what they imply.
public enum Operation {
  /// To fetch records. Implies `DESCRIBE`.
  READ(true),

  /// To produce records. Implies `DESCRIBE`.
  WRITE(true),

  /// To create topics.
  CREATE(false),

  /// To delete topics. Implies `DESCRIBE`.
  DELETE(true),

  /// To change a topic: its settings, its number of partitions, where it begins. Implies `DESCRIBE`.
  ALTER(true),

  /// To see that a topic is there, its settings and its offsets.
  DESCRIBE(false),

  /// To be a member of consumer groups, and to commit and read their offsets.
  GROUP(false),

  /// Everything. It is said without a name.
  ADMIN(true);

  private final boolean impliesDescribe;

  Operation(boolean impliesDescribe) {
    this.impliesDescribe = impliesDescribe;
  }

  /// Whether who may do this may do the other as well.
  boolean implies(Operation other) {
    return this == ADMIN || this == other || (other == DESCRIBE && impliesDescribe);
  }

  /// The word for it in a configuration and on a command line.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
