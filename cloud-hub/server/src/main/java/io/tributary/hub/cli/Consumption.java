package io.tributary.hub.cli;

import io.tributary.record.ControlBatch;
import io.tributary.settings.HostAndPort;
import io.tributary.smartmodule.ChainPlan;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Carries out a {@link ReadPlan}: finds where to begin, prints, and goes on over lost connections
/// and new partitions until the plan is done.
final class Consumption {
  private static final int RETRY_MS = 1_000;

  /// A plan with an end is not retried for longer; one that follows is, until somebody ends it.
  private static final long GIVE_UP_MS = 30_000;

  /// How often to look for new partitions and new leaders.
  private static final long LOOK_MS = 5_000;

  private final Dialer dialer;
  private final HostAndPort hub;
  private final ReadPlan plan;
  private final RecordFormat format;
  private final Output out;
  private final Notices notices;
  private final Printer printer = new Printer();
  private final @Nullable Transforming transforming;

  /// The next offset of each partition, once reading has begun.
  private final TreeMap<Integer, Long> next = new TreeMap<>();

  private Map<Integer, Long> ends = Map.of();
  private long left;
  private boolean begun;

  /// Shows records as they are.
  Consumption(
      Dialer dialer,
      HostAndPort hub,
      ReadPlan plan,
      RecordFormat format,
      Output out,
      Notices notices) {
    this(dialer, hub, plan, null, format, out, notices);
  }

  /// @param chain what records go through before they are shown; null: nothing
  Consumption(
      Dialer dialer,
      HostAndPort hub,
      ReadPlan plan,
      @Nullable ChainPlan chain,
      RecordFormat format,
      Output out,
      Notices notices) {
    this.dialer = dialer;
    this.hub = hub;
    this.plan = plan;
    this.format = format;
    this.out = out;
    this.notices = notices;
    boolean isHead = plan.start() instanceof Start.Head;
    this.left = plan.start() instanceof Start.Head head ? head.count() : Long.MAX_VALUE;
    this.transforming = chain == null ? null : new Transforming(chain, isHead, printer, notices);
  }

  /// How many records a module has failed on.
  long failures() {
    return transforming == null ? 0 : transforming.failures();
  }

  void run() throws Failure, Output.Gone {
    long lostNanos = 0;
    boolean lost = false;
    while (true) {
      try (KafkaReader reader = new KafkaReader(dialer, hub)) {
        KafkaReader.Topic topic = TopicByName.find(plan.topic(), reader, hub);
        if (lost) {
          notices.found(hub);
          lost = false;
        }
        if (!begun) {
          begin(reader, topic);
          begun = true;
        }
        read(reader, topic);
        out.flush();
        return;
      } catch (IOException e) {
        out.flush();
        String why = String.valueOf(e.getMessage());
        if (!begun || e instanceof LoginRefused) {
          throw Failure.of(e);
        }
        if (!lost) {
          lost = true;
          lostNanos = System.nanoTime();
          notices.lost(why, RETRY_MS);
        } else if (!plan.follow()
            && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lostNanos) > GIVE_UP_MS) {
          throw new Failure(Failure.WORLD, why, e);
        }
        pause();
      }
    }
  }

  private void begin(KafkaReader reader, KafkaReader.Topic topic) throws IOException, Failure {
    Integer only = plan.partition();
    if (only != null) {
      TopicByName.checkPartition(topic, only);
    }
    Map<Integer, Long> starts = reader.offsets(topic, KafkaReader.EARLIEST);
    Map<Integer, Long> now = reader.offsets(topic, KafkaReader.LATEST);
    for (int partition : topic.leaders().keySet()) {
      if (only == null || only == partition) {
        long start = starts.getOrDefault(partition, 0L);
        long end = now.getOrDefault(partition, start);
        next.put(
            partition,
            switch (plan.start()) {
              case Start.Beginning all -> start;
              case Start.Head head -> start;
              case Start.End none -> end;
              case Start.Tail tail -> end;
              case Start.At at -> within(partition, at.offset(), start, end);
            });
      }
    }
    if (!plan.follow()) {
      ends = now;
    }
    format.begin(out);
    if (plan.start() instanceof Start.Tail tail) {
      Tail newest = new Tail(format, starts, now, tail.count(), notices);
      newest.read(reader, topic, next.keySet());
      newest.print(out);
    }
    out.flush();
  }

  private long within(int partition, long offset, long start, long end) {
    long near = Math.clamp(offset, start, end);
    if (near != offset) {
      notices.outOfRange(partition, offset, start, end, near);
    }
    return near;
  }

  /// Reads until the plan is done; looks for new partitions now and then while it follows.
  private void read(KafkaReader reader, KafkaReader.Topic topic) throws IOException {
    if (left == 0) {
      return;
    }
    long[] lookedNanos = {System.nanoTime()};
    Pump pump = new Pump(reader, topic, next, notices);
    pump.run(
        ends,
        transforming == null ? printer : transforming,
        () -> {
          showAll();
          out.flush();
          long nowNanos = System.nanoTime();
          if (plan.follow() && TimeUnit.NANOSECONDS.toMillis(nowNanos - lookedNanos[0]) > LOOK_MS) {
            lookedNanos[0] = nowNanos;
            KafkaReader.Topic current = reader.topic(plan.topic());
            if (current != null) {
              findNewPartitions(reader, current);
              pump.update(current);
            }
          }
        });
    showAll();
  }

  private void showAll() {
    if (transforming != null) {
      transforming.flush();
    }
  }

  /// A partition that appears while we follow is new, so we read it from its start.
  private void findNewPartitions(KafkaReader reader, KafkaReader.Topic topic) throws IOException {
    if (plan.partition() == null && topic.leaders().size() > next.size()) {
      Map<Integer, Long> starts = reader.offsets(topic, KafkaReader.EARLIEST);
      for (int partition : topic.leaders().keySet()) {
        next.putIfAbsent(partition, starts.getOrDefault(partition, 0L));
      }
    }
  }

  private static void pause() throws Failure {
    try {
      Thread.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Failure.WORLD, "interrupted", e);
    }
  }

  /// Prints records as they come.
  private final class Printer implements Batches.Finder {
    @Override
    public boolean record(Shown shown) {
      format.print(shown, out);
      out.endRecord();
      return --left > 0;
    }

    @Override
    public void gap(ControlBatch.StreamGap gap) {
      notices.gap(gap);
    }

    @Override
    public void unreadable(int partition, long offset, String why) {
      notices.unreadable(partition, offset, why);
    }
  }
}
