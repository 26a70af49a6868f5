package io.tributary.adapter.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that is read: where it is, how far it was read, and what is known of its end. Confined to the agent's thread, save
/// {@link #refuse}.
final class TailedFile {
  private final String key;

  /// Under which an earlier life of the machine knew it; its entry goes with the next mark.
  private @Nullable String formerKey;

  private Mark mark;
  private @Nullable Path path;
  private @Nullable FileChannel channel;
  private @Nullable Columns columns;
  private long sizeBytes;
  private long changedNanos;
  private long movedNanos;
  private long savedNanos;
  private long turnedNanos;
  private boolean isDue = true;
  private boolean isSaved;
  private boolean isDrained;

  /// The journal does not know it as it is: it is told at once, for a file is found under another name only by its mark.
  private boolean isNew;

  private @Nullable String trouble;
  private volatile boolean isRefused;

  /// @param isSaved whether the journal has its mark
  TailedFile(
      Sighting first, @Nullable String formerKey, Mark mark, boolean isSaved, long nowNanos) {
    this.key = first.id().key();
    this.formerKey = formerKey;
    this.mark = mark;
    this.path = first.path();
    this.sizeBytes = first.sizeBytes();
    this.changedNanos = first.changedNanos();
    this.movedNanos = nowNanos;
    this.isSaved = isSaved;
    this.isNew = !isSaved;
  }

  /// It is at this path.
  void seen(Sighting sighting, long nowNanos) {
    boolean isChanged =
        sighting.sizeBytes() != sizeBytes || sighting.changedNanos() != changedNanos;
    if (isChanged || !sighting.path().equals(path)) {
      movedNanos = nowNanos;
    }
    isDue |= isChanged || trouble != null;
    isDrained &= !isChanged;
    path = sighting.path();
    sizeBytes = sighting.sizeBytes();
    changedNanos = sighting.changedNanos();
    if (mark.birthNanos() == 0 && sighting.id().birthNanos() != 0) {
      mark = mark.born(sighting.id().birthNanos());
      isSaved = false;
      isNew = true;
    }
  }

  /// It is nowhere in the directory.
  void vanished(long nowNanos) {
    if (path != null) {
      movedNanos = nowNanos;
    }
    path = null;
    isDue = true;
    FileChannel open = channel;
    try {
      long now = open == null ? sizeBytes : open.size();
      if (now != sizeBytes) {
        movedNanos = nowNanos;
        sizeBytes = now;
        isDrained = false;
      }
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
    }
  }

  /// @throws Moved when it is not at its path any more
  FileChannel open() throws IOException {
    FileChannel open = channel;
    Path at = path;
    if (open != null) {
      return open;
    }
    if (at == null) {
      throw new IOException("is gone");
    }
    FileChannel opened = Sighting.open(at, key);
    channel = opened;
    return opened;
  }

  void close() {
    FileChannel open = channel;
    channel = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      trouble = "did not close: " + e.getMessage();
    }
  }

  boolean isOpen() {
    return channel != null;
  }

  /// It was read up to this mark.
  ///
  /// @param withReading whether a reading brings the mark to the journal
  void moveTo(Mark behind, boolean withReading, long nowNanos) {
    mark = behind;
    isSaved = withReading;
    if (withReading) {
      saved(nowNanos);
    }
  }

  /// Its mark has been handed to the journal.
  void saved(long nowNanos) {
    isSaved = true;
    isNew = false;
    formerKey = null;
    savedNanos = nowNanos;
  }

  /// The journal did not keep a reading: perhaps not its mark either. Any thread.
  void refuse() {
    isRefused = true;
  }

  /// Whether the journal should be told of its mark: the readings have not done so for a while.
  boolean isUnsaved(long nowNanos, long afterNanos) {
    return !isSaved() && (isNew || nowNanos - savedNanos >= afterNanos);
  }

  boolean isSaved() {
    if (isRefused) {
      isRefused = false;
      isSaved = false;
    }
    return isSaved;
  }

  /// Its bytes are not those that were read: it begins anew.
  void begin(Mark atBeginning) {
    mark = atBeginning;
    columns = null;
    isSaved = false;
    isDrained = false;
  }

  /// What a turn has left.
  void left(Turn turn, long nowNanos) {
    turnedNanos = nowNanos;
    isDue = turn == Turn.MORE || turn == Turn.NO_ROOM || turn == Turn.MOVED;
    isDrained = turn == Turn.DRAINED;
    trouble = null;
  }

  void troubled(String why) {
    trouble = why;
    isDue = false;
    isDrained = false;
  }

  /// Whether it has another name than at first, or none any more.
  boolean isRotated() {
    Path at = path;
    return at == null || !mark.name().equals(String.valueOf(at.getFileName()));
  }

  boolean isQuiet(long nowNanos, long forNanos) {
    return nowNanos - movedNanos >= forNanos;
  }

  /// Whether there may be something to read.
  boolean isDue() {
    return isDue;
  }

  /// When it last was read.
  long turnedNanos() {
    return turnedNanos;
  }

  boolean isDrained() {
    return isDrained;
  }

  String key() {
    return key;
  }

  @Nullable String formerKey() {
    return formerKey;
  }

  Mark mark() {
    return mark;
  }

  @Nullable Path path() {
    return path;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  @Nullable Columns columns() {
    return columns;
  }

  void setColumns(@Nullable Columns columns) {
    this.columns = columns;
  }

  @Nullable String trouble() {
    return trouble;
  }

  @Override
  public String toString() {
    Path at = path;
    return at == null ? mark.name() + " (deleted)" : at.toString();
  }
}
