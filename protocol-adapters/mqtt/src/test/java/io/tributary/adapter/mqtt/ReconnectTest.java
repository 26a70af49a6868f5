package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.StateEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that keeps its side of QoS 2 through hundreds of cuts, some of them with the edge's power: each reading is in the
/// log once, and in order.
class ReconnectTest {
  private static final int READINGS = 1500;
  private static final int WINDOW = 8;

  private final List<String> log = new ArrayList<>();
  private int lives = 1;
  private int cuts;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyReadingIsInTheLogOnceAndInOrder(long seed) throws IOException {
    Random random = new Random(seed);
    Device device = new Device();
    List<StateEntry> disk = List.of();
    while (!device.isDone()) {
      try (Bed bed = Bed.of("", disk)) {
        int connections = 1 + random.nextInt(20);
        for (int i = 0; i < connections && !device.isDone(); i++) {
          device.talk(bed, random, random.nextInt(60));
          cuts++;
        }
        bed.outlet.kill();
        log.addAll(bed.values("t"));
        disk = bed.outlet.state();
        lives++;
      }
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < READINGS; i++) {
      expected.add("v" + i);
    }
    assertEquals(expected, log);
    assertTrue(cuts > 30 && lives > 5, cuts + " cuts, " + lives + " lives");
  }

  /// The client's half of QoS 2: what it has not heard of is sent again, in its order.
  private static final class Device {
    /// By packet identifier in the order of sending; an empty text once PUBREC has come.
    private final TreeMap<Integer, String> open = new TreeMap<>();

    private int next;

    boolean isDone() {
      return next == READINGS && open.isEmpty();
    }

    /// Connects, goes on, and is cut after so many answers, wherever that is.
    void talk(Bed bed, Random random, int answers) throws IOException {
      try (RawClient client = RawClient.v3(bed, "device", false)) {
        if (client.read().equals("closed")) {
          return;
        }
        StringBuilder again = new StringBuilder();
        open.forEach((id, value) -> again.append(packet(id, value, true)));
        client.send(again.toString());
        for (int i = 0; i < answers && !isDone(); i++) {
          fill(client, random);
          String answer = client.read();
          int id = Integer.parseInt(answer.substring(4, 8), 16);
          if (answer.startsWith("5002")) {
            open.put(id, "");
            client.send(packet(id, "", false));
          } else {
            assertEquals("7002", answer.substring(0, 4));
            open.remove(id);
          }
        }
        fill(client, random);
        if (random.nextInt(4) == 0) {
          // Cut within a packet.
          client.send(packet(0x7777, "never whole", false).substring(0, 8));
        }
      }
    }

    private void fill(RawClient client, Random random) throws IOException {
      StringBuilder packets = new StringBuilder();
      while (open.size() < WINDOW && next < READINGS && random.nextInt(8) > 0) {
        String value = "v" + next;
        int id = 1 + next % 30_000;
        next++;
        open.put(id, value);
        packets.append(packet(id, value, false));
      }
      if (open.isEmpty() && next < READINGS) {
        fill(client, random);
      }
      client.send(packets.toString());
    }

    private static String packet(int id, String value, boolean again) {
      if (value.isEmpty()) {
        return RawClient.pubrel(id);
      }
      String publish = RawClient.publish(2, id, "t/x", value);
      return again ? "3c" + publish.substring(2) : publish;
    }
  }
}
