package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.serial.dsmr.Telegram;
import io.tributary.adapter.serial.dsmr.TelegramReader;
import java.util.Arrays;
import java.util.function.Consumer;

/// Telegrams of smart meters: as JSON one measurement for each of its objects, raw the telegram as it came.
final class TelegramDecoder implements Decoder {
  /// How many slashes, from the last one back, are tried as the beginning of a telegram: noise may consist of them.
  private static final int BEGINNINGS_MOST = 8;

  private final String source;
  private final boolean mustBeChecked;
  private final Envelope.Format format;
  private final Counts<Counter> counts;

  TelegramDecoder(
      String source, boolean mustBeChecked, Envelope.Format format, Counts<Counter> counts) {
    this.source = source;
    this.mustBeChecked = mustBeChecked;
    this.format = format;
    this.counts = counts;
  }

  @Override
  public void take(byte[] frame, long nowNanos, Consumer<Measurement> out) {
    try {
      say(Telegram.read(frame, mustBeChecked), frame, out);
    } catch (Telegram.Damaged e) {
      if (!takeLastOf(frame, out)) {
        counts.count(
            switch (e.fault) {
              case CHECKSUM -> Counter.CHECKSUM_WRONG;
              case UNCHECKED -> Counter.UNCHECKED;
              case MALFORMED -> Counter.MALFORMED;
            },
            "a telegram " + e.getMessage());
      }
    }
  }

  /// A telegram that ended in the middle of a line has the next one behind it, in the same frame.
  ///
  /// @return whether one was there
  private boolean takeLastOf(byte[] frame, Consumer<Measurement> out) {
    int begin = frame.length;
    for (int tries = 0; tries < BEGINNINGS_MOST; tries++) {
      do {
        begin--;
      } while (begin > 0 && frame[begin] != '/');
      if (begin <= 0) {
        return false;
      }
      byte[] rest = Arrays.copyOfRange(frame, begin, frame.length);
      try {
        say(Telegram.read(rest, mustBeChecked), rest, out);
        counts.count(Counter.BYTES_PASSED_OVER, begin);
        counts.example(begin + " bytes passed over: a telegram without its end");
        return true;
      } catch (Telegram.Damaged e) {
        continue; // a slash within the telegram
      }
    }
    return false;
  }

  private void say(Telegram telegram, byte[] bytes, Consumer<Measurement> out) {
    counts.count(Counter.TAKEN);
    switch (format) {
      case JSON -> TelegramReader.measurements(telegram, source).forEach(out);
      case RAW ->
          out.accept(
              Measurement.good(source, telegram.identification())
                  .at(TelegramReader.time(telegram))
                  .of(bytes));
    }
  }
}
