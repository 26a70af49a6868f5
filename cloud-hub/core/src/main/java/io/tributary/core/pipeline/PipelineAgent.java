package io.tributary.core.pipeline;

import io.tributary.agent.Agent;
import io.tributary.agent.Pulse;
import io.tributary.agent.Vital;
import io.tributary.smartmodule.PipelineOrder;
import io.tributary.smartmodule.StartAt;
import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.TimedOffset;
import io.tributary.store.TopicStatus;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One pipeline: works its partitions in turn, those that have something to do, and sleeps otherwise.
///
/// A guest's call is waited for, up to its budget; that holds up the other partitions of this pipeline, and nobody else.
final class PipelineAgent implements Agent, LaneOwner, Vital {
  private static final System.Logger LOG = System.getLogger(PipelineAgent.class.getName());

  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// While something is to be tried again.
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /// A call may take its whole budget for each of many records.
  private static final long TURN_NANOS_MOST = TimeUnit.MINUTES.toNanos(10);

  /// Lanes that are looked at in one turn; of those at most so many call guests.
  private static final int LOOKS = 256;

  private static final int STEPS = 4;

  /// Open lanes that others wait for give way after this time, though they have more to do.
  private static final long SHARE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int ORDERS_MOST = 16;

  /// What thousands of partitions have to tell at once is one line of the log; the status has it all.
  private static final long LOG_MS = 1_000;

  private final PipelineSpec spec;
  private final PipelineLimits limits;
  private final Store store;
  private final PipelineLog log;
  private final InstantSource clock;
  private final TargetTopics targets;

  private final Queue<LongConsumer> mailbox = new ConcurrentLinkedQueue<>();
  private final Queue<Lane> ready = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<Ordered> orders = new ArrayBlockingQueue<>(ORDERS_MOST);
  private final Rates rates = new Rates();
  private final Pulse moves;
  private final Pulse stuck;
  private volatile Runnable wake = () -> {};

  private final Set<Lane> open = new LinkedHashSet<>();
  private final Set<Lane> later = new LinkedHashSet<>();

  /// Those that wait for room for their guests, the first first.
  private final Set<Lane> waiting = new LinkedHashSet<>();

  private boolean wasAbsent;
  private boolean isBeginning;
  private long tickAtNanos;
  private long loggedAtMs;
  private boolean hasTicked;

  /// What the log says as soon as what is on its way is durable.
  private Control wanted;

  private volatile Control control;
  private volatile List<Lane> lanes = List.of();
  private volatile @Nullable String absent = "starts";
  private volatile String lastError = "";
  private volatile long lastErrorAtMs;
  private volatile int openCount;

  private record Ordered(PipelineOrder order, CompletableFuture<String> reply) {}

  PipelineAgent(
      PipelineSpec spec,
      PipelineLimits limits,
      Store store,
      PipelineLog log,
      Control control,
      InstantSource clock) {
    this.spec = spec;
    this.limits = limits;
    this.store = store;
    this.log = log;
    this.control = control;
    this.wanted = control;
    this.clock = clock;
    this.targets = new TargetTopics(this);
    this.moves = new Pulse("the pipeline '" + spec.name() + "'");
    this.stuck = new Pulse("a partition of the pipeline '" + spec.name() + "'");
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable waker) {
    wake = waker;
  }

  @Override
  public String name() {
    return "pipeline-" + spec.name();
  }

  @Override
  public long turnNanosMost() {
    return TURN_NANOS_MOST;
  }

  @Override
  public @Nullable String standstill(long nowNanos) {
    String stands = stuck.standstill(nowNanos);
    return stands != null ? stands : moves.standstill(nowNanos);
  }

  // --- orders and status; any thread

  /// Gives an order.
  ///
  /// @return completes with a sentence when it is durable; fails with a StoreRefused
  CompletableFuture<String> order(PipelineOrder order) {
    CompletableFuture<String> reply = new CompletableFuture<>();
    if (!orders.offer(new Ordered(order, reply))) {
      reply.completeExceptionally(
          new StoreRefused(StoreRefused.Code.BUSY, "too many orders wait already: try again"));
    }
    wake.run();
    return reply;
  }

  PipelineStatus status() {
    List<LaneStatus> all = new ArrayList<>();
    Counts counts = Counts.NONE;
    long memoryBytes = 0;
    for (Lane lane : lanes) {
      all.add(lane.status());
      counts = counts.plus(lane.writer().shown().counts());
      memoryBytes += lane.memoryBytes();
    }
    String why =
        all.stream()
            .filter(LaneStatus::isStopped)
            .map(LaneStatus::trouble)
            .findFirst()
            .orElse(null);
    boolean isStopped = why != null;
    String waits = absent;
    if (why == null) {
      why =
          waits != null
              ? waits
              : all.stream().map(LaneStatus::trouble).filter(t -> t != null).findFirst().orElse("");
    }
    PipelineStatus.State state =
        control.isPaused()
            ? PipelineStatus.State.PAUSED
            : isStopped
                ? PipelineStatus.State.STOPPED
                : waits != null ? PipelineStatus.State.WAITING : PipelineStatus.State.RUNNING;
    return new PipelineStatus(
        spec.name(),
        spec.from(),
        spec.to(),
        spec.deadLetters(),
        state,
        why,
        all.stream().mapToLong(LaneStatus::generation).max().orElse(0),
        all.stream().mapToLong(LaneStatus::lag).sum(),
        counts,
        rates.inPerSecond(),
        rates.outPerSecond(),
        openCount,
        memoryBytes,
        lastError,
        lastErrorAtMs,
        all);
  }

  // --- the turn

  @Override
  public int doWork(long nowNanos) {
    int work = 0;
    for (LongConsumer task = mailbox.poll(); task != null; task = mailbox.poll()) {
      task.accept(nowNanos);
      work++;
    }
    for (Ordered one = orders.poll(); one != null; one = orders.poll()) {
      carryOut(one);
      work++;
    }
    if (!hasTicked || nowNanos - tickAtNanos >= 0) {
      hasTicked = true;
      tick(nowNanos);
      tickAtNanos = nowNanos + (later.isEmpty() && waiting.isEmpty() ? TICK_NANOS : SOON_NANOS);
    }
    return work + turns(nowNanos);
  }

  @Override
  public long idleNanos(long nowNanos) {
    return Math.max(0, tickAtNanos - nowNanos);
  }

  private int turns(long nowNanos) {
    int steps = 0;
    int looks = 0;
    boolean mayStep = !control.isPaused();
    for (Lane lane = ready.poll(); lane != null; lane = ready.poll()) {
      lane.unqueue();
      looks++;
      switch (turn(lane, nowNanos, mayStep)) {
        case DONE -> {
          steps++;
          ready(lane);
        }
        case LATER -> later.add(lane);
        case WAITS_FOR_ROOM -> waiting.add(lane);
        case RESTS -> wakeWaiting(1);
        case WRITES -> {}
      }
      if (steps >= STEPS || looks >= LOOKS) {
        break;
      }
    }
    return looks;
  }

  private void wakeWaiting(int most) {
    for (Lane lane : waiting.stream().limit(most).toList()) {
      waiting.remove(lane);
      ready(lane);
    }
  }

  private Lane.Turn turn(Lane lane, long nowNanos, boolean mayStep) {
    try {
      return lane.turn(nowNanos, mayStep);
    } catch (RuntimeException bug) {
      LOG.log(System.Logger.Level.ERROR, name() + ": partition " + lane.index(), bug);
      lane.fails(true, "a bug of this hub: " + bug, nowNanos);
      return Lane.Turn.LATER;
    }
  }

  private void tick(long nowNanos) {
    lookAtTopics();
    for (Lane lane : List.copyOf(later)) {
      later.remove(lane);
      ready(lane);
    }
    wakeWaiting(limits.openMost());
    for (Lane lane : List.copyOf(open)) {
      lane.tellPlace(nowNanos);
      if (lane.mayClose() && nowNanos - lane.usedNanos() >= limits.idleNanos()) {
        lane.close(nowNanos);
      }
    }
    publish(nowNanos);
  }

  private void publish(long nowNanos) {
    Counts counts = Counts.NONE;
    long lag = 0;
    String stands = null;
    boolean isPaused = control.isPaused();
    for (Lane lane : lanes) {
      LaneStatus status = lane.status();
      counts = counts.plus(lane.writer().shown().counts());
      lag += status.lag();
      stands = status.lag() > 0 && status.trouble() != null ? status.trouble() : stands;
    }
    rates.count(counts, nowNanos);
    if (isPaused || lag == 0) {
      moves.rests();
      stuck.rests();
      return;
    }
    moves.waits(stands == null ? lag + " records are to be read" : stands, nowNanos);
    if (stands == null) {
      stuck.rests();
    } else {
      stuck.waits(stands, nowNanos);
    }
  }

  @Override
  public void onClose() {
    for (Lane lane : List.copyOf(open)) {
      if (lane.mayClose()) {
        lane.close(tickAtNanos); // the store finishes what it is given
      }
    }
    lanes.forEach(Lane::detach);
  }

  // --- topics

  private void lookAtTopics() {
    TopicStatus source = store.topic(spec.from());
    if (source == null) {
      wasAbsent = true;
      absent = "waits for the topic " + spec.from();
      lanes.forEach(Lane::detach);
      return;
    }
    if (control.resets() == 0) {
      absent = "waits for its first place";
      begin(source);
      return;
    }
    String trouble = targets.ensure(source.partitions());
    absent = trouble;
    int count = source.partitions();
    if (lanes.size() < count) {
      List<Lane> more = new ArrayList<>(lanes);
      while (more.size() < count) {
        more.add(new Lane(this, more.size()));
      }
      lanes = List.copyOf(more);
    }
    for (int i = count; i < lanes.size(); i++) {
      lanes.get(i).detach(); // of a source that had more partitions before it was created anew
    }
    for (int i = 0; i < count; i++) {
      Lane lane = lanes.get(i);
      if (!lane.isAttached() || !lane.sourceId().equals(source.topicId())) {
        Partition partition = store.partition(spec.from(), i);
        if (partition != null) {
          lane.attach(partition, source.topicId());
        }
      }
    }
  }

  /// The first start is a reset to where the configuration says.
  private void begin(TopicStatus source) {
    if (isBeginning) {
      return;
    }
    // A topic that has come since is newer than the pipeline: all of it is.
    StartAt start = wasAbsent ? new StartAt.Earliest() : spec.start();
    try {
      Control next = wanted.reset(source.topicId(), positions(source, start));
      isBeginning = true;
      put(next, new CompletableFuture<>(), "begins");
    } catch (StoreRefused e) {
      tell("where it begins cannot be found out yet: " + e.getMessage());
    }
  }

  private List<Long> positions(TopicStatus source, StartAt start) throws StoreRefused {
    List<Long> positions = new ArrayList<>();
    if (!(start instanceof StartAt.Earliest)) {
      for (int i = 0; i < source.partitions(); i++) {
        Partition partition = store.partition(spec.from(), i);
        positions.add(partition == null ? 0 : offset(start, partition));
      }
    }
    return positions;
  }

  /// May read the disk.
  private static long offset(StartAt start, Partition partition) throws StoreRefused {
    return switch (start) {
      case StartAt.Earliest earliest -> partition.startOffset();
      case StartAt.Latest latest -> partition.endOffset();
      case StartAt.Time(long atMs) -> {
        TimedOffset found = partition.offsetForTime(atMs);
        yield found == null ? partition.endOffset() : found.offset();
      }
      case StartAt.Offset(long offset) ->
          Math.max(partition.startOffset(), Math.min(offset, partition.endOffset()));
    };
  }

  private void carryOut(Ordered one) {
    switch (one.order()) {
      case PipelineOrder.Pause pause -> put(wanted.paused(true), one.reply(), "paused");
      case PipelineOrder.Resume resume -> put(wanted.paused(false), one.reply(), "resumed");
      case PipelineOrder.Reset reset -> {
        TopicStatus source = store.topic(spec.from());
        try {
          if (source == null) {
            throw new StoreRefused(
                StoreRefused.Code.TOPIC_UNKNOWN, "there is no topic " + spec.from());
          }
          put(
              wanted.reset(source.topicId(), positions(source, reset.to())),
              one.reply(),
              "begins anew");
        } catch (StoreRefused e) {
          one.reply().completeExceptionally(e);
        }
      }
    }
  }

  private void put(Control next, CompletableFuture<String> reply, String words) {
    wanted = next;
    log.put(
        List.of(new PipelineLog.Entry(PipelineLog.controlKey(spec.name()), next.encode())),
        new PipelineLog.Written() {
          @Override
          public void durable(long offset) {
            hand(nowNanos -> {
              controlled(next);
              reply.complete("the pipeline " + spec.name() + " " + words);
            });
          }

          @Override
          public void refused(StoreRefused why) {
            hand(nowNanos -> {
              isBeginning = false;
              wanted = control;
              tell("the topic of pipelines: " + why.getMessage());
              reply.completeExceptionally(why);
            });
          }
        });
  }

  private void controlled(Control next) {
    isBeginning = false;
    boolean isReset = next.resets() != control.resets();
    control = next;
    hasTicked = false;
    for (Lane lane : lanes) {
      if (isReset || lane.stopped() != null || lane.trouble() != null) {
        lane.unsettle();
      }
      ready(lane);
    }
  }

  // --- for its lanes

  @Override
  public PipelineSpec spec() {
    return spec;
  }

  @Override
  public PipelineLimits limits() {
    return limits;
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public PipelineLog log() {
    return log;
  }

  @Override
  public Control control() {
    return control;
  }

  @Override
  public void hand(LongConsumer task) {
    mailbox.add(task);
    wake.run();
  }

  @Override
  public void ready(Lane lane) {
    if (lane.queue()) {
      ready.add(lane);
      wake.run();
    }
  }

  @Override
  public void later(Lane lane) {
    later.add(lane);
  }

  @Override
  public void moved(long nowNanos) {
    moves.moved(nowNanos);
  }

  @Override
  public void tell(String notice) {
    long nowMs = clock.millis();
    boolean isSoon = nowMs - loggedAtMs < LOG_MS && nowMs >= loggedAtMs;
    if (!notice.equals(lastError) && !isSoon) {
      loggedAtMs = nowMs;
      LOG.log(System.Logger.Level.WARNING, "pipeline " + spec.name() + ": " + notice);
    }
    lastError = notice;
    lastErrorAtMs = nowMs;
  }

  @Override
  public boolean mayOpen(Lane lane, long nowNanos) {
    Iterator<Lane> longestUnused = List.copyOf(open).iterator();
    while (isFull() && longestUnused.hasNext()) {
      Lane other = longestUnused.next();
      boolean hasHadItsShare = nowNanos - other.openedNanos() >= SHARE_NANOS;
      if (other.mayClose() && (hasHadItsShare || other.status().lag() == 0)) {
        other.close(nowNanos);
      }
    }
    return !isFull();
  }

  private boolean isFull() {
    long memoryBytes = open.stream().mapToLong(Lane::memoryBytes).sum();
    return open.size() >= limits.openMost()
        || (!open.isEmpty() && memoryBytes >= limits.memoryMost());
  }

  @Override
  public void opened(Lane lane) {
    open.add(lane);
    openCount = open.size();
  }

  @Override
  public void used(Lane lane) {
    open.remove(lane);
    open.add(lane);
  }

  @Override
  public void closed(Lane lane) {
    open.remove(lane);
    openCount = open.size();
  }
}
