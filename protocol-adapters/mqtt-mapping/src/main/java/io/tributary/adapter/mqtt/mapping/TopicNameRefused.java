package io.tributary.adapter.mqtt.mapping;

/// Bytes that are no topic name (MQTT 5, sections 3.3.2.1 and 4.7.3).
public final class TopicNameRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /// What is wrong with it.
  public enum Fault {
    EMPTY("an empty topic name"),
    NOT_UTF8("a topic name is not valid UTF-8"),
    WILDCARDS("a topic name with wildcards");

    private final String words;

    Fault(String words) {
      this.words = words;
    }
  }

  private final Fault fault;

  private TopicNameRefused(Fault fault) {
    super(fault.words, null, false, false); // a client's fault, thrown as often as it likes
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }

  /// A topic name is not empty, is UTF-8 and has no wildcards.
  static void check(byte[] bytes, int from, int length) throws TopicNameRefused {
    if (length == 0) {
      throw new TopicNameRefused(Fault.EMPTY);
    }
    if (!Utf8.isValid(bytes, from, from + length)) {
      throw new TopicNameRefused(Fault.NOT_UTF8);
    }
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '+' || bytes[i] == '#') {
        throw new TopicNameRefused(Fault.WILDCARDS);
      }
    }
  }
}
