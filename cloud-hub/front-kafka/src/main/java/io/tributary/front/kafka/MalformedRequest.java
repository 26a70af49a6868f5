package io.tributary.front.kafka;

/// A client sent what is no request of the Kafka protocol, or one that was not offered. Its
/// connection is closed, as Kafka does it; no other is disturbed.
final class MalformedRequest extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRequest(String what) {
    super(what);
  }

  MalformedRequest(String what, Throwable cause) {
    super(what, cause);
  }
}
