package io.tributary.adapter.measurement;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Measurements that come as JSON. An object that has a `value`, and beside it only `source`, `unit`, `quality`, `reason` and `time`
/// in the forms that the {@link Envelope} gives them, is taken for what it says; any other text is itself the value.
public final class JsonMeasurement {
  /// The parser recurses: without it, a text of brackets would end the thread.
  private static final int DEPTH_MOST = 64;

  private static final Set<String> MEMBERS =
      Set.of("source", "value", "unit", "quality", "reason", "time");

  private JsonMeasurement() {}

  /// Reads one JSON text (RFC 8259). Numbers keep their digits.
  ///
  /// @param source of a measurement that names none
  /// @throws IllegalArgumentException when it is none, and says where
  public static Measurement read(String json, String source) {
    Object parsed = parse(json);
    Measurement said = parsed instanceof JsonObject object ? envelope(object, source) : null;
    return (said == null ? Measurement.good(source, parsed) : said)
        .of(json.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Object parse(String json) {
    checkDepth(json);
    try {
      return JsonParser.any().withLazyNumbers().from(json);
    } catch (JsonParserException e) {
      throw new IllegalArgumentException("is no JSON: " + e.getMessage(), e);
    }
  }

  private static void checkDepth(String json) {
    int depth = 0;
    boolean isInString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (isInString) {
        i += c == '\\' ? 1 : 0;
        isInString = c != '"';
      } else if (c == '"') {
        isInString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      if (depth > DEPTH_MOST) {
        throw new IllegalArgumentException("nests deeper than " + DEPTH_MOST);
      }
    }
  }

  private static @Nullable Measurement envelope(JsonObject object, String source) {
    if (!object.containsKey("value") || !MEMBERS.containsAll(object.keySet())) {
      return null;
    }
    try {
      Quality quality = quality(text(object, "quality", "good"));
      return new Measurement(
          text(object, "source", source),
          object.get("value"),
          textOrNull(object, "unit"),
          quality,
          textOrNull(object, "reason"),
          time(object),
          new byte[0]);
    } catch (IllegalArgumentException | DateTimeException e) {
      return null; // somebody else's object
    }
  }

  private static Quality quality(String word) {
    for (Quality quality : Quality.values()) {
      if (quality.word().equals(word.toLowerCase(Locale.ROOT))) {
        return quality;
      }
    }
    throw new IllegalArgumentException(word);
  }

  private static @Nullable Instant time(JsonObject object) {
    return switch (object.get("time")) {
      case null -> null;
      case String text -> OffsetDateTime.parse(text).toInstant();
      case Number milliseconds ->
          Instant.ofEpochMilli(Long.parseLong(milliseconds.toString())); // else it is no time
      default -> throw new IllegalArgumentException("time");
    };
  }

  private static String text(Map<String, Object> object, String key, String absent) {
    String text = textOrNull(object, key);
    return text == null ? absent : text;
  }

  private static @Nullable String textOrNull(Map<String, Object> object, String key) {
    return switch (object.get(key)) {
      case null -> null;
      case String text -> text;
      default -> throw new IllegalArgumentException(key);
    };
  }
}
