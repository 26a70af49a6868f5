package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.StateEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A subscriber whose every connection is cut at some packet, a thousand times, some of them with the edge's power: it gets each
/// message of QoS 2 once and in order, and each of QoS 1 at least once, the first of each in order.
class CutSubscriberTest {
  private static final int RECONNECTS = 1000;

  /// The packet at which a connection ends: before it is answered, within the answer, or behind it.
  private enum Cut {
    CONNECT,
    CONNACK,
    SUBACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREC_PART,
    PUBREL,
    PUBCOMP,
    PINGRESP
  }

  private final Map<Cut, Integer> cuts = new EnumMap<>(Cut.class);

  @ParameterizedTest(name = "QoS {0}, MQTT {1}, seed {2}")
  @CsvSource({"2,4,1", "2,5,2", "1,4,3", "1,5,4"})
  void getsWhatItWasPromised(int qos, int version, long seed) throws IOException {
    Random random = new Random(seed);
    Subscriber subscriber = new Subscriber(qos, version);
    List<String> published = new ArrayList<>();
    List<StateEntry> disk = List.of();
    int lives = 0;
    while (subscriber.connections < RECONNECTS) {
      try (Bed bed = Bed.of("", disk)) {
        int connections = 10 + random.nextInt(60);
        try (RawClient publisher = RawClient.v3(bed, "p", true)) {
          publisher.expect(RawClient.ACCEPTED);
          for (int i = 0; i < connections; i++) {
            if (subscriber.isSubscribed) {
              publish(publisher, published, random.nextInt(4));
            }
            subscriber.talk(bed, random);
          }
        }
        bed.outlet.kill();
        disk = bed.outlet.state();
        lives++;
      }
    }
    try (Bed bed = Bed.of("", disk)) {
      subscriber.finish(bed, published);
      Bed.eventually(
          "only the session and its subscription are left on disk: "
              + bed.outlet.state().stream().map(StateEntry::key).toList(),
          () -> bed.outlet.state().size() == 2);
    }
    List<String> came =
        qos == 2 ? subscriber.came : List.copyOf(new LinkedHashSet<>(subscriber.came));
    for (int i = 0; i < Math.min(published.size(), came.size()); i++) {
      assertEquals(published.get(i), came.get(i), "message " + i);
    }
    assertEquals(published.size(), came.size());
    Set<Cut> expected = new HashSet<>(List.of(Cut.values()));
    expected.removeAll(
        qos == 2
            ? Set.of(Cut.PUBACK)
            : Set.of(Cut.PUBREC, Cut.PUBREC_PART, Cut.PUBREL, Cut.PUBCOMP));
    assertEquals(expected, cuts.keySet());
    assertTrue(lives > 10, lives + " lives");
  }

  /// Each is acknowledged before the next, so that what was published is known whenever the power goes.
  private static void publish(RawClient publisher, List<String> published, int count)
      throws IOException {
    for (int i = 0; i < count; i++) {
      String value = "v" + published.size();
      published.add(value);
      publisher.send(RawClient.publish(2, 1, "t/x", value));
      publisher.expect("50020001");
      publisher.send(RawClient.pubrel(1));
      publisher.expect("70020001");
    }
  }

  private final class Subscriber {
    private final int qos;
    private final int version;
    private final List<String> came = new ArrayList<>();

    /// Identifiers of QoS 2 that were answered and not yet released: its own state, which it keeps.
    private final Set<String> received = new HashSet<>();

    private int connections;
    private boolean isSubscribed;

    Subscriber(int qos, int version) {
      this.qos = qos;
      this.version = version;
    }

    void talk(Bed bed, Random random) throws IOException {
      connections++;
      List<Cut> all = List.of(Cut.values());
      Cut cut = all.get(random.nextInt(all.size()));
      int packets = 1 + random.nextInt(6);
      try (RawClient client = connect(bed)) {
        if (cut == Cut.CONNECT) {
          count(cut);
          return;
        }
        String connack = client.read();
        boolean present = connack.startsWith("01", 4);
        if (!present) {
          received.clear();
        }
        if (cut == Cut.CONNACK && isSubscribed) {
          count(cut);
          return;
        }
        if (!isSubscribed) {
          client.send(RawClient.subscribe(version, 1, "t/#", qos));
          String suback = client.read();
          assertEquals("90", suback.substring(0, 2));
          isSubscribed = true;
          if (cut == Cut.SUBACK) {
            count(cut);
            return;
          }
        } else if (cut == Cut.SUBACK) {
          // Once more, as clients do.
          client.send(RawClient.subscribe(version, 1, "t/#", qos));
        }
        client.send("c000");
        for (int i = 0; ; i++) {
          String packet = client.read();
          Cut at = i >= packets ? cut : null;
          if (packet.startsWith("d0")) {
            if (cut == Cut.PINGRESP || i >= packets) {
              count(Cut.PINGRESP);
              return;
            }
            client.send("c000");
          } else if (packet.startsWith("90")) {
            if (cut == Cut.SUBACK) {
              count(Cut.SUBACK);
              return;
            }
          } else if (answer(client, packet, at)) {
            return;
          }
        }
      }
    }

    /// @return whether the connection ends here
    private boolean answer(RawClient client, String packet, @Nullable Cut at) throws IOException {
      int type = Integer.parseInt(packet.substring(0, 1), 16);
      if (type == PacketType.PUBREL) {
        String id = packet.substring(4, 8);
        received.remove(id);
        if (at == Cut.PUBREL) {
          count(at);
          return true;
        }
        client.send("7002" + id);
        return ends(at, Cut.PUBCOMP);
      }
      assertEquals(PacketType.PUBLISH, type, packet);
      if (at == Cut.PUBLISH) {
        // Read by the network only: its user never saw it.
        count(at);
        return true;
      }
      String id = packet.substring(4 + 2 * (2 + 3), 4 + 2 * (2 + 3) + 4);
      int payload = 4 + 2 * (2 + 3 + 2 + (version == 5 ? 1 : 0));
      String value =
          new String(HexFormat.of().parseHex(packet.substring(payload)), StandardCharsets.UTF_8);
      if (qos == 1) {
        came.add(value);
        client.send("4002" + id);
        return ends(at, Cut.PUBACK);
      }
      if (received.add(id)) {
        came.add(value);
      }
      if (at == Cut.PUBREC_PART) {
        client.send("50");
        count(at);
        return true;
      }
      client.send("5002" + id);
      return ends(at, Cut.PUBREC);
    }

    private boolean ends(@Nullable Cut at, Cut here) {
      if (at == here) {
        count(here);
      }
      return at == here;
    }

    private void count(Cut cut) {
      cuts.merge(cut, 1, Integer::sum);
    }

    private RawClient connect(Bed bed) throws IOException {
      return version == 4
          ? RawClient.v3(bed, "s", false)
          : RawClient.v5(bed, "s", false, "1100000e10");
    }

    /// Reads on until all has come.
    void finish(Bed bed, List<String> published) throws IOException {
      try (RawClient client = connect(bed)) {
        client.read();
        client.send("c000");
        int quiet = 0;
        while (quiet < 3
            || !received.isEmpty()
            || !came.contains(published.get(published.size() - 1))) {
          String packet = client.read();
          if (packet.startsWith("d0")) {
            quiet++;
            client.send("c000");
          } else {
            quiet = 0;
            answer(client, packet, null);
          }
        }
      }
    }
  }
}
