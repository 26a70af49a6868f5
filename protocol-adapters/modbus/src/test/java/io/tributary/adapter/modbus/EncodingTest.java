package io.tributary.adapter.modbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingTest {
  @ParameterizedTest
  @CsvSource({
    "INT16, ff85, -123",
    "UINT16, ff85, 65413",
    "INT32, 80000000, -2147483648",
    "UINT32, 80000000, 2147483648",
    "INT64, 8000000000000000, -9223372036854775808",
    "UINT64, ffffffffffffffff, 18446744073709551615",
    "FLOAT32, 429b3333, 77.6",
    "FLOAT32, c0490fdb, -3.1415927",
    "FLOAT64, 400921fb54442d18, 3.141592653589793",
    "STRING, 41423100, AB1"
  })
  void typesInTheStandardsOrder(PointType type, String registers, String value) throws Exception {
    Encoding encoding = encoding(type, false, false);
    assertEquals(value, encoding.decode(hex(registers), 0).toString());
    Object given = type == PointType.STRING ? value : new BigDecimal(value);
    assertArrayEquals(hex(registers), encoding.encode(given, registers.length() / 4));
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 12345678, 123456789abcdef0, ABCD",
    "true, false, 34127856, 34127856bc9af0de, BADC",
    "false, true, 56781234, def09abc56781234, ABCD",
    "true, true, 78563412, f0debc9a78563412, BADC"
  })
  void ordersOfBytesAndWords(
      boolean areBytesLittle, boolean areWordsLittle, String two, String four, String text)
      throws Exception {
    BigInteger int32 = new BigInteger("12345678", 16);
    BigInteger int64 = new BigInteger("123456789abcdef0", 16);
    Encoding uint32 = encoding(PointType.UINT32, areBytesLittle, areWordsLittle);
    Encoding uint64 = encoding(PointType.UINT64, areBytesLittle, areWordsLittle);
    Encoding string = encoding(PointType.STRING, areBytesLittle, areWordsLittle);
    assertEquals(int32, uint32.decode(hex(two), 0));
    assertEquals(int64, uint64.decode(hex(four), 0));
    assertEquals(
        text, string.decode("ABCD".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0));
    assertArrayEquals(hex(two), uint32.encode(int32, 2));
    assertArrayEquals(hex(four), uint64.encode(int64, 4));
  }

  @Test
  void numbersAreScaledWithoutLoss() throws Exception {
    Encoding tenths =
        new Encoding(PointType.INT16, false, false, new BigDecimal("0.1"), new BigDecimal("-40"));
    assertEquals(new BigDecimal("31.5"), tenths.decode(hex("02cb"), 0));
    assertArrayEquals(hex("02cb"), tenths.encode(new BigDecimal("31.5"), 1));
    assertArrayEquals(hex("ffff"), tenths.encode(new BigDecimal("-40.1"), 1));
  }

  @Test
  void bitsOfARegisterAreCountedFromTheLowest() throws Exception {
    Encoding bit = encoding(PointType.BIT, false, false);
    assertEquals(true, bit.decode(hex("8001"), 0));
    assertEquals(false, bit.decode(hex("8001"), 1));
    assertEquals(true, bit.decode(hex("8001"), 15));
    assertEquals(true, encoding(PointType.BIT, true, false).decode(hex("0180"), 15));
  }

  @Test
  void whatIsNoNumberIsNoValue() {
    assertThrows(
        NoValue.class, () -> encoding(PointType.FLOAT32, false, false).decode(hex("7fc00000"), 0));
    assertThrows(
        NoValue.class,
        () -> encoding(PointType.FLOAT64, false, false).decode(hex("fff0000000000000"), 0));
  }

  @ParameterizedTest
  @CsvSource({
    "INT16, 32768",
    "INT16, -32769",
    "UINT16, -1",
    "UINT16, 65536",
    "UINT64, 18446744073709551616"
  })
  void whatDoesNotFitIsNotWritten(PointType type, BigDecimal value) {
    assertThrows(NoValue.class, () -> encoding(type, false, false).encode(value, 1));
  }

  private static Encoding encoding(PointType type, boolean areBytesLittle, boolean areWordsLittle) {
    return new Encoding(type, areBytesLittle, areWordsLittle, BigDecimal.ONE, BigDecimal.ZERO);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
