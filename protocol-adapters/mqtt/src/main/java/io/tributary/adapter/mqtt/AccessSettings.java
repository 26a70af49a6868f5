package io.tributary.adapter.mqtt;

import io.tributary.settings.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who may come in, and what for.
///
/// @param usersFile null: no passwords are checked
/// @param rights null: whoever is let in may do everything
record AccessSettings(
    @Nullable Path usersFile, Anonymous anonymous, @Nullable List<Rights.Rule> rights) {
  /// Whether those are let in who do not say who they are.
  enum Anonymous {
    ON_LOOPBACK,
    NOWHERE,
    EVERYWHERE
  }

  /// Reads it, and checks that nobody listens for strangers without wanting to. What is wrong is noted in the section.
  static AccessSettings read(Section section, List<ListenerSettings> listeners) {
    Path usersFile = section.pathOrNull("users-file");
    Anonymous anonymous =
        !section.has("anonymous")
            ? Anonymous.ON_LOOPBACK
            : section.bool("anonymous", false) ? Anonymous.EVERYWHERE : Anonymous.NOWHERE;
    for (ListenerSettings listener : listeners) {
      boolean isAsked = usersFile != null || listener.namesUsers();
      boolean isOpen =
          anonymous == Anonymous.EVERYWHERE
              || (anonymous == Anonymous.ON_LOOPBACK && listener.isLoopback());
      if (!isAsked && !isOpen) {
        refuse(section, listener, anonymous);
      }
    }
    return new AccessSettings(usersFile, anonymous, rights(section));
  }

  private static void refuse(Section section, ListenerSettings listener, Anonymous anonymous) {
    if (anonymous == Anonymous.NOWHERE) {
      section.refuse(
          "anonymous",
          "is false, and nobody can say who they are at "
              + listener.address()
              + ": name a file of users ('users-file: FILE', filled by 'edge user add'), or let"
              + " certificates name them ('tls.user-from-certificate: true')");
      return;
    }
    section.refuse(
        listener.key().equals("listen") ? "listen" : "listeners",
        "has "
            + listener.address()
            + ", which is not a loopback address, and nobody is asked who they are; name a file of"
            + " users ('users-file: FILE', filled by 'edge user add'), let certificates name them"
            + " ('tls.user-from-certificate: true'), or say 'anonymous: true' to let everybody in");
  }

  private static @Nullable List<Rights.Rule> rights(Section section) {
    if (!section.has("rights")) {
      return null;
    }
    List<Rights.Rule> rules = new ArrayList<>();
    for (Section each : section.sections("rights")) {
      rules.add(
          new Rights.Rule(
              each.string("user"), filters(each, "publish"), filters(each, "subscribe")));
    }
    if (rules.size() > Bounds.RIGHTS) {
      section.refuse("rights", "has more than " + Bounds.RIGHTS + " entries");
    }
    return List.copyOf(rules);
  }

  private static List<String> filters(Section section, String key) {
    List<String> filters = section.strings(key);
    for (String filter : filters) {
      try {
        Rights.checkPattern(filter);
      } catch (IllegalArgumentException e) {
        section.refuse(
            key,
            "has '"
                + filter
                + "' but must be topic filters, in which %u stands for the user and %c for the client"
                + " identifier");
      }
    }
    return List.copyOf(filters);
  }
}
