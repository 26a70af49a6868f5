package io.tributary.adapter.mqtt.mapping;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Finds one field of a JSON text, named by a dotted path such as `ts` or `meta.device.id`, without building anything else.
///
/// It walks objects only, and reads no further than the field: what follows is not checked. A text that is not JSON up to
/// there, or that nests deeper than any reading does, has no such field.
public final class JsonPath {
  /// Ends hostile nesting; skipping needs no stack, so this bounds time only by the text's length.
  private static final int MAX_STEPS = 16;

  private static final int MISSING = -1;

  private final String text;
  private final byte[][] steps;

  /// Takes a path.
  ///
  /// @throws IllegalArgumentException when a step is empty, or there are too many
  public JsonPath(String text) {
    this.text = text;
    String[] words = text.split("\\.", -1);
    if (words.length > MAX_STEPS) {
      throw new IllegalArgumentException(text);
    }
    steps = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      if (words[i].isEmpty()) {
        throw new IllegalArgumentException(text);
      }
      steps[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
  }

  /// The field's value as text: a string without its quotes and escapes; a number, true or false as written. Null when the
  /// field is missing, null, an object or an array.
  public @Nullable String find(byte[] json) {
    int at = 0;
    for (byte[] step : steps) {
      at = member(json, at, step);
      if (at == MISSING) {
        return null;
      }
    }
    return scalar(json, at);
  }

  /// Finds a member of the object that begins at `at`, and answers where its value begins.
  private static int member(byte[] json, int from, byte[] name) {
    int at = space(json, from);
    if (byteAt(json, at) != '{') {
      return MISSING;
    }
    at = space(json, at + 1);
    while (byteAt(json, at) == '"') {
      int nameEnd = stringEnd(json, at);
      int colon = nameEnd == MISSING ? MISSING : space(json, nameEnd);
      if (colon == MISSING || byteAt(json, colon) != ':') {
        return MISSING;
      }
      int value = space(json, colon + 1);
      if (isNamed(json, at + 1, nameEnd - 1, name)) {
        return value;
      }
      int end = valueEnd(json, value);
      at = end == MISSING ? MISSING : space(json, end);
      if (at == MISSING || byteAt(json, at) != ',') {
        return MISSING;
      }
      at = space(json, at + 1);
    }
    return MISSING;
  }

  private static boolean isNamed(byte[] json, int from, int to, byte[] name) {
    for (int i = from; i < to; i++) {
      if (json[i] == '\\') {
        String plain = unescape(json, from, to);
        return plain != null && plain.equals(new String(name, StandardCharsets.UTF_8));
      }
    }
    return java.util.Arrays.equals(json, from, to, name, 0, name.length);
  }

  private static @Nullable String scalar(byte[] json, int at) {
    int first = byteAt(json, at);
    if (first == '"') {
      int end = stringEnd(json, at);
      return end == MISSING ? null : unescape(json, at + 1, end - 1);
    }
    if (first == '{' || first == '[') {
      return null;
    }
    int end = valueEnd(json, at);
    if (end == MISSING) {
      return null;
    }
    String word = new String(json, at, end - at, StandardCharsets.ISO_8859_1);
    boolean number = first == '-' || (first >= '0' && first <= '9');
    return number || word.equals("true") || word.equals("false") ? word : null;
  }

  /// Where the value that begins at `at` ends. Brackets are counted, not matched by kind.
  private static int valueEnd(byte[] json, int from) {
    int depth = 0;
    int at = from;
    do {
      int b = byteAt(json, at);
      if (b == '"') {
        at = stringEnd(json, at);
        if (at == MISSING) {
          return MISSING;
        }
      } else if (b == '{' || b == '[') {
        depth++;
        at++;
      } else if (b == '}' || b == ']') {
        depth--;
        at++;
      } else if (b == MISSING) {
        return MISSING;
      } else if (depth == 0) {
        return wordEnd(json, at);
      } else {
        at++;
      }
    } while (depth > 0);
    return depth == 0 ? at : MISSING;
  }

  private static int wordEnd(byte[] json, int from) {
    int at = from;
    while (at < json.length && isWordByte(json[at])) {
      at++;
    }
    return at == from ? MISSING : at;
  }

  private static boolean isWordByte(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || b == '-'
        || b == '+'
        || b == '.';
  }

  /// The position behind the closing quote of the string that begins at `at`.
  private static int stringEnd(byte[] json, int at) {
    int i = at + 1;
    while (i < json.length && json[i] != '"') {
      i += json[i] == '\\' ? 2 : 1;
    }
    return i < json.length ? i + 1 : MISSING;
  }

  private static int space(byte[] json, int from) {
    int at = from;
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) {
      at++;
    }
    return at;
  }

  private static int byteAt(byte[] json, int at) {
    return at >= 0 && at < json.length ? json[at] & 0xff : MISSING;
  }

  private static @Nullable String unescape(byte[] json, int from, int to) {
    if (!Utf8.isValid(json, from, to)) {
      return null;
    }
    String raw = new String(json, from, to - from, StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder plain = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at++);
      if (c == '\\') {
        char letter = at < raw.length() ? raw.charAt(at++) : '\0';
        int escaped = letter == 'u' ? hex(raw, at) : escaped(letter);
        if (escaped < 0) {
          return null;
        }
        at += letter == 'u' ? 4 : 0;
        plain.append((char) escaped);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static int escaped(char letter) {
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> MISSING;
    };
  }

  private static int hex(String text, int from) {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  @Override
  public String toString() {
    return text;
  }
}
