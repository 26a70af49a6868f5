package io.tributary.device.part;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What one BME280 was given in its factory, and the formulas that it goes into (data sheet BST-BME280-DS001, section 4.2.2 and, in
/// double precision, section 8.1).
///
/// @param t T1 to T3
/// @param p P1 to P9
/// @param h H1 to H6
@SuppressWarnings("ArrayRecordComponent") // nobody compares calibrations
record Bme280Calibration(int[] t, int[] p, int[] h) {
  /// @param first 26 bytes from 0x88 on
  /// @param second 7 bytes from 0xE1 on
  /// @throws IOException when it cannot be one: registers that were not read, or a chip that is broken
  static Bme280Calibration of(byte[] first, byte[] second) throws IOException {
    ByteBuffer words = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
    int[] t = new int[3];
    for (int i = 0; i < t.length; i++) {
      t[i] = i == 0 ? words.getShort() & 0xffff : words.getShort();
    }
    int[] p = new int[9];
    for (int i = 0; i < p.length; i++) {
      p[i] = i == 0 ? words.getShort() & 0xffff : words.getShort();
    }
    int[] h = {
      first[25] & 0xff,
      (short) ((second[0] & 0xff) | (second[1] << 8)),
      second[2] & 0xff,
      (second[3] << 4) | (second[4] & 0x0f), // twelve bits with a sign, which share a byte
      (second[5] << 4) | ((second[4] & 0xf0) >> 4),
      second[6]
    };
    if (t[0] == 0 || t[1] == 0 || p[0] == 0 || h[1] == 0) {
      throw new IOException("has no calibration: its registers are empty");
    }
    return new Bme280Calibration(t, p, h);
  }

  /// The temperature as the other formulas take it.
  double fine(int raw) {
    double first = (raw / 16384.0 - t[0] / 1024.0) * t[1];
    double distance = raw / 131072.0 - t[0] / 8192.0;
    return first + distance * distance * t[2];
  }

  double celsius(double fine) {
    return fine / 5120.0;
  }

  double pascal(int raw, double fine) {
    double v1 = fine / 2.0 - 64000.0;
    double v2 = v1 * v1 * p[5] / 32768.0;
    v2 = v2 + v1 * p[4] * 2.0;
    v2 = v2 / 4.0 + p[3] * 65536.0;
    v1 = (p[2] * v1 * v1 / 524288.0 + p[1] * v1) / 524288.0;
    v1 = (1.0 + v1 / 32768.0) * p[0];
    double pressure = (1048576.0 - raw - v2 / 4096.0) * 6250.0 / v1;
    v1 = p[8] * pressure * pressure / 2147483648.0;
    v2 = pressure * p[7] / 32768.0;
    return pressure + (v1 + v2 + p[6]) / 16.0;
  }

  double percent(int raw, double fine) {
    double distance = fine - 76800.0;
    double base = raw - (h[3] * 64.0 + h[4] / 16384.0 * distance);
    double slope =
        h[1]
            / 65536.0
            * (1.0 + h[5] / 67108864.0 * distance * (1.0 + h[2] / 67108864.0 * distance));
    double humidity = base * slope;
    humidity = humidity * (1.0 - h[0] * humidity / 524288.0);
    return Math.min(100, Math.max(0, humidity));
  }
}
