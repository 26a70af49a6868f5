package io.tributary.adapter.mqtt.bridge;

import java.time.Duration;

/// Every bound of a bridge that the configuration does not set, and what it prevents.
final class Bounds {
  /// What arrived and was not handed to a journal yet, when the journals have no room: beyond, the client's thread waits, and
  /// with it the broker. Without it a blocked class would fill the heap.
  static final int INBOX_BYTES = 4 << 20;

  static final int INBOX_MESSAGES = 10_000;

  /// What a message takes beside its topic and payload, about.
  static final int ARRIVAL_BYTES = 128;

  /// Messages that one turn takes, so that acknowledgements go out in between.
  static final int TURN_MESSAGES = 256;

  /// What a publisher has on its way beyond its first message: without it a window of large readings would fill the heap.
  static final int SENDING_BYTES = 4 << 20;

  /// What is done with behind the first message that is not answered: without it a broker that answers all but one would fill
  /// the heap.
  static final int FLOW_MESSAGES = 10_000;

  /// How long a broker may answer no message at all while some are on their way: one that has lost them is dialled again.
  static final Duration ANSWER = Duration.ofSeconds(60);

  /// QoS 2 identifiers that are forgotten with one change of state: all of them together must stay below the API's bound.
  static final int FORGET_AT_ONCE = 1000;

  /// How long a broker may take for SUBACK: one that accepts and then says nothing is dialled again.
  static final Duration SUBSCRIBE = Duration.ofSeconds(30);

  /// A password file that is larger is none (MQTT 5, section 3.1.3.6).
  static final int PASSWORD_BYTES = 65_535;

  private Bounds() {}
}
