package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Writes those fields of a request that a `DataOutputStream` does not know: Kafka's strings, and of
/// the flexible versions (KIP-482) the ones that are called compact.
final class RequestFields {
  private RequestFields() {}

  static void string(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  static void nullableString(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeShort(-1);
    } else {
      string(out, text);
    }
  }

  static void compactString(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    compactCount(out, bytes.length);
    out.write(bytes);
  }

  /// The length of an array, which stands one higher, since 0 is null.
  static void compactCount(DataOutputStream out, int count) throws IOException {
    int left = count + 1;
    for (; left > 0x7f; left >>>= 7) {
      out.writeByte((left & 0x7f) | 0x80);
    }
    out.writeByte(left);
  }

  /// No tagged fields: ends each structure of a flexible version, and the header before its body.
  static void noTags(DataOutputStream out) throws IOException {
    out.writeByte(0);
  }
}
