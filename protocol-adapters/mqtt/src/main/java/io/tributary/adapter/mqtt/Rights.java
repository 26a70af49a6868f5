package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.mapping.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one client may publish and subscribe to: what is listed, and nothing else. Immutable, save for what it remembers; event
/// loop only.
///
/// In the list `%u` stands for the user and `%c` for the client identifier. A name that has a `/`, `+` or `#` in it, or that
/// would make the filter begin with `$`, gives no right: a client must not choose a name that opens more than its own.
final class Rights {
  /// May do everything.
  static final Rights ALL = new Rights(null, List.of(), List.of());

  /// Who has said its name, whatever that is.
  private static final String ANYBODY = "*";

  /// Who has not.
  private static final String NOBODY = "$anonymous";

  /// One entry of the list.
  ///
  /// @param user a name, `*` for whoever has one, `$anonymous` for who has none
  record Rule(String user, List<String> publish, List<String> subscribe) {
    private boolean isFor(@Nullable String name) {
      return name == null ? user.equals(NOBODY) : user.equals(ANYBODY) || user.equals(name);
    }
  }

  private final @Nullable String limitedTo;
  private final List<TopicFilter> publish;
  private final List<TopicFilter> subscribe;

  /// The topic that was asked for last: most clients publish to one.
  private String lastTopic = "";

  private boolean isLastAllowed;

  private Rights(
      @Nullable String limitedTo, List<TopicFilter> publish, List<TopicFilter> subscribe) {
    this.limitedTo = limitedTo;
    this.publish = publish;
    this.subscribe = subscribe;
  }

  /// Checks a filter of the list.
  ///
  /// @throws IllegalArgumentException when it is none
  static void checkPattern(String pattern) {
    if (new TopicFilter(pattern.replace("%u", "u").replace("%c", "c")).parts().length
        > Bounds.FILTER_LEVELS) {
      throw new IllegalArgumentException(pattern);
    }
  }

  /// @param rules null: everything is allowed
  /// @param user null: it did not say who it is
  static Rights of(@Nullable List<Rule> rules, @Nullable String user, String clientId) {
    if (rules == null) {
      return ALL;
    }
    List<TopicFilter> publish = new ArrayList<>();
    List<TopicFilter> subscribe = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.isFor(user)) {
        rule.publish.forEach(pattern -> add(publish, pattern, user, clientId));
        rule.subscribe.forEach(pattern -> add(subscribe, pattern, user, clientId));
      }
    }
    return new Rights(user == null ? NOBODY : user, publish, subscribe);
  }

  private static void add(
      List<TopicFilter> filters, String pattern, @Nullable String user, String clientId) {
    StringBuilder filter = new StringBuilder();
    int from = 0;
    for (int at = pattern.indexOf('%'); at >= 0; at = pattern.indexOf('%', from)) {
      String name =
          pattern.startsWith("%u", at) ? user : pattern.startsWith("%c", at) ? clientId : "%";
      int length = "%".equals(name) && !isPlace(pattern, at) ? 1 : 2;
      if (length == 2 && !isLevel(name)) {
        return;
      }
      filter.append(pattern, from, at).append(name);
      from = at + length;
    }
    filter.append(pattern, from, pattern.length());
    if (filter.indexOf("$") == 0 && !pattern.startsWith("$")) {
      return;
    }
    filters.add(new TopicFilter(filter.toString()));
  }

  private static boolean isPlace(String pattern, int at) {
    return pattern.startsWith("%u", at) || pattern.startsWith("%c", at);
  }

  private static boolean isLevel(@Nullable String name) {
    return name != null
        && !name.isEmpty()
        && name.indexOf('/') < 0
        && name.indexOf('+') < 0
        && name.indexOf('#') < 0
        && name.indexOf('\0') < 0;
  }

  boolean mayPublish(String topic) {
    if (limitedTo == null) {
      return true;
    }
    if (!topic.equals(lastTopic)) {
      isLastAllowed = matches(publish, topic);
      lastTopic = topic;
    }
    return isLastAllowed;
  }

  /// Whether it may be sent what was published to a topic.
  boolean mayReceive(String topic) {
    return limitedTo == null || matches(subscribe, topic);
  }

  private static boolean matches(List<TopicFilter> filters, String topic) {
    String[] levels = TopicFilter.levels(topic);
    return filters.stream().anyMatch(filter -> filter.matches(levels));
  }

  /// Whether every topic that a filter matches is allowed, by one filter of the list. A filter that only several of them cover
  /// together is not.
  boolean maySubscribe(TopicFilter filter) {
    return limitedTo == null
        || subscribe.stream().anyMatch(allowed -> covers(allowed.parts(), filter.parts()));
  }

  /// Whether the one filter matches all that the other matches (MQTT 5, section 4.7).
  static boolean covers(String[] wide, String[] narrow) {
    boolean isSpecial = narrow[0].startsWith("$");
    for (int i = 0; i < narrow.length; i++) {
      if (i == wide.length) {
        return false;
      }
      boolean isHidden = i == 0 && isSpecial; // no wildcard sees it
      if (wide[i].equals("#")) {
        return !isHidden;
      }
      boolean isCovered =
          wide[i].equals("+") ? !narrow[i].equals("#") && !isHidden : wide[i].equals(narrow[i]);
      if (!isCovered) {
        return false;
      }
    }
    return wide.length == narrow.length
        || (wide.length == narrow.length + 1 && wide[narrow.length].equals("#"));
  }
}
