package io.tributary.sim.field.modbus.capture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The bytes that one end of a connection sent, put together from segments that come in any order, again, and overlapping.
///
/// ```
///  segments   [0   10)      [8    20)  [20 22)   (22 to 30: not captured)   [30 35)
///  runs       [0                           22)                              [30 35)
/// ```
///
/// Of a byte that was sent more than once the first copy counts. A place in the stream is counted from the first segment that was seen; it
/// may be negative, and sequence numbers may pass 2^32. What the capture lacks divides the stream into runs.
final class TcpStream {
  private final TreeMap<Long, Piece> pieces = new TreeMap<>();
  private final TreeSet<Long> starts = new TreeSet<>();
  private long origin = -1;

  /// Bytes that no other piece has.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares pieces
  private record Piece(int number, byte[] bytes) {}

  /// Bytes without a hole.
  ///
  /// @param from their place in the stream
  /// @param numbers for each byte, the number of the packet that brought it
  @SuppressWarnings("ArrayRecordComponent") // nobody compares runs
  record Run(long from, byte[] bytes, int[] numbers) {
    long end() {
      return from + bytes.length;
    }
  }

  /// Segments come in the order of the capture.
  void add(Segment segment) {
    origin = origin < 0 ? segment.sequence() : origin;
    int size = segment.payload().length;
    if (size == 0) {
      return;
    }
    // The difference as a signed number of 32 bits: whichever way around is shorter.
    long from = (int) (segment.payloadSequence() - origin);
    starts.add(from);
    long at = from;
    while (at < from + size) {
      Map.Entry<Long, Piece> before = pieces.floorEntry(at);
      if (before != null && end(before) > at) {
        at = end(before);
        continue;
      }
      Long next = pieces.higherKey(at);
      long until = next == null ? from + size : Math.min(next, from + size);
      byte[] bytes = Arrays.copyOfRange(segment.payload(), (int) (at - from), (int) (until - from));
      pieces.put(at, new Piece(segment.number(), bytes));
      at = until;
    }
  }

  private static long end(Map.Entry<Long, Piece> piece) {
    return piece.getKey() + piece.getValue().bytes().length;
  }

  /// All that was captured, from the beginning of the stream on.
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    List<Piece> together = new ArrayList<>();
    long from = 0;
    long end = 0;
    for (Map.Entry<Long, Piece> piece : pieces.entrySet()) {
      if (!together.isEmpty() && piece.getKey() != end) {
        runs.add(joined(from, end, together));
        together.clear();
      }
      from = together.isEmpty() ? piece.getKey() : from;
      together.add(piece.getValue());
      end = end(piece);
    }
    if (!together.isEmpty()) {
      runs.add(joined(from, end, together));
    }
    return runs;
  }

  private static Run joined(long from, long end, List<Piece> pieces) {
    byte[] bytes = new byte[(int) (end - from)];
    int[] numbers = new int[bytes.length];
    int at = 0;
    for (Piece piece : pieces) {
      System.arraycopy(piece.bytes(), 0, bytes, at, piece.bytes().length);
      Arrays.fill(numbers, at, at + piece.bytes().length, piece.number());
      at += piece.bytes().length;
    }
    return new Run(from, bytes, numbers);
  }

  /// Where the next segment begins behind a place; null when none does.
  @Nullable Long startAfter(long place) {
    return starts.higher(place);
  }
}
