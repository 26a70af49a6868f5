package io.tributary.store;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One line of the topic `_gaps`, an ordinary topic that any Kafka client can read: which records of
/// which stream do not exist, and why.
///
/// ```json
/// {"edge":"press-7","topic":"temperature","stream":"8123…","from":100,"to":150,"count":50,
///  "reason":"drop-oldest","declaredAtMs":1790000000000}
/// ```
///
/// The stream's id is a string, since many readers of JSON keep only 53 bits of a number.
///
/// @param declaredAtMs when the hub heard of it, in milliseconds since 1970
public record GapEntry(String edgeId, String topic, long streamId, Gap gap, long declaredAtMs) {
  /// The name of the topic.
  public static final String TOPIC = "_gaps";

  /// What `value` writes, and nothing else: stores read their own lines back.
  private static final Pattern OWN =
      Pattern.compile(
          "\\{\"edge\":(\"(?:[^\"\\\\]|\\\\[\"\\\\]|\\\\u[0-9a-f]{4})*+\"),\"topic\":\"([^\"]*)\",\"stream\":\"(\\d{1,19})\","
              + "\"from\":(\\d{1,18}),\"to\":(\\d{1,18}),\"count\":\\d{1,18},"
              + "\"reason\":\"([a-z-]+)\",\"declaredAtMs\":(\\d{1,18})}");

  /// `edge/topic/stream/from`: the same hole has the same key.
  public byte[] key() {
    return (edgeId + '/' + topic + '/' + streamId + '/' + gap.from())
        .getBytes(StandardCharsets.UTF_8);
  }

  public byte[] value() {
    String json =
        ("{\"edge\":%s,\"topic\":%s,\"stream\":\"%d\",\"from\":%d,\"to\":%d,\"count\":%d,"
                + "\"reason\":\"%s\",\"declaredAtMs\":%d}")
            .formatted(
                quoted(edgeId),
                quoted(topic),
                streamId,
                gap.from(),
                gap.to(),
                gap.count(),
                gap.reason().words(),
                declaredAtMs);
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /// The entry that `value` wrote, or null if these bytes are none.
  public static @Nullable GapEntry read(byte[] value) {
    Matcher fields = OWN.matcher(new String(value, StandardCharsets.UTF_8));
    if (!fields.matches()) {
      return null;
    }
    for (GapReason reason : GapReason.values()) {
      if (reason.words().equals(fields.group(6))) {
        return read(fields, reason);
      }
    }
    return null;
  }

  private static @Nullable GapEntry read(Matcher fields, GapReason reason) {
    try {
      return new GapEntry(
          unquoted(fields.group(1)),
          fields.group(2),
          Long.parseLong(fields.group(3)),
          new Gap(Long.parseLong(fields.group(4)), Long.parseLong(fields.group(5)), reason),
          Long.parseLong(fields.group(7)));
    } catch (IllegalArgumentException notOurs) {
      return null; // numbers that no store writes; a hub does not refuse to start because of them
    }
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private static String unquoted(String json) {
    StringBuilder text = new StringBuilder(json.length());
    for (int i = 1; i < json.length() - 1; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (json.charAt(++i) != 'u') {
        text.append(json.charAt(i));
      } else {
        text.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
        i += 4;
      }
    }
    return text.toString();
  }
}
