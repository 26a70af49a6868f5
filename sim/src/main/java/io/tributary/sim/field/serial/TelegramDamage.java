package io.tributary.sim.field.serial;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Damages some telegrams of a meter; the same seed damages the same ones.
final class TelegramDamage {
  private static final int PERCENT = 100;
  private static final int GARBAGE_BYTES_MOST = 40;

  /// The line of the `!`, which is left alone where a bit is turned.
  private static final int END_BYTES = 7;

  private final SplittableRandom random;
  private final double checksum;
  private final double half;
  private final double garbage;
  private int checksums;
  private int halves;
  private int garbages;

  /// @param checksum percent of the telegrams of which a bit is turned
  /// @param half percent that end in the middle
  /// @param garbage percent behind which bytes come that mean nothing
  TelegramDamage(long seed, double checksum, double half, double garbage) {
    if (checksum < 0 || half < 0 || garbage < 0 || checksum + half + garbage > PERCENT) {
      throw new IllegalArgumentException("the faults together must be 0 to 100 %");
    }
    this.random = new SplittableRandom(seed);
    this.checksum = checksum;
    this.half = half;
    this.garbage = garbage;
  }

  /// What goes out in the place of a telegram.
  ///
  /// @param isWhole whether the telegram itself is undamaged
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Sent(byte[] bytes, boolean isWhole) {}

  Sent of(byte[] telegram) {
    double thrown = random.nextDouble(PERCENT);
    if (thrown < checksum) {
      checksums++;
      byte[] turned = telegram.clone();
      turned[1 + random.nextInt(telegram.length - 1 - END_BYTES)] ^=
          (byte) (1 << random.nextInt(4));
      return new Sent(turned, false);
    }
    if (thrown < checksum + half) {
      halves++;
      return new Sent(Arrays.copyOf(telegram, telegram.length / 2), false);
    }
    if (thrown < checksum + half + garbage) {
      garbages++;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(telegram);
      byte[] bytes = new byte[1 + random.nextInt(GARBAGE_BYTES_MOST)];
      random.nextBytes(bytes);
      out.writeBytes(bytes);
      return new Sent(out.toByteArray(), true);
    }
    return new Sent(telegram, true);
  }

  String summary() {
    return "checksum %,d, half %,d, garbage %,d".formatted(checksums, halves, garbages);
  }
}
