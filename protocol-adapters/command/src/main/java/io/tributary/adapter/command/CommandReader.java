package io.tributary.adapter.command;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.record.Record;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// Reads commands from records: `{"target":"boiler/setpoint","value":55.0,"expires":"2026-11-29T01:02:03Z"}`. Without `target` the
/// record's key is it; `expires` is a time, or milliseconds since 1970.
final class CommandReader {
  /// Longer ones are none: the parser would recurse as deep as they are long.
  private static final int CHARACTERS_MOST = 4096;

  private CommandReader() {}

  /// @throws IllegalArgumentException for what is no command, and says why
  static Command read(Record record, Duration expiry) {
    byte[] value = record.value();
    String text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
    if (text.length() > CHARACTERS_MOST) {
      throw new IllegalArgumentException("is longer than " + CHARACTERS_MOST + " characters");
    }
    JsonObject object;
    try {
      object = (JsonObject) JsonParser.any().withLazyNumbers().from(text);
    } catch (JsonParserException | ClassCastException e) {
      throw new IllegalArgumentException(
          "is no JSON object such as {\"target\":\"boiler/setpoint\",\"value\":55}", e);
    }
    if (object == null || !object.containsKey("value")) {
      throw new IllegalArgumentException("has no value");
    }
    return new Command(
        target(object, record.key()), value(object), expires(object, record, expiry));
  }

  private static String target(JsonObject object, byte @Nullable [] key) {
    if (object.get("target") instanceof String target && !target.isEmpty()) {
      return target;
    }
    if (object.containsKey("target") || key == null || key.length == 0) {
      throw new IllegalArgumentException("has no target, and no key that would be it");
    }
    return new String(key, StandardCharsets.UTF_8);
  }

  private static @Nullable Object value(JsonObject object) {
    return switch (object.get("value")) {
      case null -> null;
      case Number number -> number;
      case Boolean flag -> flag;
      case String text -> text;
      default -> throw new IllegalArgumentException("has a value that is a list or an object");
    };
  }

  private static Instant expires(JsonObject object, Record record, Duration expiry) {
    try {
      return switch (object.get("expires")) {
        case null -> Instant.ofEpochMilli(record.timestampMs()).plus(expiry);
        case String text -> OffsetDateTime.parse(text).toInstant();
        case Number milliseconds -> Instant.ofEpochMilli(Long.parseLong(milliseconds.toString()));
        default -> throw new IllegalArgumentException("has a time `expires` that is none");
      };
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException("has a time `expires` that is none", e);
    }
  }
}
