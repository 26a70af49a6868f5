package io.tributary.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes DER (X.690): tag, length, value. Each method gives a whole element.
final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0C;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;

  /// RFC 5280, section 4.1.2.5: dates from 2050 on are written as GeneralizedTime.
  private static final Instant FIRST_GENERALIZED = Instant.parse("2050-01-01T00:00:00Z");

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... elements) {
    return element(SEQUENCE, elements);
  }

  static byte[] set(byte[]... elements) {
    return element(SET, elements);
  }

  static byte[] integer(BigInteger value) {
    return element(INTEGER, value.toByteArray());
  }

  static byte[] yes() {
    return element(BOOLEAN, new byte[] {(byte) 0xFF});
  }

  static byte[] octets(byte[] bytes) {
    return element(OCTET_STRING, bytes);
  }

  /// A bit string with this many unused bits at its end.
  static byte[] bits(int unused, byte... bytes) {
    return element(BIT_STRING, new byte[] {(byte) unused}, bytes);
  }

  static byte[] utf8(String text) {
    return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(Instant time) {
    return time.isBefore(FIRST_GENERALIZED)
        ? element(UTC_TIME, UTC.format(time).getBytes(StandardCharsets.US_ASCII))
        : element(GENERALIZED_TIME, GENERALIZED.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /// An element whose tag the surrounding structure numbers; `value` is its content.
  static byte[] tagged(int number, byte[] value) {
    return element(CONTEXT | number, value);
  }

  /// The same around a whole element.
  static byte[] wrapped(int number, byte[] element) {
    return element(CONTEXT | CONSTRUCTED | number, element);
  }

  /// An object identifier, from its dotted form.
  static byte[] oid(String dotted) {
    String[] parts = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(parts[0]) * 40 + Integer.parseInt(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      int arc = Integer.parseInt(parts[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >>> shift != 0) {
          out.write(0x80 | (arc >>> shift & 0x7F));
        }
      }
      out.write(arc & 0x7F);
    }
    return element(OBJECT_IDENTIFIER, out.toByteArray());
  }

  private static byte[] element(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int lengthBytes = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | lengthBytes);
      for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
        out.write(length >>> shift);
      }
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }
}
