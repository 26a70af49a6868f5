package io.tributary.adapter.mqtt.bridge;

import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.link.TlsTrust;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a broker is, and how one comes in: what adapters that are its clients share.
///
/// @param client the library; null only where the section is wrong
/// @param plan of a connection without a session of its own, without subscriptions, which sends nothing; without the password,
///     which is read before each dial
/// @param passwordFile null: none is sent
record BrokerSettings(
    @Nullable BrokerClientProvider client, ConnectionPlan plan, @Nullable Path passwordFile) {
  private static final int CLIENT_ID_BYTES = 256;

  static BrokerSettings read(Section section) {
    HostAndPort address = section.address("address");
    MqttVersion version = version(section);
    BrokerClientProvider client = client(section, version);
    Section tls = section.section("tls");
    Path passwordFile = section.pathOrNull("password-file");
    if (passwordFile != null && !Files.isReadable(passwordFile)) {
      section.refuse("password-file", "is " + passwordFile + ", which this user cannot read");
    }
    if (passwordFile != null && !section.has("user")) {
      section.refuse("password-file", "needs `user` beside it (MQTT 3.1.1, section 3.1.2.9)");
    }
    ConnectionPlan plan =
        new ConnectionPlan(
            address,
            version,
            clientId(section),
            true,
            0,
            section.duration(
                "keep-alive", Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofHours(18)),
            section.duration(
                "connect-timeout",
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5)),
            section.stringOrNull("user"),
            null,
            section.has("tls") ? tls(tls) : null,
            section.has("tls") ? tls.string("name", address.host()) : address.host(),
            ConnectionPlan.RECEIVE_MAXIMUM,
            0,
            List.of());
    return new BrokerSettings(client, plan, passwordFile);
  }

  /// The library and the version, for a status.
  String words() {
    return "("
        + (client == null ? "none" : client.name())
        + ", MQTT "
        + plan.version().word()
        + ")";
  }

  private static MqttVersion version(Section section) {
    String word = section.string("version", MqttVersion.FIVE.word());
    for (MqttVersion version : MqttVersion.values()) {
      if (version.word().equals(word)) {
        return version;
      }
    }
    section.refuse("version", "is '" + word + "' but must be one of 3.1.1, 5");
    return MqttVersion.FIVE;
  }

  private static @Nullable BrokerClientProvider client(Section section, MqttVersion version) {
    List<BrokerClientProvider> present =
        ServiceLoader.load(BrokerClientProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparingInt(BrokerClientProvider::rank))
            .toList();
    String names =
        present.isEmpty()
            ? "none: this edge was installed without one"
            : present.stream().map(BrokerClientProvider::name).collect(Collectors.joining(", "));
    String name = section.stringOrNull("client");
    Optional<BrokerClientProvider> found =
        present.stream()
            .filter(each -> name == null ? each.speaks(version) : each.name().equals(name))
            .findFirst();
    if (found.isEmpty()) {
      section.refuse(
          "client",
          name == null
              ? "is not written, and no client that is there speaks MQTT " + version.word()
              : "is '" + name + "' but the clients that are there are " + names);
      return null;
    }
    if (!found.get().speaks(version)) {
      section.refuse(
          "client", "is '" + found.get().name() + "', which does not speak MQTT " + version.word());
    }
    return found.get();
  }

  private static String clientId(Section section) {
    String clientId = section.string("client-id");
    if (clientId.length() > CLIENT_ID_BYTES) {
      section.refuse("client-id", "is longer than " + CLIENT_ID_BYTES + " characters");
    }
    return clientId;
  }

  private static @Nullable TlsParts tls(Section tls) {
    Path ca = tls.path("ca");
    Path certificate = tls.pathOrNull("certificate");
    Path key = tls.pathOrNull("key");
    if (!tls.has("ca")) {
      return null;
    }
    try {
      if (certificate != null && key != null) {
        TlsIdentity identity = TlsIdentity.load(new TlsFiles(certificate, key, ca));
        return new TlsParts(identity.context(), identity.keyManager(), identity.trustManager());
      }
      if (certificate != null || key != null) {
        tls.refuse(
            certificate == null ? "certificate" : "key",
            "is missing: a client certificate needs `certificate` and `key`");
      }
      return new TlsParts(TlsTrust.context(ca), null, TlsTrust.trustManager(ca));
    } catch (TlsRefused e) {
      String at = e.file().equals(ca) ? "ca" : e.file().equals(key) ? "key" : "certificate";
      tls.refuse(at, String.valueOf(e.getMessage()));
      return null;
    }
  }
}
