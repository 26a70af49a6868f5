package io.tributary.hub;

import io.tributary.core.ScrubLimits;
import io.tributary.core.pipeline.PipelineSpec;
import io.tributary.front.kafka.ClientQuota;
import io.tributary.front.kafka.FrontConfig;
import io.tributary.front.kafka.GroupsConfig;
import io.tributary.hub.mirror.MirrorConfig;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.session.SessionLimits;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that `hub.yaml` says, checked.
///
/// @param audit how often the streams of each edge are compared with the edge; zero: never
/// @param topics what the configuration describes, created when the hub starts
/// @param pattern what any other topic is created as that an edge opens; null: it is refused
/// @param pipelines what is made of topics, into topics of their own
public record HubConfig(
    Path dataDirectory,
    Mirror mirror,
    Kafka kafka,
    InetSocketAddress http,
    ScrubLimits scrub,
    Duration audit,
    List<TopicSpec> topics,
    @Nullable TopicSpec pattern,
    List<PipelineSpec> pipelines) {

  private static final int MIRROR_PORT = 7420;
  private static final HostAndPort KAFKA = new HostAndPort("127.0.0.1", 9092);
  static final HostAndPort HTTP = new HostAndPort("127.0.0.1", 8080);

  private static final Duration AUDIT = Duration.ofHours(24);
  private static final int SESSIONS = 20_000;
  private static final int SESSIONS_MOST = 100_000;
  private static final long CREDIT_BYTES_MOST = 256L * 1024 * 1024;
  private static final Duration HEARTBEAT_LEAST = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT_MOST = Duration.ofHours(1);

  private static final Duration OFFSETS_RETENTION_MOST = Duration.ofDays(3650);

  public HubConfig {
    topics = List.copyOf(topics);
    pipelines = List.copyOf(pipelines);
  }

  /// How edges come in.
  ///
  /// @param tls null for plain TCP
  /// @param insecure plain TCP beyond loopback was asked for
  /// @param sessions the most connections of edges at once
  public record Mirror(
      InetSocketAddress listen,
      @Nullable TlsIdentity tls,
      boolean insecure,
      SessionLimits limits,
      int sessions) {}

  /// How Kafka clients come in.
  ///
  /// @param advertised what they are told to connect to; null: what they have reached
  /// @param partitions of a topic that they create without saying how many
  /// @param topicLimits of a topic that they create
  /// @param createsTopics whether a topic is created when a client first names it
  /// @param groups how consumer groups are kept
  /// @param access who they are, and who may come in
  /// @param quotas how much they may write and read a second
  public record Kafka(
      InetSocketAddress listen,
      @Nullable InetSocketAddress advertised,
      int partitions,
      TopicLimits topicLimits,
      boolean createsTopics,
      GroupsConfig groups,
      KafkaAccess access,
      List<ClientQuota> quotas) {}

  /// Reads the whole of it, files of certificates included. What is wrong is noted in the section;
  /// the answer is good only if its `finish` does not throw.
  public static HubConfig of(Section root) {
    Path dataDirectory = root.path("data-dir");
    Mirror mirror = mirror(root.section("mirror"));
    TopicSettings topics = TopicSettings.of(root);
    Kafka kafka = kafka(root.section("kafka"), topics.defaults());
    InetSocketAddress http = resolve(root.section("http"), "listen", HTTP);
    return new HubConfig(
        dataDirectory,
        mirror,
        kafka,
        http,
        scrub(root.section("scrub")),
        audit(root),
        topics.configured(),
        topics.pattern(),
        PipelineSettings.of(root, topics));
  }

  private static Mirror mirror(Section mirror) {
    boolean insecure = mirror.bool("insecure", false);
    TlsIdentity tls = null;
    boolean hasTls = mirror.has("tls");
    if (hasTls) {
      tls = tls(mirror.section("tls"), !insecure);
    }
    InetSocketAddress listen =
        resolve(
            mirror,
            "listen",
            new HostAndPort(hasTls && !insecure ? "0.0.0.0" : "127.0.0.1", MIRROR_PORT));
    if (!hasTls && !insecure && !MirrorConfig.isLoopback(listen)) {
      mirror.refuse(
          "listen",
          "is not a loopback address, and mirror.tls names no certificate; name one, or say"
              + " 'insecure: true' to let edges send everything readable by anyone on the way");
    }
    Duration heartbeat =
        mirror.duration(
            "heartbeat",
            Duration.ofMillis(SessionLimits.DEFAULT.heartbeatMsMost()),
            HEARTBEAT_LEAST,
            HEARTBEAT_MOST);
    long creditBytes =
        mirror.sizeBytes(
            "credit",
            SessionLimits.DEFAULT.creditBytes(),
            SessionLimits.DEFAULT.batchBytes(),
            CREDIT_BYTES_MOST);
    int sessions = mirror.integer("sessions", SESSIONS, 1, SESSIONS_MOST);
    return new Mirror(listen, tls, insecure, limits(heartbeat, creditBytes), sessions);
  }

  private static SessionLimits limits(Duration heartbeat, long creditBytes) {
    SessionLimits limits = SessionLimits.DEFAULT;
    int heartbeatMs = Math.toIntExact(heartbeat.toMillis());
    return new SessionLimits(
        limits.handshakeMs(),
        limits.openMs(),
        limits.streams(),
        limits.batchBytes(),
        creditBytes,
        Math.min(limits.heartbeatMsLeast(), heartbeatMs),
        heartbeatMs,
        limits.answerMs(),
        limits.cloneRetryMs(),
        limits.retryMs());
  }

  private static ScrubLimits scrub(Section scrub) {
    return ScrubLimits.DEFAULT.with(
        scrub.sizeBytes("rate", ScrubLimits.DEFAULT.bytesPerSecond(), 1 << 10, 1 << 30),
        scrub
            .duration(
                "rest",
                Duration.ofMillis(ScrubLimits.DEFAULT.restMs()),
                Duration.ZERO,
                Duration.ofDays(365))
            .toMillis(),
        scrub
            .duration(
                "hold",
                Duration.ofMillis(ScrubLimits.DEFAULT.holdMs()),
                Duration.ZERO,
                Duration.ofDays(365))
            .toMillis());
  }

  private static Duration audit(Section root) {
    if ("never".equals(root.stringOrNull("audit"))) {
      return Duration.ZERO;
    }
    return root.duration("audit", AUDIT, Duration.ofMinutes(1), Duration.ofDays(365));
  }

  /// @param wanted whether the files are going to be used: the keys are checked in any case
  private static @Nullable TlsIdentity tls(Section tls, boolean wanted) {
    TlsFiles files = new TlsFiles(tls.path("certificate"), tls.path("key"), tls.path("ca"));
    boolean complete = tls.has("certificate") && tls.has("key") && tls.has("ca");
    if (!complete || !wanted) {
      return null;
    }
    try {
      return TlsIdentity.load(files);
    } catch (TlsRefused e) {
      String key =
          e.file().equals(files.ca()) ? "ca" : e.file().equals(files.key()) ? "key" : "certificate";
      tls.refuse(key, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static Kafka kafka(Section kafka, TopicSpec defaults) {
    InetSocketAddress listen = resolve(kafka, "listen", KAFKA);
    InetSocketAddress advertised = null;
    if (kafka.has("advertised")) {
      HostAndPort written = kafka.address("advertised");
      advertised = InetSocketAddress.createUnresolved(written.host(), written.port());
    }
    int partitions =
        switch (defaults.layout()) {
          case Layout.Partitions(int count) -> count;
          case Layout.PerEdge perEdge -> Layout.PARTITIONS; // belongs to mirrors alone
        };
    return new Kafka(
        listen,
        advertised,
        partitions,
        defaults.limits(),
        kafka.bool("auto-create-topics", true),
        groups(kafka),
        KafkaAccess.of(kafka, listen),
        KafkaQuotas.of(kafka));
  }

  private static GroupsConfig groups(Section kafka) {
    GroupsConfig groups = GroupsConfig.of(FrontConfig.NODE_ID);
    Duration retention =
        kafka.duration(
            "offsets-retention",
            groups.offsetsRetention(),
            Duration.ofMinutes(1),
            OFFSETS_RETENTION_MOST);
    return new GroupsConfig(groups.nodeId(), retention, groups.firstRebalanceDelay());
  }

  private static InetSocketAddress resolve(Section section, String key, HostAndPort absent) {
    InetSocketAddress address = section.address(key, absent).resolve();
    if (address.isUnresolved()) {
      section.refuse(key, "the host '" + address.getHostString() + "' has no address");
    }
    return address;
  }
}
