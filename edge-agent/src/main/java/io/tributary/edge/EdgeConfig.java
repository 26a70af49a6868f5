package io.tributary.edge;

import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.TopicClass;
import io.tributary.link.LinkKind;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.log.FullPolicy;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.settings.HostAndPort;
import io.tributary.settings.Section;
import io.tributary.smartmodule.ChainPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The whole configuration of an edge, read and checked before anything starts.
/// `examples/edge.yaml` documents every key.
///
/// @param hub null when this edge only keeps its readings
/// @param quotaBytes the room for all journals; 0: what was measured at the first start
/// @param topics by name, those that only an adapter names included
record EdgeConfig(
    String edgeId,
    Path dataDirectory,
    HostAndPort http,
    @Nullable HubConfig hub,
    JournalSettings journal,
    ScrubSettings scrub,
    long quotaBytes,
    Map<TopicClass, ClassConfig> classes,
    Map<String, TopicConfig> topics,
    List<AdapterConfig> adapters) {

  enum Profile {
    DEFAULT(Duration.ofMillis(2), true),
    SD_CARD(Duration.ofMillis(250), false);

    private final Duration linger;
    private final boolean isEager;

    Profile(Duration linger, boolean isEager) {
      this.linger = linger;
      this.isEager = isEager;
    }
  }

  /// @param name what the hub's certificate must show; null: the host that is dialled
  /// @param tls null: plain TCP, to loopback or where `insecure` says so
  record HubConfig(
      HostAndPort address,
      LinkKind link,
      boolean insecure,
      @Nullable String name,
      @Nullable TlsIdentity tls,
      Duration heartbeat,
      int windowBytes) {}

  /// @param isEager a group in which every waiting source has its window full is committed at once,
  ///     before its linger ends
  /// @param retentionMs acknowledged readings older than this go; 0: only when room is needed
  record JournalSettings(
      long lingerNanos,
      boolean isEager,
      int groupBytes,
      int batchBytes,
      long segmentBytes,
      long retentionMs) {}

  /// @param bytesPerSecond how fast what is kept is read for its check
  /// @param restNanos how long nothing is read after all was
  record ScrubSettings(long bytesPerSecond, long restNanos) {}

  /// @param quotaBytes 0: its share of the edge's quota
  record ClassConfig(long quotaBytes, FullPolicy full, Compression compression) {}

  /// @param isMirrored false: it stays here, for pipelines and local subscribers
  /// @param transforms what its readings go through before they are logged, or null
  record TopicConfig(
      String name, TopicClass topicClass, boolean isMirrored, @Nullable Transforms transforms) {
    /// One that is mirrored as it comes in.
    TopicConfig(String name, TopicClass topicClass) {
      this(name, topicClass, true, null);
    }
  }

  /// @param deadLetters the topic for what a guest fails on, of the same class
  record Transforms(ChainPlan chain, String deadLetters) {}

  /// @param name its key in the file, which its readings carry as header `source`
  record AdapterConfig(String name, String type, AdapterPlan plan) {}

  private static final HostAndPort HTTP = new HostAndPort("127.0.0.1", 8081);
  private static final int MIRROR_PORT = 7420;
  private static final long LEAST_QUOTA_BYTES = JournalConfig.QUOTA_BYTES_LEAST;
  private static final int EDGE_ID_AT_MOST = 249;

  private enum CompressionName {
    NONE,
    GZIP
  }

  /// Reads every key of an edge's file; what is wrong is noted in the section, whose `finish`
  /// throws it.
  static EdgeConfig of(Section root, Map<String, AdapterType> types) {
    String edgeId = root.string("edge");
    if (!edgeId.matches("[A-Za-z0-9._-]{0," + EDGE_ID_AT_MOST + "}")) {
      root.refuse(
          "edge",
          "is '"
              + edgeId
              + "' but must be 1 to "
              + EDGE_ID_AT_MOST
              + " letters, digits, dots, hyphens or underscores");
    }
    Profile profile = root.oneOf("profile", Profile.class, Profile.DEFAULT);
    TransformReader transforms = new TransformReader();
    Map<String, TopicConfig> topics = topics(root.section("topics"), transforms);
    List<AdapterConfig> adapters = adapters(root.section("adapters"), types);
    Section pipelines = root.section("pipelines");
    for (AdapterConfig pipeline : transforms.pipelines(pipelines)) {
      if (adapters.stream().anyMatch(adapter -> adapter.name.equals(pipeline.name))) {
        pipelines.refuse(pipeline.name, "is the name of an adapter, too");
      }
      adapters.add(pipeline);
    }
    for (AdapterConfig adapter : adapters) {
      adapter
          .plan
          .topics()
          .forEach((name, topicClass) -> name(topics, name, topicClass, adapter, root));
    }
    transforms.nameDeadLetters(topics);
    for (AdapterConfig adapter : adapters) {
      adapter.plan.reads().stream()
          .filter(name -> !topics.containsKey(name))
          .forEach(name ->
              root.refuse(
                  "adapters",
                  "has '"
                      + adapter.name
                      + "', which reads the topic '"
                      + name
                      + "', but no adapter writes it; there are "
                      + (topics.isEmpty()
                          ? "none"
                          : String.join(", ", new TreeSet<>(topics.keySet())))));
    }
    return new EdgeConfig(
        edgeId,
        root.path("data-dir"),
        root.section("http").address("listen", HTTP),
        root.has("hub") ? hub(root.section("hub")) : null,
        journal(root.section("journal"), profile),
        scrub(root.section("scrub")),
        root.sizeBytes("quota", 0, LEAST_QUOTA_BYTES, Long.MAX_VALUE),
        classes(root.section("classes")),
        topics,
        adapters);
  }

  /// A topic that an adapter writes has the class of its entry in `topics`, else the adapter's, else
  /// `normal`.
  private static void name(
      Map<String, TopicConfig> topics,
      String name,
      Optional<TopicClass> topicClass,
      AdapterConfig adapter,
      Section root) {
    TopicConfig known = topics.get(name);
    if (known == null) {
      topics.put(name, new TopicConfig(name, topicClass.orElse(TopicClass.NORMAL)));
    } else if (topicClass.isPresent() && topicClass.get() != known.topicClass) {
      root.refuse(
          "topics",
          "gives "
              + name
              + " the class "
              + known.topicClass.word()
              + ", the adapter "
              + adapter.name
              + " gives it "
              + topicClass.get().word()
              + ": a topic has one class");
    }
  }

  private static Map<String, TopicConfig> topics(Section topics, TransformReader transforms) {
    Map<String, TopicConfig> all = new LinkedHashMap<>();
    topics
        .entries()
        .forEach((name, section) ->
            all.put(
                name,
                new TopicConfig(
                    name,
                    section.oneOf("class", TopicClass.class, TopicClass.NORMAL),
                    section.bool("mirror", true),
                    transforms.ofTopic(name, section))));
    return all;
  }

  private static Compression compression(CompressionName name) {
    return name == CompressionName.GZIP ? Compression.gzip() : Compression.none();
  }

  private static HubConfig hub(Section hub) {
    String address = hub.string("address");
    boolean insecure = hub.bool("insecure", false);
    HubConfig config =
        new HubConfig(
            address.isEmpty() || address.contains(":")
                ? hub.address("address")
                : new HostAndPort(address, MIRROR_PORT),
            hub.oneOf("link", LinkKind.class, LinkKind.LAN),
            insecure,
            hub.stringOrNull("name"),
            hub.has("tls") ? tls(hub.section("tls"), !insecure) : null,
            hub.duration(
                "heartbeat", Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofHours(1)),
            Math.toIntExact(hub.sizeBytes("window", 8 << 20, 64 << 10, 64 << 20)));
    if (config.name != null && !hub.has("tls")) {
      hub.refuse("name", "is checked against a certificate, so it needs tls beside it");
    }
    return config;
  }

  /// @param wanted false: `insecure` wins over the certificates, which are only checked for sense
  private static @Nullable TlsIdentity tls(Section tls, boolean wanted) {
    TlsFiles files = new TlsFiles(tls.path("certificate"), tls.path("key"), tls.path("ca"));
    boolean complete = tls.has("certificate") && tls.has("key") && tls.has("ca");
    if (!complete || !wanted) {
      return null;
    }
    try {
      return TlsIdentity.load(files);
    } catch (TlsRefused e) {
      boolean ofCa = e.file().equals(files.ca());
      String key = ofCa ? "ca" : e.file().equals(files.key()) ? "key" : "certificate";
      tls.refuse(key, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static JournalSettings journal(Section journal, Profile profile) {
    return new JournalSettings(
        journal.duration("linger", profile.linger, Duration.ZERO, Duration.ofMinutes(1)).toNanos(),
        journal.bool("eager", profile.isEager),
        Math.toIntExact(journal.sizeBytes("group-bytes", 1 << 20, 4 << 10, 16 << 20)),
        Math.toIntExact(
            journal.sizeBytes(
                "batch-bytes", Limits.EDGE_BATCH_BYTES, 1 << 10, Limits.EDGE_BATCH_BYTES_MOST)),
        journal.sizeBytes("segment-bytes", 16 << 20, 64 << 10, 1 << 30),
        journal
            .duration("retention", Duration.ZERO, Duration.ZERO, Duration.ofDays(36_500))
            .toMillis());
  }

  private static ScrubSettings scrub(Section scrub) {
    return new ScrubSettings(
        scrub.sizeBytes("rate", 1 << 20, 1 << 10, 1 << 30),
        scrub.duration("rest", Duration.ofHours(6), Duration.ZERO, Duration.ofDays(365)).toNanos());
  }

  private static Map<TopicClass, ClassConfig> classes(Section classes) {
    Map<TopicClass, ClassConfig> all = new EnumMap<>(TopicClass.class);
    for (TopicClass topicClass : TopicClass.values()) {
      Section section = classes.section(topicClass.word());
      all.put(
          topicClass,
          new ClassConfig(
              section.sizeBytes("quota", 0, LEAST_QUOTA_BYTES, Long.MAX_VALUE),
              section.oneOf("full", FullPolicy.class, FullPolicy.BLOCK),
              compression(
                  section.oneOf("compression", CompressionName.class, CompressionName.NONE))));
    }
    return all;
  }

  private static List<AdapterConfig> adapters(Section adapters, Map<String, AdapterType> types) {
    List<AdapterConfig> all = new ArrayList<>();
    adapters
        .entries()
        .forEach((name, section) -> {
          String word = section.string("type", name);
          AdapterType type = types.get(word);
          if (type == null) {
            section.refuse(
                "type",
                "is '"
                    + word
                    + "' but must be one of "
                    + String.join(", ", new TreeSet<>(types.keySet())));
          } else {
            all.add(new AdapterConfig(name, word, type.plan(section)));
          }
        });
    return all;
  }
}
