package io.tributary.adapter.http;

import io.tributary.adapter.Reading;
import io.tributary.adapter.measurement.JsonMeasurement;
import io.tributary.adapter.measurement.Measurement;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes readings of a whole body, or says what is wrong with it: all of it is checked before anything is logged.
final class Readings {
  private Readings() {}

  /// @param most how many there may be
  /// @param share pays for them
  /// @param nowMs when they came in
  static List<Reading> read(Head head, Body body, int most, WaitingBytes.Share share, long nowMs)
      throws RequestRefused {
    if (head.form().isRaw()) {
      return List.of(raw(head, body, share, nowMs));
    }
    String text = text(body);
    JsonTexts texts =
        head.form() == Form.LINES ? JsonTexts.ofLines(text) : JsonTexts.ofArrayOrOne(text);
    List<Reading> readings = new ArrayList<>();
    for (String json; (json = texts.next()) != null; ) {
      if (readings.size() == most) {
        throw RequestRefused.tooLarge(
            "it has more than %d readings (readings); send fewer at a time".formatted(most));
      }
      Reading reading = reading(json, head, texts, nowMs);
      if (reading.timestampMs() < 0) { // no batch can hold it
        throw wrong(
            json, texts, "has a time before 1970, and 'timestamp: source' makes it the reading's");
      }
      share.take(bytes(reading));
      readings.add(reading);
    }
    return readings;
  }

  private static Reading raw(Head head, Body body, WaitingBytes.Share share, long nowMs)
      throws RequestRefused {
    if (body.length() == 0) {
      throw RequestRefused.malformed("the body is empty; it must be the bytes of one reading");
    }
    share.take(body.length() + (long) Bounds.READING_BYTES);
    return head.topic().reading(Measurement.good(head.source(), null).of(body.copy()), nowMs);
  }

  private static String text(Body body) throws RequestRefused {
    ByteBuffer bytes = ByteBuffer.wrap(body.array(), 0, body.length());
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw RequestRefused.malformed("the body is not UTF-8 at byte " + bytes.position());
    }
  }

  private static Reading reading(String json, Head head, JsonTexts texts, long nowMs)
      throws RequestRefused {
    if (json.isEmpty()) {
      throw RequestRefused.malformed(
          texts.place() + " is empty; nothing of the request was logged");
    }
    try {
      return head.topic().reading(JsonMeasurement.read(json, head.source()), nowMs);
    } catch (IllegalArgumentException e) {
      throw wrong(json, texts, String.valueOf(e.getMessage()));
    } catch (ArithmeticException e) {
      throw wrong(json, texts, "has a time that milliseconds since 1970 cannot tell");
    }
  }

  private static RequestRefused wrong(String json, JsonTexts texts, String why) {
    return RequestRefused.malformed(
        "%s ('%s') %s; nothing of the request was logged"
            .formatted(texts.place(), Words.excerpt(json), why));
  }

  private static long bytes(Reading reading) {
    byte[] key = reading.key();
    byte[] value = reading.value();
    return Bounds.READING_BYTES
        + (key == null ? 0L : key.length)
        + (value == null ? 0L : value.length);
  }
}
