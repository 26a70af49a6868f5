package io.tributary.adapter;

import java.util.Locale;

/// The classes of topics, the most urgent first; an edge keeps a journal for each.
public enum TopicClass {
  /// Goes over the link before everything else.
  ALARM,
  NORMAL,
  BULK;

  /// The word that configurations, status and directories use.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
