package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.record.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON object a line:
///
/// ```json
/// {"topic":"t","partition":3,"offset":17,"edge":"press-7","edgeOffset":5,"timestamp":1790000000000,
///  "key":"k","value":"21.5","headers":{"source":"mqtt"}}
/// ```
///
/// Key, value and headers are text. What is not UTF-8 stands in Base64 under `keyBase64`,
/// `valueBase64`, or in the header's name with `;base64` behind it. Of headers with one name the last
/// counts, as for Kafka's clients.
record JsonFormat() implements RecordFormat {
  private static final String EDGE = "edge";
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  @Override
  public void print(Shown shown, Output out) {
    List<Header> headers = shown.record.toRecord().headers();
    out.put("{\"topic\":");
    quote(shown.topic.getBytes(UTF_8), out);
    out.put(",\"partition\":");
    out.put(shown.partition);
    out.put(",\"offset\":");
    out.put(shown.record.offset());
    byte[] edge = bytes(shown.edge());
    if (edge != null) {
      member(EDGE, "Base64", edge, out);
    }
    if (shown.edgeOffset != Shown.NO_EDGE_OFFSET) {
      out.put(",\"edgeOffset\":");
      out.put(shown.edgeOffset);
    }
    out.put(",\"timestamp\":");
    out.put(shown.record.timestampMs());
    member("key", "Base64", bytes(shown.record.key()), out);
    member("value", "Base64", bytes(shown.record.value()), out);
    out.put(",\"headers\":{");
    putHeaders(headers, out);
    out.put("}}");
  }

  private static void putHeaders(List<Header> headers, Output out) {
    Map<String, Header> last = new LinkedHashMap<>();
    for (Header header : headers) {
      if (!header.key().equals(EDGE)) {
        last.put(header.key(), header);
      }
    }
    boolean first = true;
    for (Header header : last.values()) {
      if (!first) {
        out.put((byte) ',');
      }
      first = false;
      putMember(header.key(), ";base64", header.value(), out);
    }
  }

  private static void member(String name, String suffix, byte @Nullable [] value, Output out) {
    out.put((byte) ',');
    putMember(name, suffix, value, out);
  }

  private static void putMember(String name, String suffix, byte @Nullable [] value, Output out) {
    boolean isText = value == null || isUtf8(value);
    quote((isText ? name : name + suffix).getBytes(UTF_8), out);
    out.put((byte) ':');
    if (value == null) {
      out.put("null");
    } else {
      quote(isText ? value : Base64.getEncoder().encode(value), out);
    }
  }

  /// A JSON string of UTF-8 bytes.
  static void quote(byte[] utf8, Output out) {
    out.put((byte) '"');
    for (byte b : utf8) {
      if (b == '"' || b == '\\') {
        out.put((byte) '\\');
        out.put(b);
      } else if (b >= 0 && b < ' ') {
        out.put("\\u00");
        out.put(HEX[b >> 4]);
        out.put(HEX[b & 15]);
      } else {
        out.put(b);
      }
    }
    out.put((byte) '"');
  }

  private static boolean isUtf8(byte[] bytes) {
    boolean ascii = true;
    for (byte b : bytes) {
      ascii &= b >= 0;
    }
    if (ascii) {
      return true;
    }
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
