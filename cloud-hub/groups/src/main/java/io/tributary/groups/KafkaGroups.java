package io.tributary.groups;

import com.yammer.metrics.core.MetricsRegistry;
import io.tributary.front.kafka.Groups;
import io.tributary.front.kafka.GroupsConfig;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.Subscription;
import io.tributary.store.TopicName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.apache.kafka.server.share.persister.NoOpStatePersister;
import org.apache.kafka.server.util.PartitionMetadataClient;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.jspecify.annotations.Nullable;

/// Kafka's own group coordinator, which keeps what it knows in the topic `__consumer_offsets` of the store.
///
/// ```
/// Connection ──▶ GroupRequests ──▶ GroupCoordinatorService ──▶ OffsetsLog ──▶ Store
///                                     ▲  one thread of events       │ refused: load anew
/// Store's topics ──▶ TopicImages ─────┘ ◀───────────────────────────┘
/// ```
///
/// Starting returns at once: until the log is loaded, members are told to come again. One thread of ours creates the topic,
/// loads the log, and looks after the store's topics; none of it is in the way of anybody's readings.
final class KafkaGroups implements Groups {
  private static final Logger LOG = System.getLogger(KafkaGroups.class.getName());
  private static final int PARTITIONS = 1;
  private static final long LOOK_MS = 1_000;
  private static final long RETRY_MS = 1_000;
  private static final long LOADING_MS = 20;
  private static final long CLOSE_MS = 5_000;

  private final Store store;
  private final ScheduledThreadPoolExecutor thread;
  private final OffsetsLog log;
  private final GroupCoordinator coordinator;
  private final TopicImages images;
  private final GroupRequests requests;
  private final Subscription deletions;

  // Of the thread above.
  private int epoch;
  private boolean isLoaded;
  private boolean isWarned;

  private volatile @Nullable String trouble = "is being started";

  private KafkaGroups(GroupsConfig config, Store store) {
    this.store = store;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread own = new Thread(task, "hub-groups");
              own.setDaemon(true);
              return own;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    log = new OffsetsLog(store, thread, this::lost);
    coordinator = build(config, log);
    images = new TopicImages(store, coordinator, config.nodeId());
    requests = new GroupRequests(coordinator, store);
    deletions = store.subscribeDeletions(gone -> later(this::look, 0));
  }

  static KafkaGroups start(GroupsConfig config, Store store) {
    KafkaGroups groups = new KafkaGroups(config, store);
    groups.later(groups::open, 0);
    return groups;
  }

  private static GroupCoordinator build(GroupsConfig config, OffsetsLog log) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(GroupCoordinatorConfig.GROUP_COORDINATOR_NUM_THREADS_CONFIG, 1);
    settings.put(GroupCoordinatorConfig.GROUP_COORDINATOR_NUM_BACKGROUND_THREADS_CONFIG, 1);
    settings.put(
        GroupCoordinatorConfig.OFFSETS_RETENTION_MINUTES_CONFIG,
        Math.toIntExact(config.offsetsRetention().toMinutes()));
    settings.put(
        GroupCoordinatorConfig.GROUP_INITIAL_REBALANCE_DELAY_MS_CONFIG,
        Math.toIntExact(config.firstRebalanceDelay().toMillis()));
    GroupCoordinatorConfig kafkas =
        new GroupCoordinatorConfig(
            new AbstractConfig(GroupCoordinatorConfig.CONFIG_DEF, settings, false));
    return new GroupCoordinatorService.Builder(config.nodeId(), kafkas)
        .withWriter(log)
        .withLoader(log)
        .withTime(Time.SYSTEM)
        .withTimer(new SystemTimerReaper("hub-groups-reaper", new SystemTimer("hub-groups")))
        .withCoordinatorRuntimeMetrics(new NoMetrics())
        .withGroupCoordinatorMetrics(
            new GroupCoordinatorMetrics(new MetricsRegistry(), new Metrics()))
        .withGroupConfigManager(
            new GroupConfigManager(Map.of(), kafkas, ShareGroupConfig.fromProps(Map.of())))
        .withPersister(new NoOpStatePersister())
        .withAuthorizerPlugin(Optional.empty())
        .withPartitionMetadataClient(new NoPartitionMetadata())
        .build();
  }

  /// Only share groups ask it, for their lag.
  private static final class NoPartitionMetadata implements PartitionMetadataClient {
    @Override
    public Map<TopicPartition, CompletableFuture<OffsetResponse>> listLatestOffsets(
        Set<TopicPartition> partitions) {
      return Map.of();
    }

    @Override
    public void close() {}
  }

  /// Makes sure that there is a topic to write to, and lets the coordinator load it.
  private void open() {
    try {
      if (store.topic(TopicName.CONSUMER_OFFSETS) == null) {
        store.createTopic(OffsetsLog.topic());
      }
    } catch (StoreRefused e) {
      trouble = "the topic " + TopicName.CONSUMER_OFFSETS + " cannot be created: " + e.getMessage();
      later(this::open, RETRY_MS);
      return;
    }
    coordinator.startup(() -> PARTITIONS);
    images.look();
    trouble = "is loading " + TopicName.CONSUMER_OFFSETS;
    elect();
    keepLooking();
  }

  private void elect() {
    isLoaded = false;
    epoch++;
    coordinator.onElection(0, epoch);
    awaitLoaded(epoch);
  }

  /// The coordinator does not tell when it has loaded, but answers then.
  private void awaitLoaded(int sought) {
    var unused =
        coordinator
            .listGroups(Context.OWN, new ListGroupsRequestData())
            .whenComplete((listed, failed) -> {
              if (failed == null && listed.errorCode() == Errors.NONE.code()) {
                later(() -> loaded(sought), 0);
              } else {
                later(
                    () -> {
                      if (sought == epoch) {
                        awaitLoaded(sought);
                      }
                    },
                    LOADING_MS);
              }
            });
  }

  private void loaded(int sought) {
    if (sought != epoch) {
      return; // it is being loaded anew
    }
    isLoaded = true;
    trouble = null;
    images.forget(log.committedTopics());
    look();
  }

  /// The store has refused what the coordinator takes for written, or does not give what it should load.
  private void lost() {
    later(
        () -> {
          warn();
          coordinator.onResignation(0, OptionalInt.empty());
          elect();
        },
        RETRY_MS);
  }

  /// Once for each time that it begins.
  private void warn() {
    if (log.hasWritten() || !isWarned) {
      isWarned = true;
      LOG.log(Level.WARNING, "consumer groups: {0}; they are loaded anew", log.trouble());
    }
  }

  /// Not while the log is loaded: what was committed of a topic that went could not be forgotten then.
  private void look() {
    if (isLoaded) {
      images.look();
    }
  }

  private void keepLooking() {
    later(this::keepLooking, LOOK_MS);
    look();
  }

  private void later(Runnable task, long delayMs) {
    Runnable logged =
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error bug) {
            LOG.log(Level.ERROR, "consumer groups", bug);
            throw bug;
          }
        };
    try {
      var unused = thread.schedule(logged, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // Nobody waits for it any more.
    }
  }

  @Override
  public CompletableFuture<ApiMessage> answer(Call call) {
    return requests.answer(call);
  }

  @Override
  public CompletableFuture<Void> lookAtTopics() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    later(
        () -> {
          try {
            look();
          } finally {
            done.complete(null);
          }
        },
        0);
    return done;
  }

  @Override
  public @Nullable String trouble() {
    String own = trouble;
    return own == null ? log.trouble() : own;
  }

  @Override
  public void close() {
    deletions.close();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    coordinator.shutdown();
  }
}
