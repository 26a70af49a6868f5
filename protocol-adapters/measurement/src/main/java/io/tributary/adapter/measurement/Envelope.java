package io.tributary.adapter.measurement;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.TargetTopic;
import io.tributary.record.Header;
import io.tributary.settings.Section;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The form of readings, as a section says by its keys `topic`, `class`, `format` and `timestamp`.
///
/// The key is the source. The value is
///
/// ```
///  json   {"source":"boiler/temperature","value":71.5,"unit":"°C","quality":"good","time":"2026-11-29T01:02:03.250Z"}
///  raw    what the source sent, byte for byte; unit, quality, reason and time are headers
/// ```
///
/// In both, `unit`, `reason` and `time` are left out where there is none; `value` is null where there is none.
public record Envelope(TargetTopic target, Format format, Timestamp timestamp) {
  /// What the value of a reading is.
  public enum Format {
    JSON,
    RAW
  }

  /// What the timestamp of a reading is.
  public enum Timestamp {
    /// The edge's clock, when it came in.
    ARRIVAL,
    /// The source's own, where it has one; else as above.
    SOURCE
  }

  /// Reads the keys; what is wrong is reported to the section.
  public static Envelope read(Section section) {
    return read(TargetTopic.read(section), section);
  }

  /// Reads the keys of a section that is named after its topic, and has no key `topic`.
  ///
  /// @param topics which it lies in
  /// @param name one of the keys of `topics`
  public static Envelope readEntry(Section topics, String name) {
    return read(TargetTopic.readEntry(topics, name), topics.section(name));
  }

  private static Envelope read(TargetTopic target, Section section) {
    return new Envelope(
        target,
        section.oneOf("format", Format.class, Format.JSON),
        section.oneOf("timestamp", Timestamp.class, Timestamp.ARRIVAL));
  }

  /// The reading of a measurement.
  ///
  /// @param nowMs when it came in
  public Reading reading(Measurement measurement, long nowMs) {
    return reading(measurement, nowMs, List.of());
  }

  /// The reading of a measurement, with what must be known exactly when the reading is.
  public Reading reading(Measurement measurement, long nowMs, List<StateChange> state) {
    Instant time = measurement.time();
    return new Reading(
        target.name(),
        time != null && timestamp == Timestamp.SOURCE ? time.toEpochMilli() : nowMs,
        bytes(measurement.source()),
        switch (format) {
          case JSON -> bytes(json(measurement));
          case RAW -> measurement.raw();
        },
        switch (format) {
          case JSON -> List.of();
          case RAW -> headers(measurement);
        },
        state);
  }

  private static String json(Measurement measurement) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("source", measurement.source())
            .value("value", measurement.value());
    if (measurement.unit() != null) {
      json.value("unit", measurement.unit());
    }
    json.value("quality", measurement.quality().word());
    if (measurement.reason() != null) {
      json.value("reason", measurement.reason());
    }
    if (measurement.time() != null) {
      json.value("time", measurement.time().toString());
    }
    return json.end().done();
  }

  private static List<Header> headers(Measurement measurement) {
    List<Header> headers = new ArrayList<>(4);
    if (measurement.unit() != null) {
      headers.add(new Header("unit", bytes(measurement.unit())));
    }
    headers.add(new Header("quality", bytes(measurement.quality().word())));
    if (measurement.reason() != null) {
      headers.add(new Header("reason", bytes(measurement.reason())));
    }
    if (measurement.time() != null) {
      headers.add(new Header("time", bytes(measurement.time().toString())));
    }
    return headers;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
