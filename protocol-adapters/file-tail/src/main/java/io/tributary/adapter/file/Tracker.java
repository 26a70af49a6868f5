package io.tributary.adapter.file;

import io.tributary.adapter.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// Follows files through the names that they are given: which are read, where they are, which are gone. Confined to the agent's
/// thread.
///
/// ```
///  new ─▶ AT a name that is asked for ── renamed ─▶ AWAY, elsewhere in the directory ── deleted ─▶ GONE
///              └──────────────── renamed or deleted, kept open ───────────────────────────────────▶ │
///                                                                read to its end, and quiet: finished ◀┘
/// ```
final class Tracker {
  /// Files that are read: without it, a glob that fits too much would take the heap and each poll.
  static final int FILES_MOST = 1000;

  /// Without it, a thousand files would take the descriptors that the journals need.
  static final int OPEN_MOST = 128;

  /// Of a file that does not grow no descriptor is kept; it is opened again when it does.
  private static final long IDLE_NANOS = Duration.ofMinutes(10).toNanos();

  /// A file that was rotated away and is still written to, by a program that was not told, is followed until it is still for this long.
  private static final long AWAY_NANOS = Duration.ofDays(1).toNanos();

  private final FileTailSettings settings;
  private final Directory directory;
  private final Ledger ledger;
  private final Adoption adoption;
  private final Counts<Counter> counts;
  private final LongSupplier clockMs;
  private final Map<String, TailedFile> files = new LinkedHashMap<>();

  /// By the name that they were first seen by, each in the order in which they were.
  private final Map<String, List<TailedFile>> series = new LinkedHashMap<>();

  private Set<String> unreadable = Set.of();
  private int beyond;
  private boolean isFirst = true;

  /// Whether a file was renamed or deleted between the look at the directory and the look at the file.
  private boolean isMoved;

  Tracker(
      FileTailSettings settings,
      Directory directory,
      Ledger ledger,
      Adoption adoption,
      Counts<Counter> counts,
      LongSupplier clockMs) {
    this.settings = settings;
    this.directory = directory;
    this.ledger = ledger;
    this.adoption = adoption;
    this.counts = counts;
    this.clockMs = clockMs;
  }

  /// Looks at the directory.
  ///
  /// @return false when a file was renamed or deleted meanwhile, so that it is not known what belongs before what: then the
  ///     directory is to be looked at again before anything is read
  /// @throws IOException when it does not tell; then everything stays as it was
  boolean scan(long nowNanos) throws IOException {
    isMoved = false;
    Directory.Look look = directory.matching();
    Set<String> troubles = new HashSet<>(look.unreadable());
    Map<String, Sighting> found = byKey(look.found());
    List<TailedFile> missing = new ArrayList<>();
    for (TailedFile file : List.copyOf(files.values())) {
      Sighting sighting = found.remove(file.key());
      if (sighting == null) {
        missing.add(file);
      } else if (isOther(file, sighting)) {
        drop(file);
        found.put(file.key(), sighting);
      } else {
        file.seen(sighting, nowNanos);
      }
    }
    missing.removeIf(file -> isWhereItWas(file, nowNanos));
    boolean isAllKnown = missing.isEmpty() && !ledger.isAnyMissed();
    Map<String, Sighting> all = isAllKnown ? Map.of() : directory.all();
    missing.forEach(file -> search(file, all, nowNanos));
    adopt(found.values(), nowNanos, troubles);
    if (ledger.isAnyMissed()) {
      adoptRotated(all.isEmpty() ? directory.all() : all, nowNanos, troubles);
    }
    isFirst &= isMoved;
    tell(troubles);
    return !isMoved;
  }

  private Map<String, Sighting> byKey(List<Sighting> sightings) {
    Map<String, Sighting> found = new LinkedHashMap<>();
    for (Sighting sighting : sightings) {
      TailedFile file = files.get(sighting.id().key());
      if (file != null && sighting.path().equals(file.path())) {
        found.put(file.key(), sighting);
      } else {
        found.putIfAbsent(sighting.id().key(), sighting);
      }
    }
    return found;
  }

  /// Whether another file has its inode by now, which cannot be while it is open.
  private static boolean isOther(TailedFile file, Sighting sighting) {
    return !file.isOpen() && sighting.id().isOtherThan(file.mark().birthNanos());
  }

  private boolean isWhereItWas(TailedFile file, long nowNanos) {
    Path path = file.path();
    try {
      Sighting sighting = path == null ? null : Sighting.of(path, directory.birthDevice());
      if (sighting == null || !sighting.id().key().equals(file.key()) || isOther(file, sighting)) {
        return false;
      }
      file.seen(sighting, nowNanos);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void search(TailedFile file, Map<String, Sighting> all, long nowNanos) {
    Sighting sighting = all.get(file.key());
    try {
      if (sighting == null || (!file.isOpen() && !adoption.isSurely(sighting, file.mark()))) {
        file.vanished(nowNanos);
      } else {
        file.seen(sighting, nowNanos);
      }
    } catch (Moved e) {
      isMoved = true;
    } catch (IOException e) {
      file.troubled(sighting.path() + ": " + e.getMessage()); // it is where it is; looked at again
    }
  }

  /// Those first that are known by their keys: then a mark of an inode alone is nobody else's. The others by their age, for what
  /// was rotated more than once comes in its order then.
  private void adopt(Collection<Sighting> found, long nowNanos, Set<String> troubles) {
    List<Sighting> sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.<Sighting>comparingInt(
                each -> ledger.dormant().containsKey(each.id().key()) ? 0 : 1)
            .thenComparingLong(Sighting::changedNanos));
    int beyondNow = 0;
    for (Sighting sighting : sorted) {
      boolean isKnown = ledger.dormant().containsKey(sighting.id().key());
      if (files.size() >= FILES_MOST || !(isKnown || ledger.mayKeepMore())) {
        beyondNow++;
      } else {
        adopt(sighting, nowNanos, troubles);
      }
    }
    if (beyondNow > beyond) {
      counts.count(Counter.FILES_BEYOND, beyondNow - beyond);
      counts.example(
          "%d files are not read: there are more than %d, or the journal's state is full; choose a narrower path"
              .formatted(beyondNow, FILES_MOST));
    }
    beyond = beyondNow;
  }

  private void adopt(Sighting sighting, long nowNanos, Set<String> troubles) {
    try {
      boolean isFromEnd = isFirst && ledger.isFirstSight() && settings.isFromEnd();
      TailedFile file = adoption.adopt(sighting, isFromEnd, nowNanos);
      files.put(file.key(), file);
      List<TailedFile> ofName =
          series.computeIfAbsent(file.mark().name(), name -> new ArrayList<>());
      ofName.add(file);
      ofName.sort(Comparator.comparingLong(each -> each.mark().ordinal()));
    } catch (Moved e) {
      isMoved = true;
    } catch (IOException e) {
      troubles.add(sighting.path() + ": " + Directory.reason(sighting.path(), e));
    }
  }

  /// What was rotated while nobody looked, to a name that nobody asked for; and what is gone.
  private void adoptRotated(Map<String, Sighting> all, long nowNanos, Set<String> troubles) {
    Map<String, Sighting> byInode = new HashMap<>();
    all.values().forEach(each -> byInode.put(FileId.inode(each.id().key()), each));
    for (Map.Entry<String, Mark> entry : List.copyOf(ledger.dormant().entrySet())) {
      String key = entry.getKey();
      if (entry.getValue().goneMs() != 0) {
        continue;
      }
      Sighting sighting = all.getOrDefault(key, byInode.get(FileId.inode(key)));
      try {
        if (sighting == null || !isIts(sighting, key, entry.getValue())) {
          adoption.gone(entry.getValue());
          ledger.rest(key, entry.getValue(), clockMs.getAsLong());
        } else if (files.size() < FILES_MOST) {
          adopt(sighting, nowNanos, troubles);
        }
      } catch (Moved e) {
        isMoved = true;
      } catch (IOException e) {
        troubles.add(settings.names().directory() + ": " + e.getMessage());
      }
    }
  }

  private boolean isIts(Sighting sighting, String key, Mark mark) throws IOException {
    return !files.containsKey(sighting.id().key())
        && key.equals(ledger.keyOf(sighting.id()))
        && (isAskedFor(sighting.path()) || adoption.isSurely(sighting, mark));
  }

  private void tell(Set<String> troubles) {
    for (String trouble : troubles) {
      if (!unreadable.contains(trouble)) {
        counts.count(Counter.FILES_UNREADABLE, trouble);
      }
    }
    unreadable = troubles;
  }

  /// Ends with the files that are read to their ends, and closes those that do not grow.
  void settle(long nowNanos) {
    long quietNanos = settings.quiet().toNanos();
    for (TailedFile file : List.copyOf(files.values())) {
      Path path = file.path();
      boolean isDone = file.isDrained() || file.trouble() != null;
      if (path == null) {
        if (!file.isOpen() || (isDone && file.isQuiet(nowNanos, quietNanos))) {
          drop(file);
        }
      } else if (file.isDrained() && file.isQuiet(nowNanos, AWAY_NANOS) && !isAskedFor(path)) {
        drop(file);
      } else if (file.isDrained()
          && file.isOpen()
          && file.isQuiet(nowNanos, file.isRotated() ? quietNanos : IDLE_NANOS)) {
        file.close();
      }
    }
    ledger.forget(files.size(), clockMs.getAsLong());
  }

  private boolean isAskedFor(Path path) {
    Path name = path.getFileName();
    return name != null && settings.names().includes(name);
  }

  private void drop(TailedFile file) {
    file.close();
    if (file.sizeBytes() <= file.mark().position()) {
      counts.count(Counter.FINISHED);
    } else {
      counts.count(
          Counter.FILES_GONE,
          "%s is gone: of %d B, %d B were read, the others are lost"
              .formatted(file, file.sizeBytes(), file.mark().position()));
    }
    files.remove(file.key());
    List<TailedFile> ofName = series.getOrDefault(file.mark().name(), new ArrayList<>());
    ofName.remove(file);
    if (ofName.isEmpty()) {
      series.remove(file.mark().name());
    }
    ledger.rest(file.key(), file.mark(), clockMs.getAsLong());
  }

  /// Makes room for one more open file: the one that is still for the longest is closed, if it can be opened again.
  ///
  /// @return false when there is none
  boolean mayOpen() {
    if (files.values().stream().filter(TailedFile::isOpen).count() < OPEN_MOST) {
      return true;
    }
    TailedFile stillest =
        files.values().stream()
            .filter(file -> file.isOpen() && file.path() != null)
            .min(Comparator.comparingLong(TailedFile::turnedNanos))
            .orElse(null);
    if (stillest != null) {
      stillest.close();
    }
    return stillest != null;
  }

  Collection<TailedFile> files() {
    return files.values();
  }

  Collection<List<TailedFile>> series() {
    return series.values();
  }

  /// What fits the path and is not read, with the reasons.
  Set<String> unreadable() {
    return unreadable;
  }

  int beyond() {
    return beyond;
  }
}
