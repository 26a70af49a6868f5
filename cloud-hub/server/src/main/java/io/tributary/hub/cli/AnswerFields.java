package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.settings.HostAndPort;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the fields of an answer, which are Kafka's primitive types; those of the flexible versions
/// (KIP-482) are called compact.
///
/// Rubbish ends in one of the exceptions that {@link #parse} turns into an IOException, and never in
/// an array larger than the answer.
final class AnswerFields {
  private static final int VARINT_BITS_MOST = 35;

  private AnswerFields() {}

  /// Takes an answer apart.
  static <T> T parse(HostAndPort from, ByteBuffer answer, Function<ByteBuffer, T> parser)
      throws IOException {
    try {
      return parser.apply(answer);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(from + " does not answer as Kafka does", e);
    }
  }

  /// The length of an array, 0 for null; nothing that cannot be there.
  static int count(ByteBuffer in) {
    return possible(in, in.getInt());
  }

  static void skipInts(ByteBuffer in) {
    int count = count(in);
    in.position(in.position() + count * Integer.BYTES);
  }

  /// A string; an empty one for null.
  static String string(ByteBuffer in) {
    return text(in, Math.max(0, in.getShort()));
  }

  static @Nullable String nullableString(ByteBuffer in) {
    int length = in.getShort();
    return length < 0 ? null : text(in, length);
  }

  /// Bytes; none for null. A view of the answer.
  static ByteBuffer bytes(ByteBuffer in) {
    int length = possible(in, in.getInt());
    ByteBuffer bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    return bytes;
  }

  static int compactCount(ByteBuffer in) {
    return possible(in, unsignedVarint(in) - 1);
  }

  static String compactString(ByteBuffer in) {
    return text(in, compactCount(in));
  }

  static void skipCompactInts(ByteBuffer in) {
    int count = compactCount(in);
    in.position(in.position() + count * Integer.BYTES);
  }

  /// Tagged fields, which only newer versions than ours would understand.
  static void skipTags(ByteBuffer in) {
    for (int i = possible(in, unsignedVarint(in)); i > 0; i--) {
      unsignedVarint(in); // the tag
      int length = possible(in, unsignedVarint(in));
      in.position(in.position() + length);
    }
  }

  private static int unsignedVarint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; shift < VARINT_BITS_MOST; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than five bytes");
  }

  private static int possible(ByteBuffer in, int count) {
    if (count > in.remaining()) {
      throw new IllegalArgumentException(count + " where there are " + in.remaining() + " B");
    }
    return Math.max(0, count);
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[possible(in, length)];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }
}
