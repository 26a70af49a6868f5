package io.tributary.sim.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The book of a benchmark's readings: which were acknowledged, which a damage has hit, which a Kafka
/// client read. A reading's value begins with its number: the source in the upper half, the source's
/// own count in the lower. Guarded by itself.
final class NumberedReadings {
  private final List<Source> sources = new ArrayList<>();
  private long duplicated;
  private long disordered;

  private static final class Source {
    private final BitSet acknowledged = new BitSet();
    private final BitSet hit = new BitSet();
    private final BitSet read = new BitSet();
    private int lastRead = -1;
  }

  static long number(int source, int count) {
    return (long) source << Integer.SIZE | count;
  }

  static long numberOf(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  synchronized void acknowledged(long number) {
    of(number).acknowledged.set((int) number);
  }

  /// All of a source below a count were acknowledged.
  synchronized void acknowledgedBelow(int source, int count) {
    of(number(source, 0)).acknowledged.set(0, count);
  }

  /// Lies where bytes were damaged: it may be lost, if that is told.
  synchronized void hit(long number) {
    of(number).hit.set((int) number);
  }

  /// Came out of the hub, in the order of its partition; each source writes to one.
  synchronized void read(long number) {
    Source source = of(number);
    int count = (int) number;
    if (source.read.get(count)) {
      duplicated++;
    } else if (count < source.lastRead) {
      disordered++;
    }
    source.read.set(count);
    source.lastRead = Math.max(source.lastRead, count);
  }

  /// Begins a second reading of the same.
  synchronized void readAgain() {
    for (Source source : sources) {
      source.read.clear();
      source.lastRead = -1;
    }
  }

  synchronized long acknowledged() {
    return sources.stream().mapToLong(source -> source.acknowledged.cardinality()).sum();
  }

  /// Acknowledged, hit by no damage, and not read.
  synchronized long missing() {
    return sources.stream().mapToLong(source -> unread(source, false)).sum();
  }

  /// Acknowledged, hit by a damage, and not read.
  synchronized long lostToDamage() {
    return sources.stream().mapToLong(source -> unread(source, true)).sum();
  }

  private static long unread(Source source, boolean isHit) {
    BitSet left = (BitSet) source.acknowledged.clone();
    left.andNot(source.read);
    if (isHit) {
      left.and(source.hit);
    } else {
      left.andNot(source.hit);
    }
    return left.cardinality();
  }

  synchronized long duplicated() {
    return duplicated;
  }

  synchronized long disordered() {
    return disordered;
  }

  private Source of(long number) {
    int index = Math.toIntExact(number >>> Integer.SIZE);
    while (sources.size() <= index) {
      sources.add(new Source());
    }
    return sources.get(index);
  }
}
