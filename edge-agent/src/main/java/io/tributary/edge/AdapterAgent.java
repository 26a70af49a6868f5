package io.tributary.edge;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterStatus;
import io.tributary.adapter.StateEntry;
import io.tributary.agent.Agent;
import io.tributary.agent.Vital;
import io.tributary.edge.EdgeConfig.AdapterConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Keeps one adapter running: opens it over the state that the journals have of it, and anew, after a while, when it fails. Others
/// are not touched: each adapter has an agent, and so a thread, of its own.
///
/// ```
/// RESTING --its time--> ASKING --state of all journals--> RUNNING --failed--> RESTING
///    ^                                 \--cannot start---------------------------^
/// ```
final class AdapterAgent implements Agent, Vital {
  private static final System.Logger LOG = System.getLogger(AdapterAgent.class.getName());

  private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long REST_NANOS_MOST = TimeUnit.SECONDS.toNanos(60);

  /// An adapter that ran so long is given the short rest again.
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(60);

  /// An adapter that does not tell its status within this time keeps nobody waiting any longer.
  private static final long STATUS_NANOS_MOST = TimeUnit.SECONDS.toNanos(1);

  /// A start may wait for something outside the program, such as a device.
  private static final long TURN_NANOS_MOST = TimeUnit.SECONDS.toNanos(60);

  private final AdapterConfig config;
  private final Journals journals;
  private final String edgeId;
  private final CompletableFuture<Void> tried = new CompletableFuture<>();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<AdapterStatus>> question =
      new AtomicReference<>();
  private Runnable wake = () -> {};

  private final List<CompletableFuture<List<StateEntry>>> asked = new ArrayList<>();
  private @Nullable AdapterOutlet outlet;
  private long restNanos = FIRST_REST_NANOS;
  private long nextTryNanos;
  private long startedNanos;

  private volatile @Nullable Adapter running;
  private volatile @Nullable String trouble = "not started yet";
  private volatile long restarts;
  private volatile boolean everTried;

  /// Whether the adapter is being asked for its status, and since when.
  private volatile boolean isAnswering;

  private volatile long answeringSinceNanos;

  AdapterAgent(AdapterConfig config, Journals journals, String edgeId) {
    this.config = config;
    this.journals = journals;
    this.edgeId = edgeId;
    this.nextTryNanos = System.nanoTime();
  }

  /// How this agent is woken. Set once, before it starts.
  void wire(Runnable wake) {
    this.wake = wake;
  }

  /// Completes when it has been started, or that was tried, for the first time.
  CompletableFuture<Void> tried() {
    return tried;
  }

  @Override
  public String name() {
    return "adapter-" + config.name();
  }

  @Override
  public long turnNanosMost() {
    return TURN_NANOS_MOST;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return running != null || !asked.isEmpty()
        ? MAX_IDLE_NANOS
        : Math.max(0, nextTryNanos - nowNanos);
  }

  @Override
  public int doWork(long nowNanos) {
    answer(nowNanos);
    String failed = failure.getAndSet(null);
    if (failed != null && running != null) {
      stop();
      rest(failed, nowNanos);
    }
    if (running != null || nowNanos - nextTryNanos < 0) {
      return 0;
    }
    if (asked.isEmpty()) {
      for (JournalAgent journal : journals.all()) {
        var state = journal.askState(AdapterOutlet.statePrefix(config.name()));
        var unused = state.whenComplete((entries, error) -> wake.run());
        asked.add(state);
      }
    }
    if (!asked.stream().allMatch(CompletableFuture::isDone)) {
      return 0;
    }
    if (asked.stream().anyMatch(CompletableFuture::isCompletedExceptionally)) {
      asked.clear();
      rest("a journal does not tell its state: it has stopped", nowNanos);
      return 1;
    }
    start(nowNanos);
    tried.complete(null);
    return 1;
  }

  private void answer(long nowNanos) {
    CompletableFuture<AdapterStatus> asked = question.getAndSet(null);
    if (asked != null) {
      Adapter adapter = running;
      answeringSinceNanos = nowNanos;
      isAnswering = true;
      asked.complete(adapter == null ? statusOfNone() : statusOf(adapter));
      isAnswering = false;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void start(long nowNanos) {
    List<StateEntry> restored = new ArrayList<>();
    asked.forEach(state -> restored.addAll(state.join()));
    asked.clear();
    if (everTried) {
      restarts++;
    }
    everTried = true;
    AdapterOutlet opened =
        new AdapterOutlet(journals, edgeId, config.name(), restored, this::failed);
    outlet = opened;
    failure.set(null);
    Adapter adapter = null;
    try {
      adapter = config.plan().open(config.name(), opened);
      adapter.start();
      running = adapter;
      trouble = null;
      startedNanos = nowNanos;
    } catch (IOException e) {
      close(adapter);
      rest(String.valueOf(e.getMessage()), nowNanos);
    } catch (RuntimeException | Error bug) {
      LOG.log(System.Logger.Level.ERROR, name() + " failed to start", bug);
      close(adapter);
      rest(bug.toString(), nowNanos);
    }
  }

  private void rest(String why, long nowNanos) {
    if (startedNanos != 0 && nowNanos - startedNanos >= STEADY_NANOS) {
      restNanos = FIRST_REST_NANOS;
    }
    startedNanos = 0;
    nextTryNanos = nowNanos + restNanos;
    long seconds = TimeUnit.NANOSECONDS.toSeconds(restNanos);
    LOG.log(System.Logger.Level.ERROR, "{0}: {1}; tried again in {2} s", name(), why, seconds);
    trouble = why + " (tried again every " + seconds + " s at least)";
    restNanos = Math.min(2 * restNanos, REST_NANOS_MOST);
  }

  private void failed(String why) {
    failure.compareAndSet(null, why);
    wake.run();
  }

  private void stop() {
    Adapter stopping = running;
    running = null;
    close(stopping);
  }

  private void close(@Nullable Adapter adapter) {
    try {
      if (adapter != null) {
        adapter.close();
      }
    } catch (RuntimeException | Error bug) {
      LOG.log(System.Logger.Level.ERROR, name() + " failed to close", bug);
    }
    AdapterOutlet closing = outlet;
    if (closing != null) {
      closing.close();
      outlet = null;
    }
  }

  @Override
  public void onClose() {
    stop();
  }

  /// The adapter's life under way. Any thread.
  ///
  /// @return null while it rests
  @Nullable Adapter running() {
    return running;
  }

  /// Any thread but this agent's, which asks the adapter: one that blocks holds up none but itself.
  AdapterStatus status() {
    if (running == null) {
      return statusOfNone();
    }
    if (isAnswering && System.nanoTime() - answeringSinceNanos > STATUS_NANOS_MOST) {
      return silent("no answer within a second");
    }
    CompletableFuture<AdapterStatus> mine = new CompletableFuture<>();
    CompletableFuture<AdapterStatus> answer =
        question.updateAndGet(other -> other == null ? mine : other);
    wake.run();
    try {
      AdapterStatus status = answer.get(STATUS_NANOS_MOST, TimeUnit.NANOSECONDS);
      return restarts == 0 ? status : status.with("restarts", restarts);
    } catch (TimeoutException e) {
      return silent("no answer within a second");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return silent("asked no longer");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it is completed with a status only
    }
  }

  private AdapterStatus statusOfNone() {
    String why = trouble;
    return new AdapterStatus(
        config.type(), false, why == null ? "not running" : why, Map.of("restarts", restarts), why);
  }

  /// One that throws does not hide the others: who asks wants to know of all.
  private AdapterStatus statusOf(Adapter adapter) {
    try {
      return adapter.status();
    } catch (RuntimeException | Error bug) {
      return silent(bug.toString());
    }
  }

  private AdapterStatus silent(String why) {
    return new AdapterStatus(
        config.type(), false, "it does not tell its status: " + why, Map.of(), null);
  }

  @Override
  public @Nullable String standstill(long nowNanos) {
    AdapterStatus status = status();
    return status.healthy() ? null : "the adapter '" + config.name() + "': " + status.summary();
  }
}
