package io.tributary.adapter.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.measurement.Measurement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Telegrams as a line brings them, half ones among them.
class TelegramDecoderTest {
  private static final String TELEGRAM = "/ISK5/2\r\n\r\n1-0:1.7.0(01.193*kW)\r\n!AFA9\r\n";
  private static final String UNCHECKED = "/ISK5/2\r\n\r\n1-0:1.7.0(01.193*kW)\r\n!\r\n";

  private final Counts<Counter> counts = new Counts<>(Counter.class);

  @Test
  void theTelegramBehindAHalfOneIsTaken() {
    for (int length = 1; length < TELEGRAM.indexOf('!'); length++) {
      String half = TELEGRAM.substring(0, length);
      assertEquals(List.of("meter/1-0:1.7.0 1.193 kW"), taken(half + TELEGRAM, true), half);
      assertEquals(List.of("meter/1-0:1.7.0 1.193 kW"), taken(half + UNCHECKED, false), half);
      assertEquals(
          List.of("meter/1-0:1.7.0 1.193 kW"), taken(half + half + TELEGRAM, true), half + half);
    }
    assertEquals(0, counts.shown().get("checksumWrong"));
  }

  @Test
  void aHalfTelegramIsTold() {
    var unused = taken("/ISK5\r\n1-0:1.7" + TELEGRAM, true);
    assertEquals(14L, counts.shown().get("bytesPassedOver"));
    assertEquals("14 bytes passed over: a telegram without its end", counts.lastError());
    assertEquals(1L, counts.shown().get("taken"));
  }

  @Test
  void aDamagedOneIsOneFault() {
    assertEquals(List.of(), taken(TELEGRAM.replace("1.193", "1.194"), true));
    assertEquals(1L, counts.shown().get("checksumWrong"));
    assertEquals(List.of(), taken("/".repeat(1000) + "\r\n!0000\r\n", true));
    assertEquals(2L, counts.shown().get("checksumWrong"));
    assertEquals(0L, counts.shown().get("bytesPassedOver"));
  }

  private List<String> taken(String frame, boolean mustBeChecked) {
    List<String> taken = new ArrayList<>();
    new TelegramDecoder("meter", mustBeChecked, Envelope.Format.JSON, counts)
        .take(
            frame.getBytes(StandardCharsets.US_ASCII),
            0,
            (Measurement each) ->
                taken.add(each.source() + " " + each.value() + " " + each.unit()));
    return taken;
  }
}
