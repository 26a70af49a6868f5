package io.tributary.adapter.http;

import java.time.Duration;

/// Every bound that the configuration does not set, and what it prevents.
final class Bounds {
  /// Requests whose idempotency key is remembered: they are durable state, which each segment begins with.
  static final int KEYS = 10_000;

  /// Of an idempotency key, which is a key of durable state.
  static final int KEY_CHARACTERS = 128;

  /// How long a key is remembered.
  static final Duration KEY_AGE = Duration.ofHours(24);

  /// Keys that one change removes: all of them would not fit into one.
  static final int KEYS_A_CHANGE = 1000;

  /// Of the name that a request gives to the source of its readings: it stands in each of them, twice.
  static final int SOURCE_CHARACTERS = 256;

  /// Of the request line: the longest topic and the longest source fit in.
  static final int LINE_BYTES = 4 << 10;

  /// What one read takes from a socket at most; a connection whose request is under way keeps at most this much of the next ones.
  static final int READ_BYTES = 16 << 10;

  /// What is read and thrown away of a request that was refused, so that the client finds the answer: a close with unread
  /// bytes would destroy it on its way. Beyond, the connection ends.
  static final int DISCARDED_BYTES = 1 << 20;

  /// How long a connection whose last answer is sent waits for its client to hang up.
  static final Duration LINGER = Duration.ofSeconds(2);

  /// What a request takes in memory beside its bytes, about: else requests without bytes would count as nothing.
  static final int REQUEST_BYTES = 1 << 10;

  /// What a reading takes in memory beside its key and its value, about.
  static final int READING_BYTES = 300;

  /// Characters of what a client sent that an answer, or status, repeats.
  static final int EXAMPLE_CHARACTERS = 100;

  /// Topics that an answer lists.
  static final int LISTED_TOPICS = 50;

  /// Of a file of tokens: what is larger is something else.
  static final int TOKEN_FILE_BYTES = 64 << 10;

  /// A shorter token can be guessed.
  static final int TOKEN_CHARACTERS_LEAST = 16;

  /// How often time-outs and expiries are looked for.
  static final Duration SWEEP = Duration.ofMillis(250);

  /// How often the files of certificates are looked at: a look at each costs microseconds, on the event loop.
  static final Duration CERTIFICATES = Duration.ofSeconds(2);

  /// Connections that the system keeps for us before we accept them.
  static final int BACKLOG = 128;

  /// How long a close of the adapter waits for its event loop.
  static final Duration CLOSE = Duration.ofSeconds(5);

  private Bounds() {}
}
