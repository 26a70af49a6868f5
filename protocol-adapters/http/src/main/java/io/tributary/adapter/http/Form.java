package io.tributary.adapter.http;

import io.tributary.adapter.measurement.Envelope;
import java.util.Locale;

/// What a request's body is, as its `Content-Type` says.
enum Form {
  /// One JSON text; an array's elements are a reading each.
  JSON("application/json"),
  /// A JSON text in each line.
  LINES("application/x-ndjson"),
  /// One reading, whatever its bytes are.
  BYTES("application/octet-stream"),
  TEXT("text/plain");

  private final String type;

  Form(String type) {
    this.type = type;
  }

  boolean isRaw() {
    return this == BYTES || this == TEXT;
  }

  /// @param contentType the header, empty when there is none
  static Form of(String contentType, Envelope topic) throws RequestRefused {
    String[] parts = contentType.split(";", -1);
    String type = parts[0].strip().toLowerCase(Locale.ROOT);
    boolean mayBeRaw = topic.format() == Envelope.Format.RAW;
    for (Form form : values()) {
      if (form.type.equals(type) && (mayBeRaw || !form.isRaw())) {
        form.checkCharset(parts);
        return form;
      }
    }
    throw RequestRefused.unsupported(
        "its Content-Type is "
            + (type.isEmpty() ? "not there" : "'" + Words.excerpt(type) + "'")
            + " but must be application/json, application/x-ndjson"
            + (mayBeRaw
                ? ", application/octet-stream or text/plain"
                : "; other bytes are for topics with 'format: raw'"));
  }

  private void checkCharset(String[] parts) throws RequestRefused {
    for (int i = 1; i < parts.length && !isRaw(); i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.toLowerCase(Locale.ROOT).startsWith("charset=")
          && !parameter.substring("charset=".length()).equalsIgnoreCase("utf-8")) {
        throw RequestRefused.unsupported("JSON is UTF-8 here, not " + Words.excerpt(parameter));
      }
    }
  }
}
