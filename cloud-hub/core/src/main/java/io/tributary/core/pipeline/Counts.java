package io.tributary.core.pipeline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// What became of records, since the pipeline's first. Durable with the place that it belongs to.
///
/// @param in taken from the source
/// @param out written to the derived topic
/// @param dropped of which nothing came out, as the guests wanted
/// @param dead written to the topic of dead letters
/// @param skipped left out since a guest failed on them
/// @param missed offsets that were gone from the source before they could be read
public record Counts(long in, long out, long dropped, long dead, long skipped, long missed) {
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

  public Counts plus(Counts more) {
    return new Counts(
        in + more.in,
        out + more.out,
        dropped + more.dropped,
        dead + more.dead,
        skipped + more.skipped,
        missed + more.missed);
  }

  Counts plusMissed(long offsets) {
    return new Counts(in, out, dropped, dead, skipped, missed + offsets);
  }

  void write(DataOutputStream to) throws IOException {
    for (long each : new long[] {in, out, dropped, dead, skipped, missed}) {
      to.writeLong(each);
    }
  }

  static Counts read(DataInputStream from) throws IOException {
    return new Counts(
        from.readLong(),
        from.readLong(),
        from.readLong(),
        from.readLong(),
        from.readLong(),
        from.readLong());
  }
}
