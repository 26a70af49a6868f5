package io.tributary.front.kafka;

import java.io.Serial;

/// A part of a request is refused, with what its client is told.
final class Refused extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final KafkaError error;

  Refused(KafkaError error, String what) {
    super(what);
    this.error = error;
  }

  KafkaError error() {
    return error;
  }
}
