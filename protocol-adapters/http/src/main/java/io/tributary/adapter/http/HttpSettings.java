package io.tributary.adapter.http;

import io.tributary.adapter.measurement.Envelope;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the owner of the edge writes for this adapter.
///
/// @param tls null: plain TCP
/// @param tokenFile null: nobody is asked for a token
/// @param topics the form of the readings of each topic, by its name, in the order of the file
record HttpSettings(
    HostAndPort listen,
    @Nullable TlsSettings tls,
    @Nullable Path tokenFile,
    Map<String, Envelope> topics,
    Limits limits) {
  private static final HostAndPort LOOPBACK = new HostAndPort("127.0.0.1", 8090);

  /// Reads and checks every key. What is wrong is told to the section, and the reading goes on.
  static HttpSettings read(Section section) {
    HostAndPort listen = section.address("listen", LOOPBACK);
    TlsSettings tls = section.has("tls") ? TlsSettings.read(section.section("tls")) : null;
    Path tokenFile = section.pathOrNull("token-file");
    checkAccess(section, listen, tls, tokenFile);
    return new HttpSettings(listen, tls, tokenFile, topics(section), Limits.read(section));
  }

  private static Map<String, Envelope> topics(Section section) {
    Map<String, Envelope> topics = new LinkedHashMap<>();
    Section named = section.section("topics");
    for (String name : named.keys()) {
      topics.put(name, Envelope.readEntry(named, name));
    }
    if (topics.isEmpty()) {
      section.refuse(
          "topics",
          "names no topic: write at least one, such as 'topics: {temperature: {}}'; it is posted to at"
              + " /topics/temperature");
    }
    return topics;
  }

  /// Checks that nobody listens for strangers without wanting to.
  private static void checkAccess(
      Section section, HostAndPort listen, @Nullable TlsSettings tls, @Nullable Path tokenFile) {
    boolean isAsked = tokenFile != null || (tls != null && tls.requiresCertificates());
    boolean anonymous = section.bool("anonymous", false);
    if (tokenFile != null && anonymous) {
      section.refuse(
          "anonymous",
          "is true, and 'token-file' asks everybody for a token: write one of the two, not both");
    } else if (!isAsked && !anonymous && section.has("anonymous")) {
      section.refuse(
          "anonymous",
          "is false, and nobody can say who they are: name a file of tokens ('token-file: FILE')");
    } else if (!isAsked && !anonymous && !isLoopback(listen)) {
      section.refuse(
          "listen",
          "is "
              + listen
              + ", which is not a loopback address, and nobody is asked who they are: name a file of tokens"
              + " ('token-file: FILE'), let certificates vouch for clients ('tls.client-ca: FILE'), or say"
              + " 'anonymous: true' to let everybody in");
    }
  }

  private static boolean isLoopback(HostAndPort address) {
    InetAddress host = address.resolve().getAddress();
    return host != null && host.isLoopbackAddress();
  }
}
