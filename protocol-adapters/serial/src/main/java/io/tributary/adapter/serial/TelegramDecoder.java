package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.serial.dsmr.Telegram;
import io.tributary.adapter.serial.dsmr.TelegramReader;
import java.util.function.Consumer;

/// Telegrams of smart meters: as JSON one measurement for each of its objects, raw the telegram as it came.
final class TelegramDecoder implements Decoder {
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
    Telegram telegram;
    try {
      telegram = Telegram.read(frame, mustBeChecked);
    } catch (Telegram.Damaged e) {
      counts.count(
          switch (e.fault) {
            case CHECKSUM -> Counter.CHECKSUM_WRONG;
            case UNCHECKED -> Counter.UNCHECKED;
            case MALFORMED -> Counter.MALFORMED;
          },
          "a telegram " + e.getMessage());
      return;
    }
    counts.count(Counter.TAKEN);
    switch (format) {
      case JSON -> TelegramReader.measurements(telegram, source).forEach(out);
      case RAW ->
          out.accept(
              Measurement.good(source, telegram.identification())
                  .at(TelegramReader.time(telegram))
                  .of(frame));
    }
  }
}
