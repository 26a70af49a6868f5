package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.mapping.UserProperties;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The properties of one MQTT 5 packet (section 2.2.2). Reused from packet to packet: it holds numbers and positions.
final class Properties implements UserProperties {
  static final int PAYLOAD_FORMAT = 1;
  static final int MESSAGE_EXPIRY = 2;
  static final int CONTENT_TYPE = 3;
  static final int RESPONSE_TOPIC = 8;
  static final int CORRELATION_DATA = 9;
  static final int SUBSCRIPTION_IDENTIFIER = 11;
  static final int SESSION_EXPIRY = 17;
  static final int ASSIGNED_CLIENT_IDENTIFIER = 18;
  static final int SERVER_KEEP_ALIVE = 19;
  static final int AUTHENTICATION_METHOD = 21;
  static final int AUTHENTICATION_DATA = 22;
  static final int REQUEST_PROBLEM_INFORMATION = 23;
  static final int WILL_DELAY = 24;
  static final int REASON_STRING = 31;
  static final int RECEIVE_MAXIMUM = 33;
  static final int TOPIC_ALIAS_MAXIMUM = 34;
  static final int TOPIC_ALIAS = 35;
  static final int RETAIN_AVAILABLE = 37;
  static final int USER_PROPERTY = 38;
  static final int MAXIMUM_PACKET_SIZE = 39;
  static final int WILDCARD_SUBSCRIPTION_AVAILABLE = 40;
  static final int SUBSCRIPTION_IDENTIFIERS_AVAILABLE = 41;
  static final int SHARED_SUBSCRIPTION_AVAILABLE = 42;

  private static final int COUNT = 43;

  /// How a property's value is written.
  private enum Form {
    BYTE,
    TWO_BYTES,
    FOUR_BYTES,
    VARIABLE,
    STRING,
    BINARY,
    PAIR
  }

  /// The packets whose properties a client may send, and what each may hold.
  enum Holder {
    CONNECT(17, 21, 22, 23, 25, 33, 34, 38, 39),
    WILL(1, 2, 3, 8, 9, 24, 38),
    PUBLISH(1, 2, 3, 8, 9, 35, 38),
    /// And PUBACK, PUBREC, PUBCOMP.
    PUBREL(31, 38),
    SUBSCRIBE(11, 38),
    UNSUBSCRIBE(38),
    DISCONNECT(17, 31, 38);

    private final long allowed;

    Holder(int... ids) {
      allowed = Arrays.stream(ids).mapToLong(id -> 1L << id).reduce(0, (a, b) -> a | b);
    }
  }

  private static final Form[] FORMS = new Form[COUNT];

  static {
    form(Form.BYTE, 1, 23, 25, 36, 37, 40, 41, 42);
    form(Form.TWO_BYTES, 19, 33, 34, 35);
    form(Form.FOUR_BYTES, 2, 17, 24, 39);
    form(Form.VARIABLE, 11);
    form(Form.STRING, 3, 8, 18, 21, 26, 28, 31);
    form(Form.BINARY, 9, 22);
    form(Form.PAIR, 38);
  }

  private static void form(Form form, int... ids) {
    for (int id : ids) {
      FORMS[id] = form;
    }
  }

  private static final byte[] NOTHING = {};

  private static final long FORWARDED =
      1L << PAYLOAD_FORMAT
          | 1L << CONTENT_TYPE
          | 1L << RESPONSE_TOPIC
          | 1L << CORRELATION_DATA
          | 1L << USER_PROPERTY;

  /// Of a number its value, of a string where it lies.
  private final long[] numbers = new long[COUNT];

  private final Fields within = new Fields();
  private byte[] bytes = NOTHING;
  private long seen;
  private int from;
  private int to;

  /// Forgets everything: for packets of MQTT 3.1.1, and for those that leave their properties out.
  void none() {
    bytes = NOTHING;
    seen = 0;
    from = 0;
    to = 0;
  }

  /// Reads and checks the properties at the fields' position: known, allowed in this packet, whole, not repeated.
  void read(Fields fields, Holder holder) throws PacketRefused {
    none();
    int length = fields.variableByteInteger();
    if (length == 0) {
      return;
    }
    from = fields.skip(length);
    to = from + length;
    bytes = fields.bytes();
    within.over(bytes, from, to);
    while (within.remaining() > 0) {
      int id = within.variableByteInteger();
      if (id >= COUNT || FORMS[id] == null || (holder.allowed & 1L << id) == 0) {
        throw PacketRefused.malformed("property " + id + " has no place in " + holder);
      }
      if ((seen & 1L << id) != 0 && id != USER_PROPERTY) {
        throw PacketRefused.protocolError("property " + id + " is there twice");
      }
      seen |= 1L << id;
      numbers[id] = value(within, FORMS[id]);
    }
    checkResponseTopic();
  }

  private void checkResponseTopic() throws PacketRefused {
    String topic = string(RESPONSE_TOPIC);
    if (topic != null && (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0)) {
      throw PacketRefused.protocolError("a response topic with wildcards");
    }
  }

  private static long value(Fields fields, Form form) throws PacketRefused {
    switch (form) {
      case BYTE -> {
        int value = fields.u8();
        if (value > 1) {
          throw PacketRefused.protocolError("a property that is 0 or 1 is " + value);
        }
        return value;
      }
      case TWO_BYTES -> {
        return fields.u16();
      }
      case FOUR_BYTES -> {
        return fields.u32();
      }
      case VARIABLE -> {
        return fields.variableByteInteger();
      }
      case STRING -> {
        int at = fields.position();
        fields.skipString();
        return at;
      }
      case BINARY -> fields.skipBinary();
      case PAIR -> {
        fields.skipString();
        fields.skipString();
      }
    }
    return 0;
  }

  boolean has(int id) {
    return (seen & 1L << id) != 0;
  }

  /// The value of a property that is a number.
  long number(int id, long absent) {
    return has(id) ? numbers[id] : absent;
  }

  /// What of the properties of a publish or a will its subscribers are to have (section 3.3.2.3): encoded, in their order.
  byte[] forwarded() {
    if ((seen & FORWARDED) == 0) {
      return NOTHING;
    }
    byte[] kept = new byte[to - from];
    int size = 0;
    try {
      within.over(bytes, from, to);
      while (within.remaining() > 0) {
        int begin = within.position();
        int id = within.variableByteInteger();
        value(within, FORMS[id]);
        if ((FORWARDED & 1L << id) != 0) {
          int length = within.position() - begin;
          System.arraycopy(bytes, begin, kept, size, length);
          size += length;
        }
      }
    } catch (PacketRefused checkedBefore) {
      throw new IllegalStateException(checkedBefore);
    }
    return Arrays.copyOf(kept, size);
  }

  /// The text of a property that is there once and is a string; null when it is not there.
  @Nullable String string(int wanted) {
    if (!has(wanted)) {
      return null;
    }
    int at = (int) numbers[wanted];
    int length = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    return new String(bytes, at + 2, length, StandardCharsets.UTF_8);
  }

  /// The value of the first user property of that name.
  @Override
  public @Nullable String value(byte[] name) {
    if (!has(USER_PROPERTY)) {
      return null;
    }
    try {
      within.over(bytes, from, to);
      while (within.remaining() > 0) {
        int id = within.variableByteInteger();
        if (id != USER_PROPERTY) {
          value(within, FORMS[id]);
          continue;
        }
        int nameLength = within.u16();
        int nameFrom = within.skip(nameLength);
        int valueLength = within.u16();
        int valueFrom = within.skip(valueLength);
        if (Arrays.equals(bytes, nameFrom, nameFrom + nameLength, name, 0, name.length)) {
          return new String(bytes, valueFrom, valueLength, StandardCharsets.UTF_8);
        }
      }
      return null;
    } catch (PacketRefused checkedBefore) {
      throw new IllegalStateException(checkedBefore);
    }
  }
}
