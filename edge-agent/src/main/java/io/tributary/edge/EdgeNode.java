package io.tributary.edge;

import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.TopicClass;
import io.tributary.agent.AgentRunner;
import io.tributary.agent.Health;
import io.tributary.agent.StatusServer;
import io.tributary.agent.Vital;
import io.tributary.edge.EdgeConfig.AdapterConfig;
import io.tributary.edge.EdgeConfig.HubConfig;
import io.tributary.edge.EdgeConfig.TopicConfig;
import io.tributary.edge.EdgeConfig.Transforms;
import io.tributary.edge.pipeline.PipelineAdapter;
import io.tributary.edge.pipeline.PipelinePlan;
import io.tributary.link.LinkConfig;
import io.tributary.log.Disk;
import io.tributary.log.FileDisk;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.record.Limits;
import io.tributary.session.SessionLimits;
import io.tributary.session.StreamClass;
import io.tributary.session.UplinkConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A running edge: everything that its configuration names, wired together, until it is closed.
///
/// ```
/// adapters ─▶ outlet ─▶ [lanes] ─▶ journal agents (one a class) ─▶ journals ─▶ uplink agent ─▶ link ─▶ hub
/// ```
///
/// It starts from the disk outward, so that nothing is taken in before it can be kept, and stops
/// the other way round, so that everything taken in is answered.
final class EdgeNode implements AutoCloseable {
  static final String VERSION = "tributary 0.1.0-SNAPSHOT";
  static final String JOURNAL_DIRECTORY = "journal";

  /// How long a start waits for adapters that take their time.
  private static final long FIRST_TRY_SECONDS = 10;

  private final EdgeConfig config;
  private final NodeIdentity identity;
  private final Disk disk;
  private final long startedNanos = System.nanoTime();
  private long recoveryNanos;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final List<JournalAgent> journalAgents = new ArrayList<>();

  // Read by whoever asks for the status while the parts are still being started.
  private final Map<String, AdapterAgent> adapters = new ConcurrentSkipListMap<>();
  private final List<TransformLane> lanes = new CopyOnWriteArrayList<>();
  private final List<Vital> vitals = new CopyOnWriteArrayList<>();
  private volatile @Nullable UplinkAgent uplink;
  private volatile @Nullable ScrubAgent scrub;
  private @Nullable StatusServer statusServer;

  private EdgeNode(EdgeConfig config, NodeIdentity identity, Disk disk) {
    this.config = config;
    this.identity = identity;
    this.disk = disk;
  }

  /// Starts an edge.
  ///
  /// @param onBug called with a bug that ended one of the agents: the process should stop and
  ///     start again from its disk
  /// @throws IOException what the world does not allow: a lock that is held, a port in use, a disk;
  ///     says what to do
  static EdgeNode start(EdgeConfig config, Consumer<Throwable> onBug) throws IOException {
    return start(config, FileDisk::new, onBug);
  }

  /// @param disks makes the disk below a directory
  static EdgeNode start(EdgeConfig config, Function<Path, Disk> disks, Consumer<Throwable> onBug)
      throws IOException {
    DataDirectory directory = DataDirectory.open(config.dataDirectory());
    EdgeNode node;
    try {
      Disk disk = disks.apply(directory.path());
      UUID incarnation = Journal.logIdIn(disk, journalDirectories(disk));
      node =
          new EdgeNode(
              config, NodeIdentity.of(directory.path(), config.edgeId(), incarnation), disk);
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    node.closing.push(directory);
    try {
      node.startAll(onBug);
      return node;
    } catch (IOException | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private StatusServer startStatus() throws IOException {
    InetSocketAddress listen = new InetSocketAddress(config.http().host(), config.http().port());
    try {
      return StatusServer.start(
          "edge-http",
          listen,
          () -> status().toJson(),
          this::health,
          Map.of(
              SealEndpoint.PATH,
              new SealEndpoint(new Sealing(journalAgents, () -> uplink)),
              PipelineEndpoint.PATH,
              new PipelineEndpoint(pipelines())));
    } catch (BindException e) {
      BindException named =
          new BindException(
              "http.listen %s cannot be bound (%s): stop what listens there, or choose another port"
                  .formatted(config.http(), e.getMessage()));
      named.initCause(e);
      throw named;
    }
  }

  private PipelineEndpoint.Pipelines pipelines() {
    return new PipelineEndpoint.Pipelines() {
      @Override
      public boolean has(String name) {
        return config.adapters().stream()
            .anyMatch(each -> each.name().equals(name) && each.plan() instanceof PipelinePlan);
      }

      @Override
      public @Nullable PipelineAdapter running(String name) {
        AdapterAgent agent = adapters.get(name);
        return agent != null && agent.running() instanceof PipelineAdapter running ? running : null;
      }
    };
  }

  private void startAll(Consumer<Throwable> onBug) throws IOException {
    HubConfig hub = config.hub();
    LinkConfig link = hub == null ? null : linkTo(hub);
    long openedNanos = System.nanoTime();
    Journals journals = openJournals();
    recoveryNanos = System.nanoTime() - openedNanos;
    statusServer = startStatus();
    closing.push(statusServer);
    List<AgentRunner> writers = startWriters(journals, onBug);
    if (hub != null && link != null) {
      startUplink(hub, link, journals.local(), onBug);
    } else {
      startScrub(null, onBug);
    }
    writers.forEach(AgentRunner::start);
    startLanes(journals, onBug);
    startAdapters(journals, onBug);
  }

  /// Returns when each has been tried once, or takes its time.
  private void startAdapters(Journals journals, Consumer<Throwable> onBug) {
    for (AdapterConfig each : config.adapters()) {
      AdapterAgent agent = new AdapterAgent(each, journals, config.edgeId());
      AgentRunner runner = new AgentRunner(agent, onBug);
      agent.wire(runner::wake);
      closing.push(runner);
      adapters.put(each.name(), agent);
      vitals.add(runner);
      vitals.add(agent);
      runner.start();
    }
    CompletableFuture<?>[] tried =
        adapters.values().stream().map(AdapterAgent::tried).toArray(CompletableFuture<?>[]::new);
    var unused =
        CompletableFuture.allOf(tried)
            .completeOnTimeout(null, FIRST_TRY_SECONDS, TimeUnit.SECONDS)
            .join();
  }

  private Journals openJournals() throws IOException {
    Map<String, String> classByTopic = new HashMap<>();
    Set<TopicClass> used = EnumSet.noneOf(TopicClass.class);
    config
        .topics()
        .forEach((name, topic) -> {
          classByTopic.put(name, topic.topicClass().word());
          used.add(topic.topicClass());
        });
    for (TopicClass topicClass : TopicClass.values()) {
      if (disk.exists(directoryOf(topicClass))) {
        used.add(topicClass); // what an earlier configuration left is still mirrored
      }
    }
    if (used.isEmpty()) {
      used.add(TopicClass.NORMAL);
    }
    Map<String, JournalAgent> byClass = new LinkedHashMap<>();
    for (TopicClass topicClass : used) {
      JournalAgent agent = openJournal(topicClass, used);
      byClass.put(topicClass.word(), agent);
      journalAgents.add(agent);
    }
    LocalTopics local =
        new LocalTopics(
            config.topics().values().stream()
                .filter(topic -> !topic.isMirrored())
                .map(TopicConfig::name)
                .collect(Collectors.toSet()));
    for (AdapterConfig adapter : config.adapters()) {
      if (adapter.plan() instanceof PipelinePlan pipeline) {
        local.readBy(pipeline.from(), adapter.name());
      }
    }
    return new Journals(byClass, classByTopic, local);
  }

  /// Before the log, readings of some topics go through transforms; each has a lane, and so a thread, of its own.
  private void startLanes(Journals journals, Consumer<Throwable> onBug) {
    for (TopicConfig topic : config.topics().values()) {
      Transforms transforms = topic.transforms();
      if (transforms == null) {
        continue;
      }
      TransformLane lane =
          new TransformLane(
              topic.name(), transforms, journals.ofTopic(topic.name()), OutletLimits.DEFAULT);
      AgentRunner runner = new AgentRunner(lane, onBug);
      lane.wire(runner::wake);
      closing.push(runner);
      vitals.add(runner);
      vitals.add(lane);
      journals.put(lane);
      lanes.add(lane);
      runner.start();
    }
  }

  private static String directoryOf(TopicClass topicClass) {
    return JOURNAL_DIRECTORY + "/" + topicClass.word();
  }

  /// Of the journals that there are.
  private static List<String> journalDirectories(Disk disk) throws IOException {
    List<String> directories = new ArrayList<>();
    for (TopicClass topicClass : TopicClass.values()) {
      if (disk.exists(directoryOf(topicClass))) {
        directories.add(directoryOf(topicClass));
      }
    }
    return directories;
  }

  private JournalAgent openJournal(TopicClass topicClass, Set<TopicClass> used) throws IOException {
    EdgeConfig.JournalSettings settings = config.journal();
    EdgeConfig.ClassConfig classConfig = config.classes().get(topicClass);
    if (classConfig == null) {
      throw new IllegalStateException("no configuration for class " + topicClass);
    }
    String directory = directoryOf(topicClass);
    disk.createDirectories(directory);
    Journal journal =
        Journal.open(
            disk,
            directory,
            new JournalConfig(
                identity.incarnation(),
                topicClass.word(),
                settings.segmentBytes(),
                settings.groupBytes(),
                settings.batchBytes(),
                quotaOf(topicClass, classConfig, used),
                classConfig.full(),
                classConfig.compression(),
                settings.retentionMs(),
                Limits.edge(settings.batchBytes())),
            System.currentTimeMillis());
    closing.push(journal);
    return new JournalAgent(
        topicClass.word(),
        journal,
        classConfig.full(),
        new Streams(journal, new SecureRandom()),
        OutletLimits.DEFAULT,
        settings.lingerNanos(),
        settings.isEager(),
        System::currentTimeMillis);
  }

  private long quotaOf(
      TopicClass topicClass, EdgeConfig.ClassConfig classConfig, Set<TopicClass> used)
      throws IOException {
    if (classConfig.quotaBytes() > 0) {
      return classConfig.quotaBytes();
    }
    long all = config.quotaBytes() > 0 ? config.quotaBytes() : identity.quotaBytes();
    long shares = used.stream().mapToLong(EdgeNode::quotaShare).sum();
    long share = all / shares * quotaShare(topicClass);
    if (share < JournalConfig.QUOTA_BYTES_LEAST) {
      throw new IOException(
          "quota: of the "
              + all
              + " B for all journals the class "
              + topicClass.word()
              + " would have "
              + share
              + " B, the least is "
              + JournalConfig.QUOTA_BYTES_LEAST
              + " B: set `quota` or the classes' own, or put data-dir on a larger disk");
    }
    return share;
  }

  /// The share of a class in the edge's quota, beside the shares of the other classes in use.
  private static int quotaShare(TopicClass topicClass) {
    return switch (topicClass) {
      case ALARM -> 1;
      case NORMAL -> 6;
      case BULK -> 3;
    };
  }

  private List<AgentRunner> startWriters(Journals journals, Consumer<Throwable> onBug) {
    List<AgentRunner> runners = new ArrayList<>();
    for (JournalAgent agent : journals.all()) {
      AgentRunner runner = new AgentRunner(agent, onBug);
      agent.wire(runner::wake);
      if (!journals.local().isEmpty()) {
        agent.addCommitListener(() -> journals.local().committed(agent));
      }
      closing.push(runner);
      vitals.add(runner);
      vitals.add(agent);
      runners.add(runner);
    }
    return runners;
  }

  private void startUplink(
      HubConfig hub, LinkConfig link, LocalTopics local, Consumer<Throwable> onBug) {
    UplinkAgent agent =
        new UplinkAgent(
            new UplinkConfig(
                config.edgeId(),
                identity.incarnation(),
                UUID.randomUUID(),
                VERSION,
                StreamClass.DEFAULTS,
                hub.windowBytes(),
                Math.toIntExact(hub.heartbeat().toMillis()),
                SessionLimits.DEFAULT),
            link,
            journalAgents,
            local::isMirrored,
            new SecureRandom().nextLong());
    AgentRunner runner = new AgentRunner(agent, onBug);
    agent.wire(runner::wake);
    for (JournalAgent journal : journalAgents) {
      journal.addCommitListener(runner::wake);
    }
    uplink = agent;
    vitals.add(runner);
    vitals.add(agent);
    agent.questions().readBy(startScrub(agent, onBug));
    closing.push(runner);
    closing.push(agent::stop);
    runner.start();
  }

  /// @param hub who mirrors; null where nobody does
  private ScrubAgent startScrub(@Nullable UplinkAgent hub, Consumer<Throwable> onBug) {
    EdgeConfig.ScrubSettings settings = config.scrub();
    ScrubAgent agent =
        new ScrubAgent(journalAgents, hub, settings.bytesPerSecond(), settings.restNanos());
    AgentRunner runner = new AgentRunner(agent, onBug);
    agent.wire(runner::wake);
    closing.push(runner);
    scrub = agent;
    vitals.add(runner);
    runner.start();
    return agent;
  }

  private static LinkConfig linkTo(HubConfig hub) {
    InetSocketAddress address =
        InetSocketAddress.createUnresolved(hub.address().host(), hub.address().port());
    Duration stuckAfter = hub.heartbeat().multipliedBy(2);
    if (hub.tls() == null) {
      return LinkConfig.plain(address, hub.insecure(), hub.link()).withStuckAfter(stuckAfter);
    }
    LinkConfig config = LinkConfig.tls(address, hub.tls(), hub.link()).withStuckAfter(stuckAfter);
    return hub.name() == null ? config : config.withHubName(hub.name());
  }

  /// A snapshot. Any thread.
  EdgeStatus status() {
    return new StatusReport(config, identity, startedNanos, recoveryNanos)
        .of(journalAgents, uplink, adapterStates(), laneStates(), scrub, health());
  }

  /// Whether everything that has work moves. Any thread; never blocks.
  Health health() {
    return Health.of(vitals, System.nanoTime());
  }

  private Map<String, AdapterStatus> adapterStates() {
    Map<String, AdapterStatus> states = new LinkedHashMap<>();
    adapters.forEach((name, adapter) -> states.put(name, adapter.status()));
    return states;
  }

  private Map<String, AdapterStatus> laneStates() {
    Map<String, AdapterStatus> states = new LinkedHashMap<>();
    lanes.forEach(lane -> states.put(lane.topic(), lane.status()));
    return states;
  }

  /// Where `GET /status` and `GET /healthz` are answered.
  InetSocketAddress httpAddress() {
    if (statusServer == null) {
      throw new IllegalStateException("not started");
    }
    return statusServer.address();
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      AutoCloseable next = closing.pop();
      try {
        next.close();
      } catch (Exception e) {
        System.getLogger(EdgeNode.class.getName())
            .log(System.Logger.Level.WARNING, "closing " + next + " failed", e);
      }
    }
  }
}
