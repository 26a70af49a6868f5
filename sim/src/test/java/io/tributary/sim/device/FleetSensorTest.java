package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.tributary.sim.signal.Fault;
import io.tributary.sim.signal.Quantity;
import io.tributary.sim.signal.Sample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FleetSensorTest {
  private static final int MANY = 20_000;
  private static final double GAP_MS = 100;

  @Test
  void aSeedGivesADeviceTheSameReadingsAndFaults() throws Exception {
    assertEquals(
        readings(EnumSet.allOf(Fault.class), Quantity.POWER, 3),
        readings(EnumSet.allOf(Fault.class), Quantity.POWER, 3));
    assertNotEquals(readings(Set.of(), Quantity.POWER, 3), readings(Set.of(), Quantity.POWER, 4));
  }

  @Test
  void aDeviceThatIsWellReadsAtItsRateAndNumbersFromZero() throws Exception {
    List<JsonObject> readings = readings(Set.of(), Quantity.TEMPERATURE, 1);
    assertEquals(MANY, readings.size());
    for (int i = 1; i < MANY; i++) {
      assertEquals(i, readings.get(i).getLong("seq"));
      assertEquals(GAP_MS, gapMs(readings, i), 1.5);
      assertEquals("°C", readings.get(i).getString("unit"));
      assertFalse(readings.get(i).has("quality"));
    }
  }

  @Test
  void aRebootLosesReadingsAndNoNumbersAndACounterBeginsAnew() throws Exception {
    List<JsonObject> readings = readings(Set.of(Fault.REBOOT), Quantity.COUNTER, 1);
    int reboots = 0;
    for (int i = 1; i < readings.size(); i++) {
      assertEquals(i, readings.get(i).getLong("seq"));
      if (gapMs(readings, i) > 2 * GAP_MS) {
        reboots++;
        assertTrue(gapMs(readings, i) < 5_200, "back in five seconds");
        assertTrue(readings.get(i).getInt("value") < 10, "the counter begins anew");
      }
    }
    assertTrue(reboots > 10, () -> "rebooted " + readings.size());
  }

  @Test
  void aDeviceThatIsAwayReadsOn() throws Exception {
    assertEquals(MANY, readings(Set.of(Fault.AWAY), Quantity.LEVEL, 1).size());
  }

  @Test
  void aDropoutLosesReadingsAndNoNumbers() throws Exception {
    List<JsonObject> readings = readings(Set.of(Fault.DROPOUT), Quantity.LEVEL, 1);
    assertTrue(readings.size() < MANY - 1_000, () -> "took " + readings.size());
    assertEquals(readings.size() - 1L, readings.getLast().getLong("seq"));
  }

  @Test
  void aWrongClockIsSeenInTheTimestampsAndSetRightAgain() throws Exception {
    List<JsonObject> readings = readings(Set.of(Fault.CLOCK), Quantity.LEVEL, 1);
    long wrong = 0;
    long right = 0;
    for (int i = 0; i < readings.size(); i++) {
      double offMs = Math.abs(readings.get(i).getLong("ts") - FleetPlans.START_MS - i * GAP_MS);
      assertTrue(offMs < 2.01 * 3_600_000, () -> "off by " + offMs);
      wrong += offMs > 200 ? 1 : 0;
      right += offMs <= 200 ? 1 : 0;
    }
    assertTrue(wrong > 1_000 && right > 1_000, wrong + " wrong, " + right + " right");
  }

  @Test
  void anErrorIsAReadingWithoutAValueOfBadQuality() throws Exception {
    List<JsonObject> readings = readings(Set.of(Fault.ERROR), Quantity.LEVEL, 1);
    long bad = readings.stream().filter(each -> "bad".equals(each.getString("quality"))).count();
    long empty = readings.stream().filter(each -> each.isNull("value")).count();
    assertEquals(bad, empty);
    assertTrue(bad > 500 && bad < MANY, () -> bad + " are bad");
  }

  @Test
  void aReadingIsWrittenInEachFormat() {
    Quantity quantity = Quantity.HUMIDITY;
    Sample good = new Sample(47.5, true);
    Sample bad = new Sample(Double.NaN, false);
    assertEquals(
        "{\"ts\":5,\"value\":47.5,\"seq\":2,\"unit\":\"%\"}",
        PayloadFormat.JSON.text(quantity, good, 5, 2));
    assertEquals(
        "{\"ts\":5,\"value\":null,\"seq\":2,\"unit\":\"%\",\"quality\":\"bad\"}",
        PayloadFormat.JSON.text(quantity, bad, 5, 2));
    assertEquals("47.5", PayloadFormat.VALUE.text(quantity, good, 5, 2));
    assertEquals("NaN", PayloadFormat.VALUE.text(quantity, bad, 5, 2));
    assertEquals("5,47.5,2,%,good", PayloadFormat.CSV.text(quantity, good, 5, 2));
    assertEquals("5,NaN,2,%,bad", PayloadFormat.CSV.text(quantity, bad, 5, 2));
  }

  private static double gapMs(List<JsonObject> readings, int number) {
    return readings.get(number).getLong("ts") - readings.get(number - 1).getLong("ts");
  }

  private static List<JsonObject> readings(Set<Fault> faults, Quantity quantity, long seed)
      throws Exception {
    FleetSensor sensor =
        new FleetSensor(
            FleetPlans.unconnected(List.of(quantity), faults, 2), 0, new SplittableRandom(seed));
    List<JsonObject> readings = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Kept reading = sensor.step().reading();
      if (reading != null) {
        readings.add(
            JsonParser.object().from(new String(reading.payload(), StandardCharsets.UTF_8)));
      }
    }
    return readings;
  }
}
