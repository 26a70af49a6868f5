package io.tributary.adapter.mqtt;

import java.time.Duration;

/// Every bound of the endpoint that the configuration does not set, and what it prevents.
final class Bounds {
  /// Client identifiers become keys of durable state, which is copied into the header of each segment.
  static final int CLIENT_ID_BYTES = 256;

  /// The name of a session's user is durable state, as the client identifier is: a certificate may bear any.
  static final int USER_BYTES = 256;

  /// What one read takes from a socket at most. One buffer of this size serves all connections; a connection that is paused
  /// keeps at most this much, or one packet.
  static final int READ_BYTES = 16 << 10;

  /// What connections may keep of packets that are not whole, or not taken yet, all together: a thousand clients that each
  /// send most of a large packet must not exhaust the heap. The one that asks for more is disconnected.
  static final int HELD_BYTES = 16 << 20;

  /// A connection with nothing to keep gives its buffer back when it is larger than this.
  static final int SMALL_BUFFER_BYTES = 512;

  /// Answers that a client does not read: above the first it is not read from, below the second again.
  static final int UNSENT_HIGH_BYTES = 32 << 10;

  static final int UNSENT_LOW_BYTES = 8 << 10;

  /// What the place of a message on disk takes beside the message, at most.
  static final int CHANGE_BYTES = 1024;

  /// A filter is a key of durable state as well.
  static final int FILTER_BYTES = 1024;

  /// Each level is a step of the search for those who subscribed.
  static final int FILTER_LEVELS = 128;

  /// What is built before a socket is asked whether it takes more.
  static final int SEND_BYTES = 16 << 10;

  /// Topics that a client of MQTT 5 is sent by number.
  static final int ALIASES_TO_CLIENT = 256;

  /// How soon entries that mean nothing any more are removed from the disk.
  static final Duration FORGET = Duration.ofMillis(20);

  /// QoS 2 identifiers that one client may leave unreleased; they are durable state.
  static final int RECEIVED_PER_SESSION = 20_000;

  /// Clients whose password waits to be checked, one after the other: those beyond are told to come again, so that the wait of
  /// nobody grows without end.
  static final int LOGINS_WAITING = 256;

  /// Passwords that were right and need no slow check again; each is some hundred bytes.
  static final int PASSWORDS_REMEMBERED = 4096;

  /// Entries of `rights`: each client goes through all of them once.
  static final int RIGHTS = 1000;

  /// The request that asks for a WebSocket, with its headers: a stranger must not fill the heap with one.
  static final int UPGRADE_BYTES = 8 << 10;

  /// Characters of a client's name or of a reason that status and reason strings show.
  static final int EXAMPLE_CHARACTERS = 300;

  /// How often timeouts and expiries are looked for.
  static final Duration SWEEP = Duration.ofMillis(500);

  /// How often the files of certificates are looked at: a look at each costs microseconds, on the event loop.
  static final Duration CERTIFICATES = Duration.ofSeconds(2);

  static final int BACKLOG = 1024;

  /// How long a close of the endpoint waits for its event loop.
  static final Duration CLOSE = Duration.ofSeconds(5);

  private Bounds() {}
}
