package io.tributary.hub;

import com.sun.net.httpserver.HttpHandler;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tributary.agent.AgentRunner;
import io.tributary.agent.StatusServer;
import io.tributary.agent.Vital;
import io.tributary.core.DeskLimits;
import io.tributary.core.IntakeDesk;
import io.tributary.core.ScrubAgent;
import io.tributary.core.TopicRules;
import io.tributary.core.pipeline.PipelineLimits;
import io.tributary.core.pipeline.Pipelines;
import io.tributary.front.kafka.FrontConfig;
import io.tributary.front.kafka.FrontLimits;
import io.tributary.front.kafka.KafkaFront;
import io.tributary.front.kafka.access.UserFile;
import io.tributary.hub.mirror.MirrorConfig;
import io.tributary.hub.mirror.MirrorLimits;
import io.tributary.hub.mirror.MirrorListener;
import io.tributary.log.Disk;
import io.tributary.log.FileDisk;
import io.tributary.session.IntakeConfig;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A whole hub in one process: the embedded store, the listener for edges, the Kafka front, and the
/// status over HTTP.
///
/// ```
///  edges ══ TLS ══▶ MirrorListener ─▶ IntakeDesk ─▶ LogStore ─▶ disk
///                        └─ event loops ─┐            ▲
///  Kafka clients ═══▶ KafkaFront ────────┴────────────┘
///  GET /status, /healthz ─▶ StatusServer ─▶ StatusReport
///  DELETE /topics/NAME ───▶ StatusServer ─▶ LogStore
///  LogStore ─▶ Pipelines ─▶ LogStore                     /pipelines/NAME ─▶ Pipelines
/// ```
///
/// Started from the disk up, closed the other way round: nobody is let in before the store answers,
/// and the store is closed when nobody asks any more.
public final class HubServer implements AutoCloseable {
  public static final String VERSION = "tributary 0.1.0-SNAPSHOT";

  /// Event loops for edges and Kafka clients together; more than this gains nothing beside a store
  /// with one writer.
  private static final int LOOPS_MOST = 8;

  private static final long LOOPS_END_MS = 5_000;
  private static final int EDGES_REMEMBERED_FOR_EACH_SESSION = 5;

  private static final Logger LOG = System.getLogger(HubServer.class.getName());

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Parts parts;

  /// What runs, for the status.
  ///
  /// @param recoveryMs how long it took at the start to find out what the logs hold
  record Parts(
      HubConfig config,
      UUID hubId,
      long startedAtMs,
      long recoveryMs,
      LogStore store,
      IntakeDesk desk,
      MirrorListener mirror,
      KafkaFront kafka,
      UserWatch users,
      List<Vital> vitals,
      ScrubAgent scrub,
      Auditor auditor,
      Pipelines pipelines,
      List<String> remarks) {}

  private HubServer(HubConfig config, Function<Path, Disk> disks, Consumer<Throwable> onBug)
      throws IOException {
    long startedAtMs = System.currentTimeMillis();
    try {
      DataDirectory directory = keep(DataDirectory.open(config.dataDirectory()));
      long openedNanos = System.nanoTime();
      LogStore store =
          keep(
              LogStore.open(
                      disks.apply(directory.path()),
                      LogStoreConfig.of(directory.hubId()),
                      Clock.systemUTC(),
                      UUID::randomUUID)
                  .start(onBug));
      long recoveryMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - openedNanos);
      List<String> remarks = ConfiguredTopics.create(store, config.topics());
      MultiThreadIoEventLoopGroup loops =
          new MultiThreadIoEventLoopGroup(
              Math.min(LOOPS_MOST, Runtime.getRuntime().availableProcessors()),
              new DefaultThreadFactory("hub-loop", true),
              NioIoHandler.newFactory());
      keep(() ->
          loops
              .shutdownGracefully(0, LOOPS_END_MS, TimeUnit.MILLISECONDS)
              .awaitUninterruptibly(2 * LOOPS_END_MS));
      IntakeDesk desk =
          new IntakeDesk(
              store,
              rules(config),
              new IntakeConfig(directory.hubId(), config.mirror().limits()),
              deskLimits(config.mirror().sessions()),
              Clock.systemUTC(),
              System::nanoTime);
      ScrubAgent scrub = new ScrubAgent(store, desk, config.scrub());
      AgentRunner scrubber = keep(new AgentRunner(scrub, onBug));
      scrub.wire(scrubber::wake);
      Auditor auditor = keep(new Auditor(store, desk, config.audit()));
      Pipelines pipelines =
          keep(
              Pipelines.open(store, config.pipelines(), PipelineLimits.DEFAULT, Clock.systemUTC()));
      UserWatch users = new UserWatch(new UserFile(directory.path()));
      AgentRunner userWatcher = keep(new AgentRunner(users, onBug));
      KafkaFront kafka =
          keep(startKafka(config.kafka(), directory.hubId(), users, pipelines, store, loops));
      MirrorListener mirror = keep(startMirror(config.mirror(), desk, loops));
      parts =
          new Parts(
              config,
              directory.hubId(),
              startedAtMs,
              recoveryMs,
              store,
              desk,
              mirror,
              kafka,
              users,
              vitals(store, desk, loops, scrubber, userWatcher, pipelines.start(onBug)),
              scrub,
              auditor,
              pipelines,
              remarks);
      scrubber.start();
      userWatcher.start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Starts everything, in order; when one part cannot be had, those before it are closed again.
  ///
  /// @param onBug called with an `Error` of the store's thread; the process should end
  /// @throws IOException when the disk, the directory or a port cannot be had; says which key
  public static HubServer start(HubConfig config, Consumer<Throwable> onBug) throws IOException {
    return start(config, FileDisk::new, onBug);
  }

  /// @param disks makes the disk below a directory
  static HubServer start(HubConfig config, Function<Path, Disk> disks, Consumer<Throwable> onBug)
      throws IOException {
    HubServer server = new HubServer(config, disks, onBug);
    try {
      StatusReport report = new StatusReport(server.parts);
      TopicRules rules = rules(config);
      Map<String, HttpHandler> more =
          Map.of(
              AuditEndpoint.PATH,
              new AuditEndpoint(server.parts.auditor()),
              TopicEndpoint.PATH,
              new TopicEndpoint(
                  server.parts.store(),
                  name -> rules.ifMissing(name) != null,
                  name -> writer(server.parts.pipelines(), name)),
              PipelineEndpoint.PATH,
              new PipelineEndpoint(server.parts.pipelines()));
      server.keep(startStatus(config.http(), report, more));
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static StatusServer startStatus(
      InetSocketAddress listen, StatusReport report, Map<String, HttpHandler> more)
      throws IOException {
    try {
      return StatusServer.start("hub-http", listen, report::json, report::health, more);
    } catch (IOException e) {
      throw taken("http.listen", "--http", listen, e);
    }
  }

  /// Where edges reach it.
  public InetSocketAddress mirrorAddress() {
    return parts.mirror().address();
  }

  /// Where Kafka clients reach it.
  public InetSocketAddress kafkaAddress() {
    return parts.kafka().address();
  }

  /// Where `/status` and `/healthz` are.
  public InetSocketAddress httpAddress() {
    for (AutoCloseable part : started) {
      if (part instanceof StatusServer http) {
        return http.address();
      }
    }
    throw new IllegalStateException("not started");
  }

  /// One line for whoever started it.
  public String greeting() {
    return "hub %s started: edges %s (%s); Kafka %s; status at http://%s/status"
        .formatted(
            parts.hubId(),
            text(mirrorAddress()),
            parts.config().mirror().tls() == null ? "plain TCP" : "TLS",
            text(kafkaAddress()),
            text(httpAddress()));
  }

  /// Says farewell to edges and clients, forces what is queued, and gives the directory free.
  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "while the hub closed " + part.getClass().getSimpleName(), e);
      }
    }
  }

  static String text(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private <T extends AutoCloseable> T keep(T part) {
    started.push(part);
    return part;
  }

  private static List<Vital> vitals(
      LogStore store,
      IntakeDesk desk,
      MultiThreadIoEventLoopGroup loops,
      AgentRunner scrubber,
      AgentRunner userWatcher,
      Pipelines pipelines) {
    List<Vital> vitals = new ArrayList<>();
    vitals.add(store::standstill);
    vitals.add(desk::standstill);
    vitals.add(scrubber);
    vitals.add(userWatcher);
    vitals.addAll(LoopPulse.of(loops));
    vitals.addAll(pipelines.vitals());
    return List.copyOf(vitals);
  }

  private static KafkaFront startKafka(
      HubConfig.Kafka kafka,
      UUID hubId,
      UserWatch users,
      Pipelines pipelines,
      LogStore store,
      MultiThreadIoEventLoopGroup loops)
      throws IOException {
    FrontConfig config =
        new FrontConfig(
            kafka.listen(),
            kafka.advertised(),
            hubId.toString(),
            FrontConfig.NODE_ID,
            FrontLimits.DEFAULT,
            kafka.partitions(),
            kafka.topicLimits(),
            kafka.createsTopics(),
            kafka.groups(),
            kafka.quotas(),
            topic -> writer(pipelines, topic));
    try {
      return KafkaFront.start(config, kafka.access().front(users::now), store, loops);
    } catch (IOException e) {
      throw taken("kafka.listen", "--kafka", kafka.listen(), e);
    }
  }

  /// No edge's topic takes the name of one that a pipeline is going to write.
  private static TopicRules rules(HubConfig config) {
    Set<String> targets = new HashSet<>();
    config.pipelines().forEach(pipeline -> targets.addAll(pipeline.targets()));
    return new TopicRules(config.topics(), config.pattern(), targets);
  }

  /// Who alone writes a topic, in words, or null.
  private static @Nullable String writer(Pipelines pipelines, String topic) {
    String pipeline = pipelines.writer(topic);
    return pipeline == null ? null : "the pipeline '" + pipeline + "'";
  }

  private static MirrorListener startMirror(
      HubConfig.Mirror mirror, IntakeDesk desk, MultiThreadIoEventLoopGroup loops)
      throws IOException {
    MirrorConfig config =
        new MirrorConfig(mirror.listen(), mirror.tls(), mirror.insecure(), MirrorLimits.DEFAULT);
    try {
      return MirrorListener.start(config, desk, loops);
    } catch (IOException e) {
      throw taken("mirror.listen", "--mirror", mirror.listen(), e);
    }
  }

  /// The same words for every port that cannot be had.
  static IOException taken(String key, String flag, InetSocketAddress address, IOException cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    BindException named =
        new BindException(
            "%s: cannot listen on %s (%s): stop what listens there, or choose another address with"
                    .formatted(key, text(address), root.getMessage())
                + " this key or "
                + flag);
    named.initCause(cause);
    return named;
  }

  private static DeskLimits deskLimits(int sessions) {
    DeskLimits limits = DeskLimits.DEFAULT;
    return new DeskLimits(
        sessions,
        Math.max(limits.edges(), EDGES_REMEMBERED_FOR_EACH_SESSION * sessions),
        limits.notices(),
        limits.topicRetryMs(),
        limits.failedRetryMs(),
        limits.spaceRetryMs(),
        limits.soonRetryMs());
  }
}
