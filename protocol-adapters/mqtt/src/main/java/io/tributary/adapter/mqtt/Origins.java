package io.tributary.adapter.mqtt;

import io.tributary.settings.Section;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The web pages whose scripts may come by a WebSocket. A browser lets any page dial any address that it reaches, this machine
/// and the plant's network among them, and says in `Origin` which page it is (RFC 6455, section 10.2); who is no browser says
/// nothing, and is not held up here. Pure.
///
/// @param listed as a browser writes them, in small letters; null: pages of the host that was dialled, by its name in `Host`
record Origins(@Nullable Set<String> listed) {
  private static final String EVERY = "*";

  /// What a browser says for a page of no host: a file, a sandbox.
  private static final String OF_NO_HOST = "null";

  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#@\\s]+");

  /// Reads `origins`. What is wrong is noted in the section.
  static Origins read(Section section) {
    if (!section.has("origins")) {
      return new Origins(null);
    }
    Set<String> listed = new LinkedHashSet<>();
    for (String each : section.strings("origins")) {
      String origin = each.toLowerCase(Locale.ROOT);
      if (!origin.equals(EVERY) && !origin.equals(OF_NO_HOST) && !FORM.matcher(origin).matches()) {
        section.refuse(
            "origins",
            "has '"
                + each
                + "' but each must be SCHEME://HOST or SCHEME://HOST:PORT, without a path;"
                + " or *, for every page; or null, for pages of no host");
      }
      listed.add(withoutDefaultPort(origin));
    }
    return new Origins(Set.copyOf(listed));
  }

  /// Whether a request may go on.
  ///
  /// @param origins all that it says in `Origin`
  /// @param hosts all that it says in `Host`
  boolean allow(List<String> origins, List<String> hosts) {
    if (origins.isEmpty()) {
      return true;
    }
    if (origins.size() > 1) {
      return false;
    }
    String origin = origins.get(0).toLowerCase(Locale.ROOT);
    if (listed != null) {
      return listed.contains(EVERY) || listed.contains(withoutDefaultPort(origin));
    }
    int at = origin.indexOf("://");
    return at >= 0
        && FORM.matcher(origin).matches()
        && hosts.size() == 1
        && host(origin.substring(at + 3)).equals(host(hosts.get(0).toLowerCase(Locale.ROOT)));
  }

  /// A page may be served from another port of the same host.
  private static String host(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.lastIndexOf(':');
    return end <= 0 ? authority : authority.substring(0, end);
  }

  /// Browsers leave it out (RFC 6454, section 6.2).
  private static String withoutDefaultPort(String origin) {
    String port =
        origin.startsWith("http://") ? ":80" : origin.startsWith("https://") ? ":443" : "";
    return !port.isEmpty() && origin.endsWith(port)
        ? origin.substring(0, origin.length() - port.length())
        : origin;
  }
}
