package io.tributary.adapter.file;

import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Refused;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the journal knows of all files: the marks of those that are read, which it gets with their readings, and of those that
/// are not there, which are kept for a while in case they come back. Confined to the agent's thread, save the completions.
final class Ledger {
  /// Marks of all files: without it, a program that makes files without end would fill the journal's state.
  static final int MARKS_MOST = 2000;

  /// How long a file may be away, on a disk that is not mounted, and be known again.
  static final Duration GONE_MOST = Duration.ofDays(7);

  /// The entry that names the path whose files were seen; the others have the keys of files.
  private static final String SEEN = "path";

  /// Changes that belong together, so that they are below {@link Emitter#STATE_CHANGES_BYTES}.
  private static final int CHANGES_MOST = 1000;

  private final String className;
  private final String path;
  private final Emitter emitter;
  private final Consumer<Refused> onRefused;

  /// By their keys, of files that are not read now.
  private final Map<String, Mark> dormant = new LinkedHashMap<>();

  /// Whose dormant marks, or whose absence, the journal is to be told.
  private final Set<String> owed = new LinkedHashSet<>();

  /// What the journals of other classes have, from when the topic was of that class; to be removed when ours is durable.
  private final Map<String, List<StateChange>> foreign = new LinkedHashMap<>();

  private boolean isSeen;
  private boolean isSeenHere;
  private long seq;
  private long ordinal;

  /// How many of our changes are on their way; those of {@link #foreign} wait until there are none.
  private final AtomicInteger flushing = new AtomicInteger();

  Ledger(
      String className, String path, Outlet outlet, Emitter emitter, Consumer<Refused> onRefused) {
    this.className = className;
    this.path = path;
    this.emitter = emitter;
    this.onRefused = onRefused;
    outlet.restored().forEach(this::restore);
    if (isSeen && !isSeenHere) {
      owed.add(SEEN);
    }
  }

  private void restore(StateEntry entry) {
    boolean isOurs = entry.className().equals(className);
    if (!isOurs) {
      foreign
          .computeIfAbsent(entry.className(), name -> new ArrayList<>())
          .add(StateChange.remove(entry.key()));
    }
    if (entry.key().equals(SEEN)) {
      boolean isThis = new String(entry.value(), StandardCharsets.UTF_8).equals(path);
      isSeen |= isThis;
      isSeenHere |= isThis && isOurs;
      return;
    }
    Mark mark = Mark.of(entry.value());
    if (mark == null) {
      return;
    }
    seq = Math.max(seq, mark.seq());
    ordinal = Math.max(ordinal, mark.ordinal());
    Mark other = dormant.get(entry.key());
    if (other == null || other.seq() < mark.seq()) {
      dormant.put(entry.key(), mark);
      if (isOurs) {
        owed.remove(entry.key());
      } else {
        owed.add(entry.key());
      }
    }
  }

  /// Whether the path was never seen before, in any life.
  boolean isFirstSight() {
    return !isSeen;
  }

  /// The path has been seen, with these files; the journal knows all of it, or nothing.
  ///
  /// @return false when there is no room now
  boolean see(Collection<TailedFile> files, long nowNanos) {
    List<StateChange> changes = new ArrayList<>();
    changes.add(new StateChange(SEEN, path.getBytes(StandardCharsets.UTF_8)));
    files.forEach(file -> changes.addAll(changes(file, file.mark())));
    if (!change(className, changes)) {
      return false;
    }
    files.forEach(file -> file.saved(nowNanos));
    isSeen = true;
    return true;
  }

  Map<String, Mark> dormant() {
    return dormant;
  }

  /// Whether a file of an earlier life was not looked for yet.
  boolean isAnyMissed() {
    return dormant.values().stream().anyMatch(mark -> mark.goneMs() == 0);
  }

  /// The key of the mark of that file: its own; else one of the same inode on a device that has another number by now.
  @Nullable String keyOf(FileId id) {
    if (dormant.containsKey(id.key())) {
      return id.key();
    }
    String inode = FileId.inode(id.key());
    for (String key : dormant.keySet()) {
      if (FileId.inode(key).equals(inode)) {
        return key;
      }
    }
    return null;
  }

  /// Its file is read again.
  ///
  /// @return whether the journal knows it otherwise than as it is now
  boolean wake(String key) {
    Mark mark = dormant.remove(key);
    boolean isOwed = owed.remove(key);
    return isOwed || (mark != null && mark.goneMs() != 0);
  }

  /// Its file is read no more.
  void rest(String key, Mark mark, long nowMs) {
    dormant.put(key, numbered(mark.goneSince(nowMs)));
    owed.add(key);
  }

  /// The mark of a file that was never seen.
  Mark born(String name, FileId id, byte[] nothing) {
    ordinal++;
    return numbered(new Mark(0, ordinal, 0, false, 0, id.birthNanos(), nothing, nothing, name));
  }

  /// The mark of the same file at another place.
  Mark moved(Mark mark, long position, boolean isWithinLine, byte[] head, byte[] tail) {
    return numbered(
        new Mark(
            0,
            mark.ordinal(),
            position,
            isWithinLine,
            0,
            mark.birthNanos(),
            head,
            tail,
            mark.name()));
  }

  private Mark numbered(Mark mark) {
    seq++;
    return mark.numbered(seq);
  }

  /// What the journal is to know with a reading.
  List<StateChange> changes(TailedFile file, Mark mark) {
    StateChange change = new StateChange(file.key(), mark.encoded());
    String former = file.formerKey();
    return former == null ? List.of(change) : List.of(change, StateChange.remove(former));
  }

  /// Whether the journal may be told of one more file.
  boolean mayKeepMore() {
    return emitter.mayKeepMore(className);
  }

  /// Forgets the marks of files that are gone for long, and of the longest gone when there are too many.
  void forget(int files, long nowMs) {
    List<String> old = new ArrayList<>();
    dormant.forEach((key, mark) -> {
      if (mark.goneMs() != 0 && nowMs - mark.goneMs() > GONE_MOST.toMillis()) {
        old.add(key);
      }
    });
    old.forEach(this::forget);
    while (dormant.size() + files > MARKS_MOST && !dormant.isEmpty()) {
      String oldest =
          dormant.entrySet().stream()
              .min(Comparator.comparingLong(each -> goneOrLast(each.getValue())))
              .orElseThrow()
              .getKey();
      forget(oldest);
    }
  }

  private static long goneOrLast(Mark mark) {
    return mark.goneMs() == 0 ? Long.MAX_VALUE : mark.goneMs();
  }

  private void forget(String key) {
    dormant.remove(key);
    owed.add(key);
  }

  /// Tells the journal what it does not know yet.
  ///
  /// @param isAll whether no other file is unsaved
  void save(Collection<TailedFile> unsaved, boolean isAll, long nowNanos) {
    for (TailedFile file : unsaved) {
      if (!change(className, changes(file, file.mark()))) {
        return;
      }
      file.saved(nowNanos);
    }
    while (!owed.isEmpty()) {
      List<String> keys = owed.stream().limit(CHANGES_MOST).toList();
      if (!change(className, keys.stream().map(this::changeOf).toList())) {
        return;
      }
      keys.forEach(owed::remove);
    }
    if (isAll && flushing.get() == 0) {
      foreign.entrySet().removeIf(each -> change(each.getKey(), each.getValue()));
    }
  }

  private StateChange changeOf(String key) {
    if (key.equals(SEEN)) {
      return new StateChange(SEEN, path.getBytes(StandardCharsets.UTF_8));
    }
    Mark mark = dormant.get(key);
    return mark == null ? StateChange.remove(key) : new StateChange(key, mark.encoded());
  }

  private boolean change(String journal, List<StateChange> changes) {
    flushing.incrementAndGet();
    boolean isTaken =
        emitter.changeState(
            journal,
            changes,
            new Completion() {
              @Override
              public void durable(long offset) {
                flushing.decrementAndGet();
              }

              @Override
              public void refused(Refused reason) {
                onRefused.accept(reason); // and nothing of other classes is removed
              }
            });
    if (!isTaken) {
      flushing.decrementAndGet();
    }
    return isTaken;
  }
}
