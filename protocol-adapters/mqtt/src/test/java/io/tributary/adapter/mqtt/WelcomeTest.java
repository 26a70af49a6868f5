package io.tributary.adapter.mqtt;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What the server says of itself (MQTT 5, section 3.2.2.3).
class WelcomeTest {
  private static final String RECEIVE_MAXIMUM_1000 = "2103e8";
  private static final String PACKET_SIZE_256_KIB = "2700040000";
  private static final String TOPIC_ALIASES_32 = "220020";

  /// What is not said is offered: QoS 2, retained messages, wildcards, subscription identifiers, shared subscriptions.
  @Test
  void whatIsBoundedIsSaidAndNothingElse() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "c", true, "")) {
      client.expect(
          "200e0000" + "0b" + RECEIVE_MAXIMUM_1000 + PACKET_SIZE_256_KIB + TOPIC_ALIASES_32);
    }
  }

  /// Request Response Information is 1: a server may give none (section 3.1.2.11.6), and this one gives none.
  @Test
  void noResponseInformationIsGiven() throws IOException {
    try (Bed bed = Bed.of("");
        RawClient client = RawClient.v5(bed, "c", true, "1901")) {
      client.expect(
          "200e0000" + "0b" + RECEIVE_MAXIMUM_1000 + PACKET_SIZE_256_KIB + TOPIC_ALIASES_32);
    }
  }
}
