package io.tributary.adapter.http;

import org.jspecify.annotations.Nullable;

/// Cuts a body into JSON texts, one for each reading: an array's elements, the lines of ndjson, or the body as a whole.
///
/// An array is cut at the commas that stand in no string and in no inner bracket. Whoever reads each piece as a JSON text of its own
/// has checked the array: `[`, valid texts with commas between them, `]` is a valid array, and in a valid one these are the
/// places where its elements end. Pieces of an invalid one are cut anywhere, and at least one of them is no JSON.
final class JsonTexts {
  private enum Cut {
    WHOLE,
    LINES,
    ARRAY
  }

  private final String text;
  private final Cut cut;
  private int at;
  private int number;
  private boolean hasEnded;

  private JsonTexts(String text, Cut cut, int at) {
    this.text = text;
    this.cut = cut;
    this.at = at;
  }

  static JsonTexts ofLines(String text) {
    return new JsonTexts(text, Cut.LINES, 0);
  }

  static JsonTexts ofArrayOrOne(String text) {
    int first = afterSpace(text, 0);
    boolean isArray = first < text.length() && text.charAt(first) == '[';
    return isArray ? new JsonTexts(text, Cut.ARRAY, first + 1) : new JsonTexts(text, Cut.WHOLE, 0);
  }

  /// The next text, without the space around it; null when there is none.
  ///
  /// @throws RequestRefused for an array that does not end, or with something behind it
  @Nullable String next() throws RequestRefused {
    number++;
    return switch (cut) {
      case WHOLE -> whole();
      case LINES -> line();
      case ARRAY -> element();
    };
  }

  /// Where the text that was given last stands, in words.
  String place() {
    return switch (cut) {
      case WHOLE -> "the body";
      case LINES -> "line " + number;
      case ARRAY -> "element " + number + " of the array";
    };
  }

  private @Nullable String whole() {
    if (hasEnded) {
      return null;
    }
    hasEnded = true;
    return trimmed(0, text.length());
  }

  private @Nullable String line() {
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      String line = trimmed(at, end);
      at = end + 1;
      if (!line.isEmpty()) {
        return line;
      }
      number++;
    }
    return null;
  }

  private @Nullable String element() throws RequestRefused {
    if (hasEnded) {
      return null;
    }
    int from = at;
    int end = elementEnd(from);
    hasEnded = text.charAt(end) == ']';
    at = end + 1;
    if (hasEnded && afterSpace(text, at) < text.length()) {
      throw RequestRefused.malformed("something follows the array");
    }
    String element = trimmed(from, end);
    boolean isEmptyArray = hasEnded && number == 1 && element.isEmpty();
    return isEmptyArray ? null : element;
  }

  private int elementEnd(int from) throws RequestRefused {
    int depth = 0;
    boolean isInString = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isInString) {
        i += c == '\\' ? 1 : 0;
        isInString = c != '"';
      } else if (c == '"') {
        isInString = true;
      } else if (depth == 0 && (c == ',' || c == ']')) {
        return i;
      } else if (c == '[' || c == '{') {
        depth++;
      } else if (c == ']' || c == '}') {
        depth--;
      }
    }
    throw RequestRefused.malformed("the array does not end: element " + number + " is cut short");
  }

  private String trimmed(int from, int to) {
    int first = Math.min(to, afterSpace(text, from));
    int end = to;
    while (end > first && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(first, end);
  }

  private static int afterSpace(String text, int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /// As RFC 8259, section 2, has it.
  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
