package io.tributary.adapter.mqtt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All subscriptions by the levels of their filters, so that a topic meets only those that match. Event loop only.
final class SubscriptionTree {
  private static final String ONE = "+";
  private static final String REST = "#";

  private final Node root = new Node();
  private int size;

  /// Moves with every change: what was matched before may match no more.
  private long version;

  private static final class Node {
    /// By the next level; wildcards are levels as well.
    private final Map<String, Node> next = new HashMap<>(2);

    /// By session, and by the client's text, since a session may share a filter with several groups.
    private final Map<Session, Map<String, Subscription>> here = new LinkedHashMap<>(2);

    private boolean isEmpty() {
      return next.isEmpty() && here.isEmpty();
    }
  }

  int size() {
    return size;
  }

  long version() {
    return version;
  }

  /// Adds one, in the place of the session's earlier one with the same text.
  ///
  /// @return the earlier one; null when there was none
  @Nullable Subscription add(Subscription subscription) {
    Node node = root;
    for (String level : subscription.filter().parts()) {
      node = node.next.computeIfAbsent(level, any -> new Node());
    }
    version++;
    Subscription before =
        node.here
            .computeIfAbsent(subscription.session(), any -> new LinkedHashMap<>(2))
            .put(subscription.text(), subscription);
    size += before == null ? 1 : 0;
    return before;
  }

  void remove(Subscription subscription) {
    if (remove(root, subscription, subscription.filter().parts(), 0)) {
      size--;
      version++;
    }
  }

  private static boolean remove(Node node, Subscription gone, String[] levels, int at) {
    if (at < levels.length) {
      Node next = node.next.get(levels[at]);
      if (next == null || !remove(next, gone, levels, at + 1)) {
        return false;
      }
      if (next.isEmpty()) {
        node.next.remove(levels[at]);
      }
      return true;
    }
    Map<String, Subscription> ofSession = node.here.get(gone.session());
    if (ofSession == null || ofSession.remove(gone.text()) == null) {
      return false;
    }
    if (ofSession.isEmpty()) {
      node.here.remove(gone.session());
    }
    return true;
  }

  /// All that match a topic's levels (section 4.7).
  List<Subscription> match(String[] topic) {
    List<Subscription> found = new ArrayList<>();
    match(root, topic, 0, found);
    return found;
  }

  private static void match(Node node, String[] topic, int at, List<Subscription> found) {
    boolean wild = at > 0 || !topic[0].startsWith("$"); // section 4.7.2
    if (wild) {
      add(node.next.get(REST), found);
    }
    if (at == topic.length) {
      add(node, found);
      return;
    }
    Node exact = node.next.get(topic[at]);
    if (exact != null) {
      match(exact, topic, at + 1, found);
    }
    Node one = wild ? node.next.get(ONE) : null;
    if (one != null) {
      match(one, topic, at + 1, found);
    }
  }

  private static void add(@Nullable Node node, List<Subscription> found) {
    if (node != null) {
      node.here.values().forEach(ofSession -> found.addAll(ofSession.values()));
    }
  }
}
