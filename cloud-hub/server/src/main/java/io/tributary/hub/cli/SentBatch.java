package io.tributary.hub.cli;

/// A batch as it is on its way, and is sent again if need be, until it is acknowledged.
///
/// @param number counts the batches of all partitions, so that they are sent again in their order
/// @param lines the numbers of the lines that are in it
/// @param payloadBytes of keys and values, before compression
@SuppressWarnings("ArrayRecordComponent") // never compared
record SentBatch(
    long number, int partition, int count, LineRange lines, long payloadBytes, byte[] bytes) {

  /// The first and the last line of a batch; between them may be lines of other partitions.
  record LineRange(long first, long last) {
    @Override
    public String toString() {
      return first == last ? "line " + first : "lines " + first + " to " + last;
    }
  }
}
