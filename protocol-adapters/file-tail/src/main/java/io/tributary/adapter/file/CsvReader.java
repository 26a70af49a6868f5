package io.tributary.adapter.file;

import java.util.ArrayList;
import java.util.List;

/// CSV as RFC 4180, section 2, has it: fields in quotes may hold delimiters, newlines and, doubled, quotes. Pure.
///
/// ```
///            "            "              " : a quote that is meant
///   START ──────▶ QUOTED ───▶ QUOTE ───────────────▶ QUOTED
///     │ any          any ↺      │ delimiter ─▶ START
///     ▼                         │ any ─▶ WRONG
///   PLAIN ── delimiter ─▶ START, " ─▶ WRONG, which lasts to the newline
/// ```
final class CsvReader {
  private enum State {
    START,
    PLAIN,
    QUOTED,
    QUOTE,
    WRONG
  }

  private final char delimiter;

  /// @param delimiter one ASCII character, neither a quote nor of a line's end
  CsvReader(char delimiter) {
    this.delimiter = delimiter;
  }

  /// Where the newline is that ends the record which begins at `from`; -1 when it is not there.
  ///
  /// @param bytes of ASCII or of a code that extends it, such as UTF-8
  /// @param to exclusive
  int end(byte[] bytes, int from, int to) {
    State state = State.START;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' && state != State.QUOTED) {
        return i;
      }
      state = next(state, (char) bytes[i]);
    }
    return -1;
  }

  /// The fields of a record, without its line's end.
  ///
  /// @throws IllegalArgumentException when it is no record, and says where
  List<String> fields(String record) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    State state = State.START;
    for (int i = 0; i < record.length(); i++) {
      char c = record.charAt(i);
      State next = next(state, c);
      boolean isQuoteMeant = state == State.QUOTE && next == State.QUOTED;
      switch (next) {
        case START -> {
          fields.add(field.toString());
          field.setLength(0);
        }
        case PLAIN -> field.append(c);
        case QUOTED -> {
          if (state == State.QUOTED || isQuoteMeant) {
            field.append(c);
          }
        }
        case QUOTE -> {}
        case WRONG ->
            throw new IllegalArgumentException(
                state == State.PLAIN
                    ? "a quote within a field that does not begin with one, at character " + (i + 1)
                    : "neither a delimiter nor the end behind a quote, at character " + (i + 1));
      }
      state = next;
    }
    if (state == State.QUOTED) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    fields.add(field.toString());
    return fields;
  }

  private State next(State state, char c) {
    return switch (state) {
      case START -> c == '"' ? State.QUOTED : c == delimiter ? State.START : State.PLAIN;
      case PLAIN -> c == '"' ? State.WRONG : c == delimiter ? State.START : State.PLAIN;
      case QUOTED -> c == '"' ? State.QUOTE : State.QUOTED;
      case QUOTE -> c == '"' ? State.QUOTED : c == delimiter ? State.START : State.WRONG;
      case WRONG -> State.WRONG;
    };
  }
}
