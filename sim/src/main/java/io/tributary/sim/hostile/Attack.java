package io.tributary.sim.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// One way to harm one port.
///
/// @param port what it is aimed at
/// @param name the way
record Attack(Port port, String name, Swarm.Plan plan) {
  enum Port {
    MIRROR,
    KAFKA,
    MQTT,
    HUB_HTTP,
    EDGE_HTTP
  }

  /// Longer than every handshake and every first request may take.
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private static final int SLOW_BYTE_MS = 1_000;
  private static final int OVERSIZED_BYTES = 2 * 1024 * 1024;
  private static final int GARBAGE_BYTES = 4096;
  private static final long SEED = 7;

  /// Every attack on every port.
  ///
  /// @param flood connections of a flood that says nothing
  /// @param some connections of the others
  static List<Attack> all(int flood, int some) {
    List<Attack> all = new ArrayList<>();
    for (Port port : Port.values()) {
      all.add(of(port, "half-open", flood, new byte[0], 0));
      all.add(of(port, "slow-loris", some, beginning(port), SLOW_BYTE_MS));
      all.add(of(port, "garbage", some, garbage(), 0));
      all.add(of(port, "lying length", some, lyingLength(port), 0));
      all.add(of(port, "oversized", Math.min(some, 50), oversized(port), 0));
    }
    return all;
  }

  private static Attack of(Port port, String name, int connections, byte[] says, int byteMs) {
    return new Attack(port, name, new Swarm.Plan(connections, says, byteMs, PATIENCE));
  }

  /// What an honest client would begin with, of which one byte a second goes out.
  private static byte[] beginning(Port port) {
    byte[] first =
        switch (port) {
          case MIRROR -> new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};
          case KAFKA -> new byte[] {0, 0, 16, 0, 0, 18, 0, 0};
          case MQTT -> new byte[] {16, 127, 0, 4, 'M', 'Q', 'T', 'T', 4, 2};
          case HUB_HTTP, EDGE_HTTP -> bytes("GET /status HTTP/1.1\r\nX: ");
        };
    return Arrays.copyOf(first, first.length + 100);
  }

  private static byte[] garbage() {
    byte[] garbage = new byte[GARBAGE_BYTES];
    new SplittableRandom(SEED).nextBytes(garbage);
    return garbage;
  }

  /// A length of nearly two gigabytes, and a little of what it promises.
  private static byte[] lyingLength(Port port) {
    return switch (port) {
      case MIRROR -> new byte[] {22, 3, 3, (byte) 0xFF, (byte) 0xFF, 1, 2, 3, 4};
      case KAFKA -> ByteBuffer.allocate(64).putInt(Integer.MAX_VALUE - 8).array();
      case MQTT -> new byte[] {16, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 127, 0, 4};
      case HUB_HTTP, EDGE_HTTP ->
          bytes("POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000000\r\n\r\nx");
    };
  }

  /// Whole, honest about its length, and far above the bound.
  private static byte[] oversized(Port port) {
    byte[] head =
        switch (port) {
          case MIRROR -> new byte[] {22, 3, 3, 0x7F, (byte) 0xFF};
          case KAFKA -> ByteBuffer.allocate(4).putInt(OVERSIZED_BYTES).array();
          case MQTT -> new byte[] {16, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1};
          case HUB_HTTP, EDGE_HTTP -> bytes("GET /status HTTP/1.1\r\nX: ");
        };
    byte[] all = new byte[head.length + OVERSIZED_BYTES];
    Arrays.fill(all, (byte) 'x');
    System.arraycopy(head, 0, all, 0, head.length);
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
