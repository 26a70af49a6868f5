package io.tributary.adapter.file;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Refused;
import io.tributary.agent.Agent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at the directory, reads what there is to read, a turn of each name at a time, and tells the journal of what no reading
/// did: an agent, whose thread has all of it.
final class Tail implements Agent, Taken.Listener {
  /// Turns until the directory is looked at again and the thread shows progress: 4 MiB at most, of lines of the usual length.
  private static final int TURNS_MOST = 32;

  /// How often the journal is told of files of which it gets no readings.
  private static final long SAVE_NANOS = Duration.ofSeconds(1).toNanos();

  /// Looking at the directory takes a tenth of the time at most, however large it is.
  private static final int LOOK_SHARE = 10;

  private final String name;
  private final FileTailSettings settings;
  private final Outlet outlet;
  private final Counts<Counter> counts = new Counts<>(Counter.class);
  private final Ledger ledger;
  private final Tracker tracker;
  private final LineReader reader;
  private List<List<TailedFile>> cycle = List.of();
  private int next;
  private long nextLookNanos;
  private boolean hasLooked;

  /// Whether nothing was renamed while the directory was looked at last: else nothing is read, for what comes first is not known.
  private boolean isSettled;

  private @Nullable String directoryTrouble;
  private boolean waitsForRoom;
  private volatile boolean isRoom;

  /// A journal gave a line back: nothing more is handed over, so that none of a file is behind one that is not.
  private volatile boolean isStopped;

  private volatile long looks;
  private volatile Shown shown = new Shown("not looked yet", true);

  /// What status says.
  record Shown(String summary, boolean isHealthy) {}

  /// @param wake makes the agent take a turn. Any thread
  Tail(String name, FileTailSettings settings, Outlet outlet, Runnable wake) {
    this(name, settings, outlet, wake, new Directory(settings.names()));
  }

  /// @param directory where it looks
  Tail(String name, FileTailSettings settings, Outlet outlet, Runnable wake, Directory directory) {
    this.name = name;
    this.settings = settings;
    this.outlet = outlet;
    Emitter emitter =
        outlet.open(
            name,
            () -> {
              isRoom = true;
              wake.run();
            });
    Window window = new Window(settings.longestLine());
    String className = outlet.classOf(settings.envelope().target().name());
    ledger = new Ledger(className, settings.names().toString(), outlet, emitter, this::refused);
    Adoption adoption = new Adoption(ledger, window, counts, settings.longestLine());
    tracker = new Tracker(settings, directory, ledger, adoption, counts, System::currentTimeMillis);
    reader =
        new LineReader(settings, ledger, emitter, counts, System::currentTimeMillis, window, this);
    nextLookNanos = System.nanoTime();
  }

  @Override
  public String name() {
    return "file-tail-" + name;
  }

  @Override
  public long idleNanos(long nowNanos) {
    return Math.max(0, nextLookNanos - nowNanos);
  }

  @Override
  public int doWork(long nowNanos) {
    try {
      return isStopped ? 0 : work(nowNanos);
    } catch (RuntimeException bug) {
      outlet.failed("its thread failed: " + bug);
      throw bug;
    }
  }

  private int work(long nowNanos) {
    boolean isToLook = nowNanos - nextLookNanos >= 0;
    if (isToLook) {
      look(nowNanos);
    }
    if (!hasLooked || !isSettled || !isSeen(nowNanos)) {
      return 0;
    }
    if (isToLook) {
      save(nowNanos, SAVE_NANOS);
    }
    int done = 0;
    if (!waitsForRoom || isRoom || isToLook) {
      done = read(nowNanos);
    }
    if (isToLook) {
      tracker.settle(nowNanos);
      show();
      looks++;
    }
    return done;
  }

  private void look(long nowNanos) {
    try {
      isSettled = tracker.scan(nowNanos);
      hasLooked = true;
      directoryTrouble = null;
    } catch (IOException e) {
      String why =
          settings.names().directory()
              + " cannot be read: "
              + Directory.reason(settings.names().directory(), e);
      if (directoryTrouble == null) {
        counts.count(Counter.FILES_UNREADABLE, why);
      }
      directoryTrouble = why;
      shown = new Shown(why, false);
    }
    cycle = new ArrayList<>(tracker.series());
    long endNanos = System.nanoTime();
    nextLookNanos =
        endNanos + Math.max(settings.poll().toNanos(), LOOK_SHARE * (endNanos - nowNanos));
  }

  /// Whether the journal knows where the files begin that were there at first sight; nothing is read before.
  private boolean isSeen(long nowNanos) {
    if (!ledger.isFirstSight()) {
      return true;
    }
    List<TailedFile> unsaved = tracker.files().stream().filter(file -> !file.isSaved()).toList();
    return ledger.see(unsaved, nowNanos);
  }

  /// Gives every name a turn, beginning behind the one that had the last.
  private int read(long nowNanos) {
    isRoom = false;
    boolean isFull = false;
    int turns = 0;
    for (int i = 0; i < cycle.size() && turns < TURNS_MOST && !isFull && !isStopped; i++) {
      List<TailedFile> files = cycle.get(next % cycle.size());
      next = (next + 1) % cycle.size();
      for (int of = 0; of < files.size(); of++) {
        TailedFile file = files.get(of);
        boolean isLatest = of == files.size() - 1;
        if (file.isDue() || mayBeWrittenTo(file, isLatest, nowNanos)) {
          long before = file.mark().position();
          isFull = turn(file, of == 0, nowNanos) == Turn.NO_ROOM;
          turns += file.mark().position() != before ? 1 : 0;
        }
        if (isFull || (!file.isDrained() && file.trouble() == null)) {
          break; // what was written to a later file of that name comes after all of this one
        }
      }
    }
    if (isFull && !waitsForRoom) {
      counts.count(Counter.PAUSED);
    }
    waitsForRoom = isFull;
    return isFull ? 0 : turns;
  }

  /// Whether a file that was rotated away has to be read before what comes after it is, or has a last line that may count as whole.
  private boolean mayBeWrittenTo(TailedFile file, boolean isLatest, long nowNanos) {
    boolean isOver = file.isDrained() && file.isQuiet(nowNanos, settings.quiet().toNanos());
    return file.trouble() == null && (file.isRotated() || !isLatest) && !isOver;
  }

  /// @param isFirst whether no earlier file of that name is read; else it is read as far as it was when that one was last read
  private @Nullable Turn turn(TailedFile file, boolean isFirst, long nowNanos) {
    if (!file.isOpen() && !tracker.mayOpen()) {
      return null;
    }
    boolean isLast = file.isRotated() && file.isQuiet(nowNanos, settings.quiet().toNanos());
    try {
      long limit = isFirst ? Long.MAX_VALUE : file.sizeBytes();
      Turn turn = reader.turn(file, limit, isLast, nowNanos);
      file.left(turn, nowNanos);
      return turn;
    } catch (Moved e) {
      file.left(Turn.MOVED, nowNanos);
      return Turn.MOVED;
    } catch (IOException e) {
      trouble(file, e);
      return null;
    }
  }

  private void trouble(TailedFile file, IOException e) {
    String why = file + ": " + e.getMessage();
    if (file.trouble() == null) {
      counts.count(Counter.FILES_UNREADABLE, why);
    }
    if (file.path() != null) {
      file.close();
    }
    file.troubled(why);
  }

  private void save(long nowNanos, long afterNanos) {
    List<TailedFile> all = tracker.files().stream().filter(file -> !file.isSaved()).toList();
    List<TailedFile> due =
        all.stream().filter(file -> file.isUnsaved(nowNanos, afterNanos)).toList();
    ledger.save(due, due.size() == all.size(), nowNanos);
  }

  /// The last turn: what was passed over is not to be counted again in the next life.
  @Override
  public void onClose() {
    if (!isStopped && hasLooked && !ledger.isFirstSight()) {
      save(System.nanoTime(), 0);
    }
  }

  /// After the thread has ended.
  void close() {
    tracker.files().forEach(TailedFile::close);
  }

  @Override
  public void durable() {
    counts.count(Counter.LOGGED);
  }

  @Override
  public void refused(Taken line, Refused reason) {
    String what = line.file() + ", at byte " + line.position() + ": ";
    switch (reason) {
      case TOO_LARGE -> {
        counts.count(Counter.REFUSED_TOO_LARGE, what + "no batch can hold it");
        line.file().refuse();
      }
      case QUOTA -> {
        counts.count(Counter.REFUSED_QUOTA, what + "the class is full and drops the newest");
        line.file().refuse();
      }
      case FAILED, SHUTDOWN -> {
        counts.count(Counter.REFUSED_FAILED, what + "the journal did not keep it");
        refused(reason);
      }
    }
  }

  private void refused(Refused reason) {
    isStopped = true;
    if (reason != Refused.SHUTDOWN) {
      outlet.failed(
          "the journal does not keep what is read: see its own status; the files are read on from what is on disk");
    }
  }

  private void show() {
    List<String> troubles = new ArrayList<>(tracker.unreadable());
    int rotated = 0;
    int ok = 0;
    for (TailedFile file : tracker.files()) {
      String trouble = file.trouble();
      if (trouble != null) {
        troubles.add(trouble);
      } else {
        ok++;
        rotated += file.isRotated() && !file.isDrained() ? 1 : 0;
      }
    }
    if (directoryTrouble != null) {
      return;
    }
    String read = ok == 0 ? "no file yet at " + settings.names() : "reading " + ok + " files";
    String summary =
        read
            + (rotated == 0 ? "" : ", " + rotated + " rotated ones to their ends")
            + (tracker.beyond() == 0 ? "" : ", " + tracker.beyond() + " more are too many")
            + (troubles.isEmpty()
                ? ""
                : ", " + troubles.size() + " cannot be read: " + troubles.getFirst())
            + (waitsForRoom ? ", waits until the journal has room" : "");
    shown = new Shown(summary, ok > 0 || troubles.isEmpty());
  }

  /// Any thread.
  Shown shown() {
    return shown;
  }

  /// How often the directory was looked at, and what was found was read as far as there was room. For tests.
  long looks() {
    return looks;
  }

  Counts<Counter> counts() {
    return counts;
  }
}
