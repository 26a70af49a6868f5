package io.tributary.sim.field.serial;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;

/// A smart meter in a house with solar cells: what its port P1 says each second (DSMR, P1 companion standard 5.0.2, section 6).
final class Meter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss", Locale.ROOT)
          .withZone(ZoneOffset.ofHours(1)); // winter in the Netherlands
  private static final int POLYNOMIAL = 0xa001;
  private static final int SECONDS_AN_HOUR = 3600;
  private static final double SECONDS_A_CLOUD = 300;
  private static final int MILLIS_A_SECOND = 1000;

  private final SplittableRandom random;
  private Instant now;
  private long taken = 4_426_049_000L;
  private long given = 1_112_337_000L;
  private long gas = 2_390_123;
  private double loadWatts = 400;
  private long seconds;

  /// @param start of its life; it is taken for one in winter
  Meter(long seed, Instant start) {
    this.random = new SplittableRandom(seed);
    this.now = start;
  }

  /// The telegram of the next second.
  byte[] second() {
    loadWatts = Math.clamp(loadWatts + (random.nextDouble() - 0.5) * 200, 50, 9000);
    double sun = 2500 * Math.max(0, Math.sin(2 * Math.PI * seconds / SECONDS_A_CLOUD));
    long watts = Math.round(loadWatts - sun);
    taken += Math.max(0, watts) * MILLIS_A_SECOND / SECONDS_AN_HOUR;
    given += Math.max(0, -watts) * MILLIS_A_SECOND / SECONDS_AN_HOUR;
    gas += random.nextInt(10) == 0 ? 1 : 0;
    double volts = 228 + random.nextDouble() * 6;
    String text =
        String.format(
            Locale.ROOT,
            """
            /ISK5\\2M550T-1012

            1-3:0.2.8(50)
            0-0:1.0.0(%sW)
            0-0:96.1.1(4530303433303037)
            1-0:1.8.1(%s*kWh)
            1-0:1.8.2(000842.472*kWh)
            1-0:2.8.1(%s*kWh)
            1-0:2.8.2(000016.000*kWh)
            0-0:96.14.0(0001)
            1-0:1.7.0(%s*kW)
            1-0:2.7.0(%s*kW)
            0-0:96.7.21(00013)
            1-0:99.97.0(1)(0-0:96.7.19)(000102030405W)(0000000301*s)
            1-0:32.7.0(%05.1f*V)
            1-0:31.7.0(%03d*A)
            0-1:24.1.0(003)
            0-1:24.2.1(%sW)(%s*m3)
            """,
            TIME.format(now),
            thousandths(taken / MILLIS_A_SECOND, 6),
            thousandths(given / MILLIS_A_SECOND, 6),
            thousandths(Math.max(0, watts), 2),
            thousandths(Math.max(0, -watts), 2),
            volts,
            Math.round(Math.abs(watts) / volts),
            TIME.format(now.minusSeconds(now.getEpochSecond() % SECONDS_AN_HOUR)),
            thousandths(gas, 5));
    now = now.plusSeconds(1);
    seconds++;
    String body = text.replace("\n", "\r\n") + "!";
    String all = body + "%04X\r\n".formatted(crc(body.getBytes(StandardCharsets.US_ASCII)));
    return all.getBytes(StandardCharsets.US_ASCII);
  }

  private static String thousandths(long value, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "d.%03d", value / 1000, value % 1000);
  }

  private static int crc(byte[] bytes) {
    int crc = 0;
    for (byte each : bytes) {
      crc ^= each & 0xff;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 1) == 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
      }
    }
    return crc;
  }
}
