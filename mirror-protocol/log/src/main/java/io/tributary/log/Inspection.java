package io.tributary.log;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What lies in the directory of a log, read without changing anything: also beside a node that runs, since nothing is
/// locked, and also where no node would start.
///
/// @param isJournal whether it is an edge's log of a class or a hub's registry, else a partition
/// @param segments the segments that are there
/// @param sizeBytes of them
/// @param oldestArrivalMs when the oldest one was begun; -1 when there is none
/// @param findings what is wrong and has no copy in the log itself
/// @param mendable what is wrong and the node writes again from a copy, in words
/// @param unreadable the names of segments whose header cannot be read, which the next start makes anew or puts aside
/// @param putAside the names of files that a start could not understand, and kept
/// @param damagedBytes of all segments
/// @param tailBytes behind what is proven: being written just now, or torn by a power cut
/// @param streams what a journal holds; empty for a partition
/// @param oldestUnackedMs the timestamp of the oldest record that the hub has not acknowledged; -1 when it has all
public record Inspection(
    String directory,
    boolean isJournal,
    int segments,
    long sizeBytes,
    long oldestArrivalMs,
    List<Finding> findings,
    List<String> mendable,
    List<String> unreadable,
    List<String> putAside,
    long damagedBytes,
    long tailBytes,
    List<Stream> streams,
    long oldestUnackedMs) {

  /// A segment may be deleted while it is looked for; then the look begins again.
  private static final int TRIES = 3;

  /// A stream of a journal.
  ///
  /// @param end behind its last offset; of a sealed stream, where it was sealed
  /// @param acked below which the hub has all, at most `end`
  /// @param successor the stream that goes on where this one was sealed; -1 when it was not
  /// @param unmovedRecords how many behind a seal the successor does not have yet
  public record Stream(
      long id, String topic, long end, long acked, long successor, long unmovedRecords) {
    public boolean isSealed() {
      return successor >= 0;
    }
  }

  public Inspection {
    findings = List.copyOf(findings);
    mendable = List.copyOf(mendable);
    unreadable = List.copyOf(unreadable);
    putAside = List.copyOf(putAside);
    streams = List.copyOf(streams);
  }

  /// Reads a log from its first to its last byte.
  ///
  /// @return null when there is no log in the directory
  public static @Nullable Inspection of(Disk disk, String directory) throws IOException {
    for (int again = TRIES - 1; ; again--) {
      try {
        return new Inspector(disk, directory).inspect();
      } catch (IOException e) {
        if (again == 0) {
          throw e;
        }
      }
    }
  }

  /// Whether everything is as it was written, and nothing was ever put aside.
  public boolean isHealthy() {
    return findings.isEmpty() && mendable.isEmpty() && unreadable.isEmpty() && putAside.isEmpty();
  }
}
