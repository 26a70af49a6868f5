package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.mqtt.mapping.Mapping;
import io.tributary.adapter.mqtt.mapping.Mappings;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.link.TlsTrust;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A bridge's configuration.
///
/// @param client the library; null only where the section is wrong
/// @param plan all of a connection but the password, which is read before each dial
/// @param passwordFile null: none is sent
/// @param keepsSession whether the broker keeps the session over a lost connection, so that identifiers are recorded
record BridgeSettings(
    @Nullable BrokerClientProvider client,
    ConnectionPlan plan,
    @Nullable Path passwordFile,
    boolean keepsSession,
    List<Mapping> mappings) {

  /// What may become of QoS 2 with a client that does not tell packet identifiers.
  enum Duplicates {
    REFUSED,
    ALLOWED
  }

  private static final int CLIENT_ID_BYTES = 256;

  static BridgeSettings read(Section section) {
    HostAndPort address = section.address("address");
    MqttVersion version = version(section);
    BrokerClientProvider client = client(section, version);
    boolean cleanStart = section.bool("clean-start", false);
    Duration expiry =
        section.duration(
            "session-expiry", Duration.ofDays(7), Duration.ofSeconds(1), Duration.ofDays(3650));
    Section tls = section.section("tls");
    List<Subscription> subscriptions = subscriptions(section, client);
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
            cleanStart,
            cleanStart ? 0 : expiry.toSeconds(),
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
            section.integer("receive-maximum", 1000, 1, 65_535),
            0,
            subscriptions);
    return new BridgeSettings(client, plan, passwordFile, !cleanStart, Mappings.read(section));
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

  private static List<Subscription> subscriptions(
      Section section, @Nullable BrokerClientProvider client) {
    Duplicates duplicates = section.oneOf("duplicates", Duplicates.class, Duplicates.REFUSED);
    List<Subscription> subscriptions = new ArrayList<>();
    for (Section each : section.sections("subscriptions")) {
      String filter = Mappings.filter(each).toString();
      int qos = each.integer("qos", 1, 0, 2);
      if (qos == 2
          && client != null
          && !client.tellsPacketIdentifiers()
          && duplicates == Duplicates.REFUSED) {
        each.refuse(
            "qos",
            "is 2, but the client '"
                + client.name()
                + "' does not tell packet identifiers, so a message that comes again after the edge's end would be logged twice:"
                + " take `client: paho`, or `qos: 1`, or write `duplicates: allowed`");
      }
      String group = each.stringOrNull("share");
      if (group != null && (group.isEmpty() || group.matches(".*[/+#].*"))) {
        each.refuse(
            "share", "is '" + group + "' but must be the name of a group, without / + and #");
      }
      subscriptions.add(
          new Subscription(group == null ? filter : "$share/" + group + "/" + filter, qos));
    }
    if (subscriptions.isEmpty()) {
      section.refuse(
          "subscriptions",
          "is empty; it must say what to subscribe to, such as [{filter: sensors/#, qos: 1}]");
    }
    return List.copyOf(subscriptions);
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
