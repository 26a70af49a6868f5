package io.tributary.adapter.mqtt.bridge;

import io.tributary.record.Header;
import io.tributary.record.Record;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a reading is published: a topic name (MQTT 5, section 4.7) in which `{key}`, `{topic}` and `{header:NAME}` stand for
/// what the reading has there.
final class TopicTemplate {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
  private static final String KEY = "key";
  private static final String TOPIC = "topic";
  private static final String HEADER = "header:";

  private final String text;
  private final List<Part> parts = new ArrayList<>();

  private sealed interface Part {}

  private record Fixed(String text) implements Part {}

  private record Key() implements Part {}

  private record HeaderOf(String name) implements Part {}

  /// Takes a template.
  ///
  /// @param topic the Tributary topic, for `{topic}`
  /// @throws IllegalArgumentException when it has an unknown placeholder, or cannot name a topic
  TopicTemplate(String text, String topic) {
    this.text = text;
    Matcher matcher = PLACEHOLDER.matcher(text);
    int from = 0;
    while (matcher.find()) {
      fixed(text.substring(from, matcher.start()));
      String name = matcher.group(1);
      if (name.equals(KEY)) {
        parts.add(new Key());
      } else if (name.equals(TOPIC)) {
        fixed(topic);
      } else if (name.startsWith(HEADER) && name.length() > HEADER.length()) {
        parts.add(new HeaderOf(name.substring(HEADER.length())));
      } else {
        throw new IllegalArgumentException(text);
      }
      from = matcher.end();
    }
    fixed(text.substring(from));
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(text);
    }
  }

  private void fixed(String part) {
    if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0 || !isNamePart(part)) {
      throw new IllegalArgumentException(text);
    }
    if (!part.isEmpty()) {
      parts.add(new Fixed(part));
    }
  }

  /// The topic name for a reading; null when the reading lacks what the template names, or has there what no topic name may
  /// have.
  @Nullable String of(Record reading) {
    StringBuilder name = new StringBuilder();
    for (Part part : parts) {
      String piece =
          switch (part) {
            case Fixed fixed -> fixed.text;
            case Key key -> decode(reading.key());
            case HeaderOf header -> decode(valueOf(header.name, reading.headers()));
          };
      if (piece == null || !isNamePart(piece)) {
        return null;
      }
      name.append(piece);
    }
    return name.isEmpty() || !MqttText.isSound(name.toString()) ? null : name.toString();
  }

  /// The last one, as Kafka's clients choose.
  private static byte @Nullable [] valueOf(String name, List<Header> headers) {
    byte[] found = null;
    for (Header header : headers) {
      if (header.key().equals(name)) {
        found = header.value();
      }
    }
    return found;
  }

  private static boolean isNamePart(String piece) {
    return piece.indexOf('+') < 0 && piece.indexOf('#') < 0 && MqttText.isSound(piece);
  }

  private static @Nullable String decode(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
