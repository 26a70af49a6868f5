package io.tributary.sim.clients;

import com.grack.nanojson.JsonStringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/// What a verifiable producer was told and what a verifiable consumer read, compared. Values are 0, 1, 2, …, each sent once.
/// A hundred million of them take 40 MB.
final class Deliveries {
  private static final byte[] ACKED =
      "\"name\":\"producer_send_success\"".getBytes(StandardCharsets.UTF_8);
  private static final byte[] FAILED =
      "\"name\":\"producer_send_error\"".getBytes(StandardCharsets.UTF_8);
  private static final byte[] READ = "\"name\":\"record_data\"".getBytes(StandardCharsets.UTF_8);
  private static final byte[] VALUE = Line.field("value");
  private static final byte[] PARTITION = Line.field("partition");
  private static final byte[] OFFSET = Line.field("offset");

  private final BitSet acked = new BitSet();
  private final BitSet read = new BitSet();
  private final long[] nextOffset;
  private final long[] lastValue;

  private volatile long acknowledged;
  private volatile long failed;
  private volatile long consumed;
  private long twice;
  private long skippedOffsets;
  private long disordered;

  /// Sums over all acknowledged values, so that one that stands elsewhere than its acknowledgement said is seen.
  private long ackedPlaces;

  private long readPlaces;

  Deliveries(int partitions) {
    nextOffset = new long[partitions];
    lastValue = new long[partitions];
    Arrays.fill(lastValue, -1);
  }

  /// A line of the producer.
  void produced(byte[] line, int from, int to) {
    if (Line.has(line, from, to, ACKED)) {
      int value = (int) Line.number(line, from, to, VALUE);
      acked.set(value);
      ackedPlaces += place(value, line, from, to);
      acknowledged++;
    } else if (Line.has(line, from, to, FAILED)) {
      failed++;
    }
  }

  /// A line of the consumer, which reads after the producer has ended.
  void consumed(byte[] line, int from, int to) {
    if (!Line.has(line, from, to, READ)) {
      return;
    }
    int value = (int) Line.number(line, from, to, VALUE);
    int partition = (int) Line.number(line, from, to, PARTITION);
    long offset = Line.number(line, from, to, OFFSET);
    if (read.get(value)) {
      twice++;
    }
    read.set(value);
    if (acked.get(value)) {
      readPlaces += place(value, line, from, to);
    }
    if (offset != nextOffset[partition]) {
      skippedOffsets++;
    }
    if (value <= lastValue[partition]) {
      disordered++;
    }
    nextOffset[partition] = offset + 1;
    lastValue[partition] = value;
    consumed++;
  }

  private static long place(long value, byte[] line, int from, int to) {
    long partition = Line.number(line, from, to, PARTITION);
    long offset = Line.number(line, from, to, OFFSET);
    long mixed = value * 0x9E3779B97F4A7C15L ^ (offset << 12) + partition;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 27);
  }

  long acknowledged() {
    return acknowledged;
  }

  long consumed() {
    return consumed;
  }

  /// Acknowledged, and not read.
  long missing() {
    BitSet lacking = (BitSet) acked.clone();
    lacking.andNot(read);
    return lacking.cardinality();
  }

  /// Whether each acknowledged value was read, once, in order, where the acknowledgement said. What was not acknowledged may
  /// be there or not, once.
  boolean holds() {
    return acknowledged > 0
        && missing() == 0
        && twice == 0
        && disordered == 0
        && skippedOffsets == 0
        && ackedPlaces == readPlaces;
  }

  void write(JsonStringWriter json) {
    json.value("acknowledged", acknowledged)
        .value("failed", failed)
        .value("consumed", consumed)
        .value("missing", missing())
        .value("twice", twice)
        .value("disordered", disordered)
        .value("offsetsSkipped", skippedOffsets)
        .value("elsewhere", ackedPlaces != readPlaces);
  }

  @Override
  public String toString() {
    return "%,d acknowledged, %,d refused; %,d read: missing %d, twice %d, out of order %d, offsets skipped %d, %s"
        .formatted(
            acknowledged,
            failed,
            consumed,
            missing(),
            twice,
            disordered,
            skippedOffsets,
            ackedPlaces == readPlaces
                ? "each where it was acknowledged"
                : "NOT each where it was acknowledged");
  }
}
