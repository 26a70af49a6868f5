package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.hex16;
import static io.tributary.adapter.mqtt.RawClient.packet;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static io.tributary.adapter.mqtt.RawClient.string;
import static io.tributary.adapter.mqtt.RawClient.subscribe;

import io.tributary.adapter.StateEntry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The end of a subscription (MQTT 5, sections 3.10 and 3.11).
class UnsubscribeTest {
  private static final String LOCAL = "local: [{filter: 'local/#'}]\n";
  private static final String AN_HOUR = "1100000e10";

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void whoUnsubscribesIsSentNothingMoreAlsoInTheNextLifeOfTheEdge(int version) throws IOException {
    List<StateEntry> disk;
    try (Bed bed = Bed.of(LOCAL);
        RawClient client = client(bed, version)) {
      welcome(client, version, false);
      client.send(subscribe(version, 1, "local/a", 0) + subscribe(version, 2, "local/+", 0));
      client.expect(suback(version, 1), suback(version, 2));
      client.send(unsubscribe(version, 3, "local/+", "local/never"));
      client.expect(version == 5 ? "b0050003000011" : "b0020003");
      publishToBoth(client, version);
      client.expectNothingButPong();
      disk = bed.outlet.state();
    }
    try (Bed bed = Bed.of(LOCAL, disk);
        RawClient client = client(bed, version)) {
      welcome(client, version, true);
      publishToBoth(client, version);
      client.expectNothingButPong();
    }
  }

  @Test
  void theOthersOfAGroupTakeOver() throws IOException {
    try (Bed bed = Bed.of(LOCAL);
        RawClient one = client(bed, 5);
        RawClient two = RawClient.v5(bed, "2", true, "")) {
      welcome(one, 5, false);
      welcome(two, 5, false);
      one.send(subscribe(5, 1, "$share/g/local/a", 0));
      one.expect(suback(5, 1));
      two.send(subscribe(5, 1, "$share/g/local/a", 0));
      two.expect(suback(5, 1));
      one.send(unsubscribe(5, 2, "$share/g/local/a"));
      one.expect("b004000200" + "00");
      one.send(publish(0, 0, "local/a", "x", "") + publish(0, 0, "local/a", "y", ""));
      two.expect(publish(0, 0, "local/a", "x", ""), publish(0, 0, "local/a", "y", ""));
      one.expectNothingButPong();
    }
  }

  /// To one topic that it is still subscribed to, and to one that it is not.
  private static void publishToBoth(RawClient client, int version) throws IOException {
    @Nullable String properties = version == 5 ? "" : null;
    String still = publish(0, 0, "local/a", "x", properties);
    client.send(publish(0, 0, "local/b", "x", properties) + still);
    client.expect(still);
  }

  private static RawClient client(Bed bed, int version) throws IOException {
    return version == 5 ? RawClient.v5(bed, "c", false, AN_HOUR) : RawClient.v3(bed, "c", false);
  }

  private static void welcome(RawClient client, int version, boolean isThere) throws IOException {
    if (version == 5) {
      client.expectWelcome(isThere);
    } else {
      client.expect(isThere ? "20020100" : "20020000");
    }
  }

  private static String suback(int version, int packetId) {
    return version == 5 ? "9004" + hex16(packetId) + "0000" : "9003" + hex16(packetId) + "00";
  }

  private static String unsubscribe(int version, int packetId, String... filters) {
    StringBuilder body = new StringBuilder(hex16(packetId) + (version == 5 ? "00" : ""));
    for (String filter : filters) {
      body.append(string(filter));
    }
    return packet(0xa2, body.toString());
  }
}
