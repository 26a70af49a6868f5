package io.tributary.core;

import io.tributary.store.Finding;
import io.tributary.store.StreamSpec;
import java.util.List;

/// What an audit of an edge's streams has proved, or found.
///
/// @param isConnected whether the edge took part; without it only the hub's own side is proved
/// @param deep whether the edge's batches were compared byte by byte
public record AuditReport(
    String edgeId, boolean isConnected, boolean deep, long bytesRead, List<Stream> streams) {
  public AuditReport {
    streams = List.copyOf(streams);
  }

  /// Whether everything is as the edge wrote it, and proven to be, in the streams that the edge mirrors now.
  public boolean isClean() {
    return streams.stream()
        .allMatch(stream -> stream.findings().isEmpty() && stream.unproven().isEmpty());
  }

  /// Offsets of a stream.
  public record Range(long from, long to) {
    public Range {
      if (from < 0 || from >= to) {
        throw new IllegalArgumentException("no range: " + from + " to " + to);
      }
    }
  }

  /// One stream.
  ///
  /// @param from the first offset that the hub keeps
  /// @param to the end: where the hub expects the next record, or the seal
  /// @param provedTo the hub's records below this offset are those that the edge wrote: the digests of both agree there;
  ///     -1 when nothing could be compared
  /// @param digestsCompared at how many places
  /// @param recordsCompared record by record, in a deep audit
  /// @param findings what is not as it was written, by range; of kind CHANGED also where the two ends differ
  /// @param unproven what passes the hub's own checks, and yet neither a digest of the edge nor its record proves; empty
  ///     where the edge does not mirror the stream now
  /// @param remark why something could not be compared; empty if all could
  public record Stream(
      StreamSpec stream,
      int partition,
      long from,
      long to,
      long provedTo,
      int digestsCompared,
      long recordsCompared,
      List<Finding> findings,
      List<Range> unproven,
      String remark) {
    public Stream {
      findings = List.copyOf(findings);
      unproven = List.copyOf(unproven);
    }
  }
}
