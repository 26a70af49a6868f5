package io.tributary.front.kafka.access;

/// One thing that somebody is allowed to do.
///
/// ```
/// read:temperature     the topic of that name
/// write:site-7.*       topics whose names begin so
/// group:*              every group
/// admin                everything
/// ```
///
/// @param pattern a name, or the beginning of names followed by `*`; of `ADMIN` always `*`
public record Right(Operation operation, String pattern) {
  /// What a right looks like, for whoever wrote one that is none.
  public static final String ALLOWED =
      "a right is read:TOPIC, write:TOPIC, create:TOPIC, delete:TOPIC, alter:TOPIC, describe:TOPIC,"
          + " group:GROUP or admin, where a name may end in * for all that begin so";

  private static final String ADMIN = Operation.ADMIN.word();
  private static final String ANY = "*";

  /// Kafka's longest topic name, and a `*`.
  private static final int PATTERN_CHARS_MOST = 250;

  public Right {
    int star = pattern.indexOf('*');
    if (pattern.isEmpty()
        || pattern.length() > PATTERN_CHARS_MOST
        || (star >= 0 && star < pattern.length() - 1)
        || pattern.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)
        || (operation == Operation.ADMIN && !pattern.equals(ANY))) {
      throw new IllegalArgumentException("'" + pattern + "' names nothing; " + ALLOWED);
    }
  }

  /// Reads what {@link #toString} writes.
  ///
  /// @throws IllegalArgumentException says what is allowed
  public static Right parse(String text) {
    if (text.equals(ADMIN)) {
      return new Right(Operation.ADMIN, ANY);
    }
    int colon = text.indexOf(':');
    String word = colon < 0 ? text : text.substring(0, colon);
    for (Operation operation : Operation.values()) {
      if (operation != Operation.ADMIN && colon >= 0 && word.equals(operation.word())) {
        return new Right(operation, text.substring(colon + 1));
      }
    }
    throw new IllegalArgumentException("'" + text + "' is no right; " + ALLOWED);
  }

  /// Whether this alone allows it.
  ///
  /// @param name of a topic, or of a group where `wanted` is about groups
  boolean allows(Operation wanted, String name) {
    return operation.implies(wanted)
        && (pattern.endsWith(ANY)
            ? name.startsWith(pattern.substring(0, pattern.length() - 1))
            : name.equals(pattern));
  }

  @Override
  public String toString() {
    return operation == Operation.ADMIN ? ADMIN : operation.word() + ":" + pattern;
  }
}
