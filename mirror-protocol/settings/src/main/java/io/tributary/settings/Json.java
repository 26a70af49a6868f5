package io.tributary.settings;

import java.util.StringJoiner;
import java.util.regex.Pattern;

/// What was written in YAML, as JSON (RFC 8259).
final class Json {
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private Json() {}

  static String of(Tree tree) {
    return switch (tree) {
      case Tree.Scalar scalar -> scalar(scalar);
      case Tree.Items items -> {
        StringJoiner all = new StringJoiner(",", "[", "]");
        items.items().forEach(item -> all.add(of(item)));
        yield all.toString();
      }
      case Tree.Branch branch -> {
        StringJoiner all = new StringJoiner(",", "{", "}");
        branch.children().forEach((name, value) -> all.add(quoted(name) + ":" + of(value)));
        yield all.toString();
      }
    };
  }

  /// YAML's numbers that JSON has not, such as `0x1f` and `.inf`, become texts: they are not rounded or guessed.
  private static String scalar(Tree.Scalar scalar) {
    if (scalar.empty()) {
      return "null";
    }
    String text = scalar.text();
    boolean isBare =
        !scalar.isText()
            && (text.equals("true") || text.equals("false") || NUMBER.matcher(text).matches());
    return isBare ? text : quoted(text);
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
}
