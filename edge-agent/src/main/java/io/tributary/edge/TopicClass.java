package io.tributary.edge;

import java.util.Locale;

/// The classes of topics, in the order in which they go over the link, each with its journal.
enum TopicClass {
  /// Goes before everything else.
  ALARM(1),
  NORMAL(6),
  BULK(3);

  /// The share of the edge's quota, beside the shares of the other classes in use, when the
  /// configuration gives this class none of its own.
  private final int quotaShare;

  TopicClass(int quotaShare) {
    this.quotaShare = quotaShare;
  }

  int quotaShare() {
    return quotaShare;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
