package io.tributary.front.kafka.access;

import java.util.Collection;
import java.util.List;

/// All that somebody is allowed to do: what every request of a client is held against. What no right allows is refused;
/// there is none that forbids.
public final class Rights {
  /// Of whoever has none.
  public static final Rights NONE = new Rights(List.of());

  /// Of whoever may do everything.
  public static final Rights ALL = new Rights(List.of(new Right(Operation.ADMIN, "*")));

  private final List<Right> rights;

  private Rights(Collection<Right> rights) {
    this.rights = List.copyOf(rights);
  }

  public static Rights of(Collection<Right> rights) {
    return new Rights(rights);
  }

  /// Whether it may fetch the records of a topic.
  public boolean mayRead(String topic) {
    return may(Operation.READ, topic);
  }

  /// Whether it may produce to a topic.
  public boolean mayWrite(String topic) {
    return may(Operation.WRITE, topic);
  }

  /// Whether it may produce to any topic at all, be that there or not.
  public boolean mayWriteSomething() {
    return rights.stream().anyMatch(right -> right.operation().implies(Operation.WRITE));
  }

  /// Whether it may create a topic of that name.
  public boolean mayCreate(String topic) {
    return may(Operation.CREATE, topic);
  }

  /// Whether it may delete a topic.
  public boolean mayDelete(String topic) {
    return may(Operation.DELETE, topic);
  }

  /// Whether it may change a topic's settings, its partitions, or where it begins.
  public boolean mayAlter(String topic) {
    return may(Operation.ALTER, topic);
  }

  /// Whether it may know of a topic: that it is there, its settings, its offsets.
  public boolean mayDescribe(String topic) {
    return may(Operation.DESCRIBE, topic);
  }

  /// Whether it may be a member of a consumer group, commit its offsets, and see or delete it.
  public boolean mayUseGroup(String group) {
    return may(Operation.GROUP, group);
  }

  /// Whether it may see and change what concerns the hub as a whole.
  public boolean mayAdminister() {
    return rights.stream().anyMatch(right -> right.operation() == Operation.ADMIN);
  }

  private boolean may(Operation operation, String name) {
    for (Right right : rights) {
      if (right.allows(operation, name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return rights.toString();
  }
}
