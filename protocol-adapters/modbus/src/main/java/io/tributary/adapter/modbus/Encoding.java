package io.tributary.adapter.modbus;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How a value lies in its registers. The standard says big-endian bytes in a register, and nothing of values that take several:
///
/// ```
///  0x12345678       byte order big     little
///  word order big   12 34 | 56 78      34 12 | 78 56
///             little 56 78 | 12 34     78 56 | 34 12
/// ```
///
/// @param areBytesLittle whether the low byte of a register comes first
/// @param areWordsLittle whether the register with the low bits comes first
/// @param scale what a number is multiplied with, before `offset` is added
record Encoding(
    PointType type,
    boolean areBytesLittle,
    boolean areWordsLittle,
    BigDecimal scale,
    BigDecimal offset) {
  private static final int WORD = 2;
  private static final int BITS_OF_WORD = 16;

  /// The value in these bytes of registers.
  ///
  /// @param bit of the first register, 0 to 15, for bits
  /// @throws NoValue for a float that is none
  Object decode(byte[] registers, int bit) throws NoValue {
    byte[] bytes = inOrder(registers);
    return switch (type) {
      case BIT -> ((ByteBuffer.wrap(bytes).getShort() >> bit) & 1) == 1;
      case STRING -> text(bytes);
      case INT16, INT32, INT64 -> scaled(new BigInteger(bytes));
      case UINT16, UINT32, UINT64 -> scaled(new BigInteger(1, bytes));
      case FLOAT32 -> real(Float.toString(ByteBuffer.wrap(bytes).getFloat()));
      case FLOAT64 -> real(Double.toString(ByteBuffer.wrap(bytes).getDouble()));
    };
  }

  /// The registers of a value.
  ///
  /// @param length in registers
  /// @throws NoValue when it is not of the type, or beyond it
  byte[] encode(@Nullable Object value, int length) throws NoValue {
    if (type == PointType.STRING) {
      return inOrder(padded(String.valueOf(value), length));
    }
    if (!(value instanceof Number number)) {
      throw new NoValue("'" + value + "' is no number");
    }
    BigDecimal unscaled = unscaled(new BigDecimal(number.toString()));
    byte[] bytes =
        switch (type) {
          case FLOAT32 -> ByteBuffer.allocate(Float.BYTES).putFloat(unscaled.floatValue()).array();
          case FLOAT64 ->
              ByteBuffer.allocate(Double.BYTES).putDouble(unscaled.doubleValue()).array();
          case INT16, INT32, INT64 -> whole(unscaled, true);
          case UINT16, UINT32, UINT64 -> whole(unscaled, false);
          case BIT, STRING -> throw new NoValue("a " + type + " has no registers of its own");
        };
    return inOrder(bytes);
  }

  private Number scaled(BigInteger value) {
    return isScaled() ? new BigDecimal(value).multiply(scale).add(offset) : value;
  }

  private Object real(String digits) throws NoValue {
    try {
      return new BigDecimal(digits).multiply(scale).add(offset);
    } catch (NumberFormatException e) {
      throw new NoValue("the registers hold " + digits + ", which is no number");
    }
  }

  private boolean isScaled() {
    return scale.compareTo(BigDecimal.ONE) != 0 || offset.signum() != 0;
  }

  private BigDecimal unscaled(BigDecimal value) {
    BigDecimal difference = value.subtract(offset);
    return scale.compareTo(BigDecimal.ONE) == 0
        ? difference
        : difference.divide(scale, java.math.MathContext.DECIMAL64);
  }

  private byte[] whole(BigDecimal value, boolean isSigned) throws NoValue {
    BigInteger rounded = value.setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    int bits = type.registers * BITS_OF_WORD;
    BigInteger range = BigInteger.ONE.shiftLeft(isSigned ? bits - 1 : bits);
    BigInteger least = isSigned ? range.negate() : BigInteger.ZERO;
    if (rounded.compareTo(least) < 0 || rounded.compareTo(range) >= 0) {
      throw new NoValue(value.toPlainString() + " is beyond " + type);
    }
    byte[] bytes = new byte[type.registers * WORD];
    byte[] digits = rounded.toByteArray();
    Arrays.fill(bytes, (byte) (rounded.signum() < 0 ? -1 : 0));
    int length = Math.min(digits.length, bytes.length);
    System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
    return bytes;
  }

  private static byte[] padded(String text, int length) throws NoValue {
    byte[] characters = text.getBytes(StandardCharsets.ISO_8859_1);
    if (characters.length > length * WORD) {
      throw new NoValue("'" + text + "' is longer than " + length * WORD + " characters");
    }
    return Arrays.copyOf(characters, length * WORD);
  }

  private static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(0);
    return (end < 0 ? text : text.substring(0, end)).stripTrailing();
  }

  /// Big-endian from as they lie, and back again.
  private byte[] inOrder(byte[] bytes) {
    byte[] ordered = new byte[bytes.length];
    int words = bytes.length / WORD;
    boolean isTurned = areWordsLittle && type != PointType.STRING;
    for (int word = 0; word < words; word++) {
      int from = (isTurned ? words - 1 - word : word) * WORD;
      ordered[word * WORD] = bytes[areBytesLittle ? from + 1 : from];
      ordered[word * WORD + 1] = bytes[areBytesLittle ? from : from + 1];
    }
    return ordered;
  }
}
