package io.tributary.adapter.memory;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The journals' side in memory: a thread for each class commits what came, in groups; "durable" is what a group that was
/// committed holds. A test may hold a class's commits back, limit its room, and take what is durable to another life.
public final class MemoryOutlet implements Outlet, AutoCloseable {
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Map<String, String> classes;
  private final List<StateEntry> restored;
  private final List<Runnable> moreToRead = new CopyOnWriteArrayList<>();
  private volatile Runnable afterGroup = () -> {};
  private volatile int capacity = 100_000;
  private volatile boolean committing = true;
  private volatile boolean mayKeepMore = true;
  private final AtomicBoolean isNextChangeToFail = new AtomicBoolean();
  private volatile Function<Reading, @Nullable Refused> refusing = reading -> null;
  private volatile @Nullable String failure;
  private volatile int sources;
  private volatile int blocked;

  /// Makes an outlet whose topics are of class `normal`, save those that are named.
  public MemoryOutlet(Map<String, String> classes, List<StateEntry> restored) {
    this.classes = classes;
    this.restored = List.copyOf(restored);
    for (String name : List.of("normal", "alarm")) {
      Lane lane = new Lane(name);
      for (StateEntry entry : restored) {
        if (entry.className().equals(name)) {
          lane.state.put(entry.key(), entry.value());
        }
      }
      lanes.put(name, lane);
      lane.start();
    }
  }

  /// An outlet with nothing on disk.
  public static MemoryOutlet empty() {
    return new MemoryOutlet(Map.of(), List.of());
  }

  /// Nothing of that class becomes durable until {@link #go}.
  public void hold(String className) {
    lane(className).setHeld(true);
  }

  /// Ends {@link #hold}.
  public void go(String className) {
    lane(className).setHeld(false);
  }

  /// Lets one group of that class become durable.
  public void goOnce(String className) {
    lane(className).letOne();
  }

  /// State may grow no more.
  public void keepNoMore() {
    mayKeepMore = false;
  }

  /// How many readings and changes of a class may wait before emit answers false.
  public void limit(int capacity) {
    this.capacity = capacity;
  }

  /// Refuses the readings for which the function has a reason.
  public void refuse(Function<Reading, @Nullable Refused> refusing) {
    this.refusing = refusing;
  }

  /// The next change of state that comes without a reading is refused as by a journal that failed.
  public void failNextChange() {
    isNextChangeToFail.set(true);
  }

  /// Makes readings durable that no adapter under test has emitted, as another adapter's.
  public void put(Reading reading) {
    lane(classOf(reading.topic())).offer(new Entry(List.of(reading), List.of(), Completion.NONE));
  }

  /// All readings that are durable, of all classes; of each class in its order.
  public List<Reading> durable() {
    List<Reading> all = new ArrayList<>();
    lanes.values().forEach(lane -> all.addAll(lane.durable()));
    return all;
  }

  /// What another life finds on disk.
  public List<StateEntry> state() {
    List<StateEntry> all = new ArrayList<>();
    lanes.values().forEach(lane -> all.addAll(lane.entries()));
    return all;
  }

  /// How many readings and changes wait to become durable.
  public int pending(String className) {
    return lane(className).pending();
  }

  /// Why the adapter said that it cannot go on; null while it has not.
  public @Nullable String failure() {
    return failure;
  }

  /// How many sources the adapter last said to be waiting.
  public int sources() {
    return sources;
  }

  /// How many of them cannot go on, as the adapter last said.
  public int blocked() {
    return blocked;
  }

  @Override
  public Emitter open(String source, Runnable whenCommitted) {
    afterGroup = whenCommitted;
    return new Emitter() {
      @Override
      public boolean emit(Reading reading, Completion completion) {
        return lane(classOf(reading.topic()))
            .offer(new Entry(List.of(reading), reading.state(), completion));
      }

      @Override
      public boolean emitTogether(
          List<Reading> readings, List<StateChange> changes, Completion completion) {
        List<StateChange> all = new ArrayList<>();
        readings.forEach(reading -> all.addAll(reading.state()));
        all.addAll(changes);
        return lane(classOf(readings.get(0).topic())).offer(new Entry(readings, all, completion));
      }

      @Override
      public boolean changeState(
          String className, List<StateChange> changes, Completion completion) {
        return lane(className).offer(new Entry(List.of(), changes, completion));
      }

      @Override
      public int togetherBytesMost(String className) {
        return 1 << 20;
      }

      @Override
      public int readingBytesMost() {
        return 60 << 10;
      }

      @Override
      public boolean mayKeepMore(String className) {
        return mayKeepMore;
      }

      @Override
      public void waiting(int newSources, int newBlocked) {
        sources = newSources;
        blocked = newBlocked;
      }
    };
  }

  @Override
  public List<StateEntry> restored() {
    return restored;
  }

  @Override
  public String classOf(String topic) {
    return classes.getOrDefault(topic, "normal");
  }

  @Override
  public TopicReader read(String topic, TopicPosition from, Runnable more) {
    Lane lane = lane(classOf(topic));
    moreToRead.add(more);
    return new MemoryTopicReader(() -> lane.of(topic), from, () -> moreToRead.remove(more));
  }

  @Override
  public void failed(String why) {
    failure = why;
  }

  @Override
  public String stateClass() {
    return "normal";
  }

  @Override
  public void close() {
    committing = false;
    lanes.values().forEach(Lane::wake);
  }

  /// The power goes: what is not durable is lost, and nothing becomes so any more.
  public void kill() {
    lanes.values().forEach(Lane::kill);
  }

  private Lane lane(String className) {
    Lane lane = lanes.get(className);
    if (lane == null) {
      throw new IllegalArgumentException(className);
    }
    return lane;
  }

  private record Entry(List<Reading> readings, List<StateChange> changes, Completion completion) {}

  private final class Lane extends Thread {
    private final Deque<Entry> queue = new ArrayDeque<>();
    private final List<Reading> durable = new ArrayList<>();
    private final Map<String, byte[]> state = new TreeMap<>();
    private final String className;
    private boolean held;
    private boolean one;
    private boolean killed;

    Lane(String className) {
      super("journal-" + className);
      this.className = className;
      setDaemon(true);
    }

    synchronized boolean offer(Entry entry) {
      if (killed || queue.size() >= capacity) {
        return false;
      }
      queue.add(entry);
      notifyAll();
      return true;
    }

    synchronized void setHeld(boolean held) {
      this.held = held;
      notifyAll();
    }

    synchronized void letOne() {
      one = true;
      notifyAll();
    }

    synchronized void kill() {
      killed = true;
      queue.clear();
      notifyAll();
    }

    synchronized void wake() {
      notifyAll();
    }

    synchronized List<Reading> durable() {
      return List.copyOf(durable);
    }

    List<Reading> of(String topic) {
      return durable().stream().filter(reading -> reading.topic().equals(topic)).toList();
    }

    synchronized int pending() {
      return queue.size();
    }

    synchronized List<StateEntry> entries() {
      return state.entrySet().stream()
          .map(e -> new StateEntry(className, e.getKey(), e.getValue()))
          .toList();
    }

    @Override
    public void run() {
      while (committing) {
        List<Runnable> completions = commit();
        completions.forEach(Runnable::run);
        if (!completions.isEmpty()) {
          afterGroup.run();
          moreToRead.forEach(Runnable::run);
        }
      }
    }

    private synchronized List<Runnable> commit() {
      while (committing && ((held && !one) || queue.isEmpty())) {
        try {
          wait();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      one = false;
      List<Runnable> completions = new ArrayList<>();
      for (Entry entry : queue) {
        List<Reading> readings = entry.readings();
        if (readings.isEmpty() && isNextChangeToFail.getAndSet(false)) {
          completions.add(() -> entry.completion().refused(Refused.FAILED));
          continue;
        }
        Refused refused =
            readings.stream().map(refusing).filter(Objects::nonNull).findFirst().orElse(null);
        entry.changes().forEach(this::change); // also with a refused reading: nothing is promised
        if (refused != null) {
          completions.add(() -> entry.completion().refused(refused));
          continue;
        }
        durable.addAll(readings);
        int offset = Math.max(0, durable.size() - 1);
        completions.add(() -> entry.completion().durable(offset));
      }
      queue.clear();
      return completions;
    }

    private void change(StateChange change) {
      byte[] value = change.value();
      if (value == null) {
        state.remove(change.key());
      } else {
        state.put(change.key(), value);
      }
    }
  }
}
