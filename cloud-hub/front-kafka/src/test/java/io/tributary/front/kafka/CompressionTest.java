package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.record.BatchRefused;
import io.tributary.record.Compression;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xerial.snappy.Snappy;

/// The codecs of Kafka's clients give back what was compressed, and end in an IOException over anything else.
class CompressionTest {
  private static final int ROUNDS = 3_000;

  static Stream<Compression> codecs() {
    return Stream.of(new SnappyCompression(), new Lz4Compression(), new ZstdCompression());
  }

  private static byte[] text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      text.append("reading ").append(i % 97).append("; ");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] compressed(Compression codec, byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (OutputStream out = codec.compress(all)) {
      out.write(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] decompressed(Compression codec, byte[] bytes) throws IOException {
    try (InputStream in = codec.decompress(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(4 * 1024 * 1024);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void givesBackWhatWasCompressed(Compression codec) throws IOException, BatchRefused {
    assertArrayEquals(text(), decompressed(codec, compressed(codec, text())));
    assertSame(codec.getClass(), Compression.byId(codec.id()).getClass());
    assertEquals(codec.id(), Compression.byName(codec.codecName()).id());
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void rubbishEndsInAnIoException(Compression codec) throws IOException {
    Random random = new Random(7);
    byte[] whole = compressed(codec, text());
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        damaged[random.nextInt(round % 2 == 0 ? 40 : damaged.length)] = (byte) random.nextInt();
      }
      try {
        decompressed(codec, damaged);
      } catch (IOException refused) {
        // as it should be
      }
      byte[] rubbish = new byte[random.nextInt(200)];
      random.nextBytes(rubbish);
      try {
        decompressed(codec, rubbish);
      } catch (IOException refused) {
        // as it should be
      }
    }
  }

  /// Some clients write it without the frames of snappy-java.
  @Test
  void snappyMayBeOnePiece() throws IOException {
    Compression snappy = new SnappyCompression();
    assertArrayEquals(text(), decompressed(snappy, Snappy.compress(text())));
    byte[] bomb = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0x7F, 0, 0};
    assertThrows(IOException.class, () -> decompressed(snappy, bomb));
  }
}
