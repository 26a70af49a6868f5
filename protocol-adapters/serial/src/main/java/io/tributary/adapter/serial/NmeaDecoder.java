package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.serial.nmea.NmeaReader;
import io.tributary.adapter.serial.nmea.Sentences;
import java.util.function.Consumer;

/// Lines with sentences of NMEA 0183.
final class NmeaDecoder implements Decoder {
  private final boolean mustBeChecked;
  private final NmeaReader reader;
  private final Counts<Counter> counts;
  private long toldLost;

  NmeaDecoder(String source, boolean mustBeChecked, Counts<Counter> counts) {
    this.mustBeChecked = mustBeChecked;
    this.reader = new NmeaReader(source);
    this.counts = counts;
  }

  @Override
  public void take(byte[] frame, long nowNanos, Consumer<Measurement> out) {
    Sentences.Found found = Sentences.of(withoutReturn(frame), mustBeChecked);
    if (found.foreign()) {
      counts.count(Counter.FOREIGN, "no sentence: " + Listener.shown(frame));
    }
    for (Sentences.Piece piece : found.pieces()) {
      switch (piece) {
        case Sentences.Piece.Whole whole -> {
          switch (reader.read(whole.sentence(), nowNanos)) {
            case NmeaReader.Outcome.Said said -> {
              counts.count(Counter.TAKEN);
              out.accept(said.measurement());
            }
            case NmeaReader.Outcome.Part part -> counts.count(Counter.TAKEN);
            case NmeaReader.Outcome.Impossible impossible ->
                counts.count(Counter.IMPOSSIBLE, impossible.why());
          }
        }
        case Sentences.Piece.Damaged damaged ->
            counts.count(
                switch (damaged.fault()) {
                  case CHECKSUM -> Counter.CHECKSUM_WRONG;
                  case UNCHECKED -> Counter.UNCHECKED;
                  case MALFORMED -> Counter.MALFORMED;
                },
                damaged.text());
      }
    }
    counts.count(Counter.MESSAGES_INCOMPLETE, reader.lostMessages() - toldLost);
    toldLost = reader.lostMessages();
  }

  private static byte[] withoutReturn(byte[] line) {
    boolean has = line.length > 0 && line[line.length - 1] == '\r';
    return has ? java.util.Arrays.copyOf(line, line.length - 1) : line;
  }
}
