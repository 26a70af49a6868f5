package io.tributary.adapter.serial.nmea;

import io.tributary.adapter.measurement.Measurement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the sentences of one line say, in their order. Confined to one thread.
public final class NmeaReader {
  /// What became of a sentence.
  public sealed interface Outcome {
    /// It says something.
    record Said(Measurement measurement) implements Outcome {}

    /// It is a part of a message of which others are still to come.
    record Part() implements Outcome {}

    /// Its checksum is right, but what it says cannot be: no value, rather than a wrong one.
    record Impossible(String why) implements Outcome {}
  }

  private static final Set<String> SHIPS = Set.of("VDM", "VDO");

  private final String source;
  private final SatelliteClock clock = new SatelliteClock();
  private final Fragments fragments = new Fragments();

  /// @param source of all that it reads: a sentence's is followed by its address, a ship's by its number
  public NmeaReader(String source) {
    this.source = source;
  }

  /// Reads one sentence.
  public Outcome read(Sentence sentence, long nowNanos) {
    try {
      return SHIPS.contains(sentence.type()) ? ship(sentence, nowNanos) : instrument(sentence);
    } catch (FieldRefused e) {
      return new Outcome.Impossible(sentence.text() + ": " + e.getMessage());
    }
  }

  private Outcome instrument(Sentence sentence) throws FieldRefused {
    Instant time = clock.read(sentence);
    Map<String, Object> values = Layouts.values(sentence);
    String name = source + "/" + sentence.address();
    String disclaimer = Layouts.disclaimer(sentence, values);
    Measurement measurement =
        disclaimer == null ? Measurement.good(name, values) : Measurement.error(name, disclaimer);
    return new Outcome.Said(
        measurement.at(time == null ? tagged(sentence) : time).of(bytes(sentence.text())));
  }

  private Outcome ship(Sentence sentence, long nowNanos) throws FieldRefused {
    List<Sentence> all = fragments.join(sentence, nowNanos);
    if (all == null) {
      return new Outcome.Part();
    }
    Map<String, Object> values = AisMessage.read(Fragments.payload(all));
    List<String> texts = new ArrayList<>();
    for (Sentence each : all) {
      texts.add(each.text());
    }
    return new Outcome.Said(
        Measurement.good(source + "/" + values.get("mmsi"), values)
            .at(tagged(all.getFirst()))
            .of(bytes(String.join("\r\n", texts))));
  }

  /// The time of a tag block: `c:` and seconds or milliseconds since 1970 (NMEA 0183, version 4, section 7).
  private static @Nullable Instant tagged(Sentence sentence) {
    for (String part : sentence.tag().split(",", -1)) {
      if (part.matches("c:[0-9]{1,10}")) {
        return Instant.ofEpochSecond(Long.parseLong(part.substring(2)));
      }
      if (part.matches("c:[0-9]{13}")) {
        return Instant.ofEpochMilli(Long.parseLong(part.substring(2)));
      }
    }
    return null;
  }

  /// Messages of which some sentences never came.
  public long lostMessages() {
    return fragments.lost();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
