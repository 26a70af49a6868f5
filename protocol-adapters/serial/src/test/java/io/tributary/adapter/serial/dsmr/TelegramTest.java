package io.tributary.adapter.serial.dsmr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.measurement.Measurement;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The telegram is the example of the P1 companion standard 5.0.2, section 6.13, with its checksum.
class TelegramTest {
  private static final Instant TIME = Instant.parse("2010-12-09T10:30:20Z");

  private final String example = example();

  @Test
  void theExampleOfTheStandardIsWhole() throws Exception {
    Telegram telegram = read(example);
    assertEquals("ISk5\\2MT382-1000", telegram.identification());
    assertEquals(35, telegram.objects().size());
  }

  @Test
  void quantitiesHaveTheirUnitAndTheTelegramsTime() throws Exception {
    Measurement energy = measurements(example).get("meter/1-0:1.8.1");
    assertEquals(new BigDecimal("123456.789"), energy.value());
    assertEquals("kWh", energy.unit());
    assertEquals(TIME, energy.time());
    assertEquals(new BigDecimal("01.193"), measurements(example).get("meter/1-0:1.7.0").value());
    assertEquals("A", measurements(example).get("meter/1-0:31.7.0").unit());
  }

  @Test
  void anotherMetersReadingHasItsOwnTime() throws Exception {
    Measurement gas = measurements(example).get("meter/0-1:24.2.1");
    assertEquals(new BigDecimal("12785.123"), gas.value());
    assertEquals("m3", gas.unit());
    assertEquals(Instant.parse("2010-12-09T10:25:00Z"), gas.time());
  }

  @Test
  void whatIsNoQuantityIsAsWritten() throws Exception {
    Map<String, Measurement> all = measurements(example);
    assertEquals("0002", all.get("meter/0-0:96.14.0").value());
    assertNull(all.get("meter/0-0:96.14.0").unit());
    assertEquals("2010-12-09T10:30:20Z", all.get("meter/0-0:1.0.0").value());
    assertEquals(
        List.of(
            "2", "0-0:96.7.19", "101208152415W", "0000000240*s", "101208151004W", "0000000301*s"),
        all.get("meter/1-0:99.97.0").value());
    assertEquals(
        "(101209112500W)(12785.123*m3)",
        new String(all.get("meter/0-1:24.2.1").raw(), StandardCharsets.US_ASCII));
  }

  @Test
  void summerIsTwoHoursAhead() throws Exception {
    String summer = withChecksum("/a\r\n\r\n0-0:1.0.0(240701120000S)\r\n1-0:1.7.0(01.193*kW)\r\n!");
    assertEquals(
        Instant.parse("2024-07-01T10:00:00Z"), measurements(summer).get("meter/1-0:1.7.0").time());
  }

  @Test
  void anObjectOverTwoLinesIsOne() throws Exception {
    String old =
        "/a\r\n\r\n0-1:24.3.0(090212160000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00000.000)\r\n!\r\n";
    Telegram telegram = Telegram.read(bytes(old), false);
    assertEquals(
        List.of("090212160000", "00", "60", "1", "0-1:24.2.1", "m3", "00000.000"),
        telegram.objects().getFirst().values());
    assertEquals(Telegram.Fault.UNCHECKED, fault(old));
  }

  /// Any one byte that is changed, taken out or put in is seen, save behind the checksum and in its letters' case.
  @Test
  void noDamageGoesUnseen() {
    int checksum = example.indexOf('!') + 1;
    for (int at = 0; at < checksum + 4; at++) {
      assertTrue(isDamaged(example.substring(0, at) + example.substring(at + 1)), "without " + at);
      for (char c : new char[] {'0', '1', 'x', '(', '*', '\n', '\u00ff'}) {
        String changed = example.substring(0, at) + c + example.substring(at + 1);
        assertTrue(changed.equals(example) || isDamaged(changed), c + " at " + at);
      }
    }
    assertEquals(Telegram.Fault.CHECKSUM, fault(example.replace("123456", "123457")));
    assertEquals(Telegram.Fault.MALFORMED, fault(withChecksum("/a\r\n\r\nnonsense\r\n!")));
    assertEquals(Telegram.Fault.MALFORMED, fault("1-0:1.7.0(1*kW)\r\n!0000"));
  }

  private static boolean isDamaged(String text) {
    try {
      read(text);
      return false;
    } catch (Telegram.Damaged e) {
      return true;
    }
  }

  private static Telegram.Fault fault(String text) {
    return assertThrows(Telegram.Damaged.class, () -> read(text)).fault;
  }

  private static Map<String, Measurement> measurements(String text) throws Telegram.Damaged {
    return TelegramReader.measurements(read(text), "meter").stream()
        .collect(Collectors.toMap(Measurement::source, Function.identity()));
  }

  private static Telegram read(String text) throws Telegram.Damaged {
    return Telegram.read(bytes(text), true);
  }

  private static String withChecksum(String text) {
    return text + "%04X\r\n".formatted(Telegram.crc(bytes(text), text.length()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String example() {
    try (InputStream in = TelegramTest.class.getResourceAsStream("example.txt")) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      return text.replace("\n", "\r\n");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
