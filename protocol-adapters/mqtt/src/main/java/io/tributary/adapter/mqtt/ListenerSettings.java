package io.tributary.adapter.mqtt;

import io.netty.handler.ssl.ClientAuth;
import io.tributary.link.TlsRefused;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One address that clients come to, and how.
///
/// @param key of the configuration that names the address
/// @param tls null: plain TCP
/// @param isLoopback whether only this machine reaches it
/// @param webSocket null: MQTT straight over TCP or TLS
record ListenerSettings(
    String key,
    HostAndPort address,
    boolean isLoopback,
    @Nullable Tls tls,
    @Nullable WebSocket webSocket) {
  private static final HostAndPort DEFAULT_LISTEN = new HostAndPort("127.0.0.1", 1883);

  /// What clients are shown, and are asked to show.
  ///
  /// @param loaded what the files held when the configuration was read
  /// @param namesUsers whether a client's certificate says who it is
  record Tls(
      CertificateFiles files,
      CertificateFiles.Loaded loaded,
      ClientAuth clientAuth,
      boolean namesUsers) {}

  /// @param origins the web pages that may come
  record WebSocket(String path, Origins origins) {}

  /// Reads `listen` and `listeners`. What is wrong is noted in the section.
  static List<ListenerSettings> read(Section section) {
    List<ListenerSettings> all = new ArrayList<>();
    if (section.has("listen") || !section.has("listeners")) {
      HostAndPort address = section.address("listen", DEFAULT_LISTEN);
      all.add(new ListenerSettings("listen", address, isLoopback(address), null, null));
    }
    List<Section> sections = section.sections("listeners");
    for (int i = 0; i < sections.size(); i++) {
      all.add(one(sections.get(i), "listeners[" + i + "]"));
    }
    if (all.isEmpty()) {
      section.refuse("listeners", "is empty; name an address, or leave it out for 127.0.0.1:1883");
    }
    return List.copyOf(all);
  }

  private static ListenerSettings one(Section section, String key) {
    HostAndPort address = section.address("address");
    boolean webSocket = section.bool("websocket", false);
    String path = section.string("path", "/mqtt");
    if (!webSocket && section.has("path")) {
      section.refuse("path", "is that of a WebSocket; say 'websocket: true', or leave it out");
    }
    Origins origins = Origins.read(section);
    if (!webSocket && section.has("origins")) {
      section.refuse("origins", "is for a WebSocket; say 'websocket: true', or leave it out");
    }
    if (!path.startsWith("/") || path.indexOf('?') >= 0) {
      section.refuse("path", "is '" + path + "' but must begin with / and have no ?");
    }
    Tls tls = section.has("tls") ? tls(section.section("tls")) : null;
    return new ListenerSettings(
        key + ".address",
        address,
        isLoopback(address),
        tls,
        webSocket ? new WebSocket(path, origins) : null);
  }

  private static @Nullable Tls tls(Section tls) {
    Path certificate = tls.path("certificate");
    Path key = tls.path("key");
    Path ca = tls.pathOrNull("client-ca");
    boolean required = tls.bool("require-client-certificate", ca != null);
    boolean namesUsers = tls.bool("user-from-certificate", false);
    if (ca == null && (required || namesUsers)) {
      tls.refuse(
          required ? "require-client-certificate" : "user-from-certificate",
          "needs 'client-ca': the certificates that those of clients descend from");
    }
    if (!tls.has("certificate") || !tls.has("key")) {
      return null; // noted
    }
    ClientAuth clientAuth =
        ca == null ? ClientAuth.NONE : required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
    try {
      CertificateFiles files = new CertificateFiles(certificate, key, ca);
      return new Tls(files, files.load(), clientAuth, namesUsers);
    } catch (TlsRefused e) {
      String at = e.file().equals(ca) ? "client-ca" : e.file().equals(key) ? "key" : "certificate";
      tls.refuse(at, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static boolean isLoopback(HostAndPort address) {
    InetAddress host = address.resolve().getAddress();
    return host != null && host.isLoopbackAddress();
  }

  /// Whether a client's certificate says who it is.
  boolean namesUsers() {
    return tls != null && tls.namesUsers;
  }

  /// Behind an address, for status.
  String kind() {
    String transport = tls == null ? "" : "TLS";
    String framing = webSocket == null ? "" : "WebSocket " + webSocket.path;
    String both = transport + (transport.isEmpty() || framing.isEmpty() ? "" : ", ") + framing;
    return both.isEmpty() ? "" : " (" + both + ")";
  }
}
