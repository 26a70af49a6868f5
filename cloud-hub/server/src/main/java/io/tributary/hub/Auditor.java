package io.tributary.hub;

import io.tributary.core.Audit;
import io.tributary.core.AuditReport;
import io.tributary.core.EdgeStatus;
import io.tributary.core.IntakeDesk;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs audits one after the other, on a thread of its own: those that are asked for, and each connected edge's from
/// time to time. Remembers the last ones.
final class Auditor implements AutoCloseable {
  /// How many audits are remembered, those that wait included; bounds the memory of a caller that asks all day.
  static final int JOBS_MOST = 64;

  private static final System.Logger LOG = System.getLogger(Auditor.class.getName());

  private final Store store;
  private final IntakeDesk desk;
  private final ScheduledExecutorService thread;

  // Guarded by this.
  private final Map<Long, Job> jobs = new LinkedHashMap<>();
  private final Map<String, Job> lastByEdge = new LinkedHashMap<>();
  private long lastId;

  /// One audit.
  static final class Job {
    private final long id;
    private final String edgeId;
    private final boolean deep;
    private volatile String progress = "waits for the one before it";
    private volatile @Nullable AuditReport report;
    private volatile @Nullable String failure;
    private volatile long endedAtMs;

    private Job(long id, String edgeId, boolean deep) {
      this.id = id;
      this.edgeId = edgeId;
      this.deep = deep;
    }

    long id() {
      return id;
    }

    String edgeId() {
      return edgeId;
    }

    /// What is being done, in words.
    String progress() {
      return progress;
    }

    /// Null until it has ended well.
    @Nullable AuditReport report() {
      return report;
    }

    /// Why it could not be done, or null.
    @Nullable String failure() {
      return failure;
    }

    /// 0 while it goes on.
    long endedAtMs() {
      return endedAtMs;
    }
  }

  /// @param every how often each connected edge is audited unasked; zero: never
  @SuppressWarnings("FutureReturnValueIgnored") // what fails is in the job
  Auditor(Store store, IntakeDesk desk, Duration every) {
    this.store = store;
    this.desk = desk;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(task -> {
          Thread own = new Thread(task, "hub-audit");
          own.setDaemon(true);
          return own;
        });
    if (!every.isZero()) {
      thread.scheduleWithFixedDelay(
          this::auditAll, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /// Begins an audit; null when too many wait already.
  @SuppressWarnings("FutureReturnValueIgnored") // what fails is in the job
  synchronized @Nullable Job begin(String edgeId, boolean deep) {
    while (jobs.size() >= JOBS_MOST) {
      Job oldest = jobs.values().iterator().next();
      if (oldest.endedAtMs() == 0) {
        return null;
      }
      jobs.remove(oldest.id());
    }
    Job job = new Job(++lastId, edgeId, deep);
    jobs.put(job.id(), job);
    thread.execute(() -> run(job));
    return job;
  }

  synchronized @Nullable Job job(long id) {
    return jobs.get(id);
  }

  /// The last audit of each edge.
  synchronized List<Job> last() {
    return List.copyOf(lastByEdge.values());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void auditAll() {
    for (EdgeStatus edge : desk.status().edges()) {
      if (edge.connected()) {
        Job job;
        synchronized (this) {
          job = new Job(++lastId, edge.edgeId(), false);
        }
        run(job);
      }
    }
  }

  private void run(Job job) {
    job.progress = "reads what the hub holds";
    try {
      AuditReport report =
          new Audit(store, desk, words -> job.progress = words).run(job.edgeId, job.deep);
      job.report = report;
      tell(report);
    } catch (StoreRefused | InterruptedIOException e) {
      job.failure = String.valueOf(e.getMessage());
    } catch (RuntimeException | Error bug) {
      job.failure = "a bug of this hub: " + bug;
      LOG.log(System.Logger.Level.ERROR, "an audit ended by a bug", bug);
    }
    job.endedAtMs = System.currentTimeMillis();
    synchronized (this) {
      lastByEdge.remove(job.edgeId);
      lastByEdge.put(job.edgeId, job);
      if (lastByEdge.size() > JOBS_MOST) {
        lastByEdge.remove(lastByEdge.keySet().iterator().next());
      }
    }
  }

  private static void tell(AuditReport report) {
    List<String> ranges = new ArrayList<>();
    for (AuditReport.Stream stream : report.streams()) {
      stream.findings().forEach(finding -> ranges.add(finding.toString()));
      for (AuditReport.Range range : stream.unproven()) {
        ranges.add(
            "not proven: [%d, %d) of stream %d"
                .formatted(range.from(), range.to(), stream.stream().streamId()));
      }
    }
    if (!ranges.isEmpty()) {
      LOG.log(System.Logger.Level.ERROR, "audit of edge " + report.edgeId() + ": " + ranges);
    }
  }
}
