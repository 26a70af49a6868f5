package io.tributary.session.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bytes that are nearly frames: whatever comes out is a frame that can be written again, or a refusal.
final class FrameFuzzTest {
  private static final int ROUNDS = 200_000;

  @Test
  void changedBytesGiveAFrameOrARefusalAndNothingElse() {
    byte[][] seeds = Frames.all().values().stream().map(Frames::encode).toArray(byte[][]::new);
    Random random = new Random(7);
    int read = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutate(seeds[random.nextInt(seeds.length)], random);
      try {
        List<Frame> frames = Frames.read(bytes, 1 + random.nextInt(bytes.length));
        read += frames.size();
        for (Frame frame : frames) {
          assertEquals(List.of(frame), Frames.read(Frames.encode(frame), 11));
        }
      } catch (FrameRefused e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("round " + round + ": " + Arrays.toString(bytes), e);
      }
    }
    assertEquals(true, read > ROUNDS / 20 && refused > ROUNDS / 20, read + " and " + refused);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = Arrays.copyOf(seed, seed.length + random.nextInt(3) * random.nextInt(40));
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x7F);
        case 3 -> bytes = Arrays.copyOf(bytes, 1 + at);
        default -> {
          if (bytes.length >= 5) { // a length that fits, so that the body is looked at
            ByteBuffer.wrap(bytes).putInt(0, bytes.length - 4);
          }
        }
      }
    }
    return bytes;
  }
}
