package io.tributary.adapter.mqtt;

import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How what is to be sent lies in the adapter's durable state, beside the sessions of {@link SessionState}.
///
/// ```
///  subscription/GENERATION/NAME   version u8 = 1 | options u8 | identifier u32 | filter UTF-8
///  queue/GENERATION/SEQUENCE      version u8 = 1 | qos u8 | flags u8 | message u64 | identifiers u32 each
///  message/ID                     a message, for all queues that name it
///  retained/NAME                  a message, under its topic
///  will/CLIENT-ID                 delay in seconds u32 | a message
///
///  a message: version u8 = 1 | qos u8 | flags u8 | expires at, ms since 1970 i64
///             | topic: length u16, UTF-8 | properties: length u32, encoded as in a PUBLISH | payload
/// ```
///
/// Generations, sequences and ids are 16 hexadecimal digits. NAME is `=` and the text itself, or `#` and the SHA-256 of a text that is
/// too long for a key. Flags: 1 retain, 2 released (QoS 2: the client has it and is told so until it confirms).
final class BrokerState {
  static final String SUBSCRIPTION = "subscription/";
  static final String QUEUE = "queue/";
  static final String MESSAGE = "message/";
  static final String RETAINED = "retained/";
  static final String WILL = "will/";

  private static final byte VERSION = 1;
  private static final int RETAIN = 1;
  private static final int RELEASED = 2;
  private static final int NAME_BYTES = 512;
  private static final int MESSAGE_BYTES_LEAST = 17;
  private static final int QUEUE_BYTES_LEAST = 11;
  private static final int SUBSCRIPTION_BYTES_LEAST = 6;
  private static final HexFormat HEX = HexFormat.of();

  private BrokerState() {}

  /// An entry of a queue as found on disk.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Queued(
      long generation,
      long sequence,
      int qos,
      boolean retain,
      boolean released,
      long messageId,
      int[] identifiers) {}

  /// A subscription as found on disk.
  record Subscribed(long generation, String filter, int options, int identifier) {}

  // ---- subscriptions

  static StateChange subscribed(Subscription subscription) {
    byte[] filter = subscription.text().getBytes(StandardCharsets.UTF_8);
    byte[] value =
        ByteBuffer.allocate(SUBSCRIPTION_BYTES_LEAST + filter.length)
            .put(VERSION)
            .put((byte) subscription.options())
            .putInt(subscription.identifier())
            .put(filter)
            .array();
    return new StateChange(subscriptionKey(subscription), value);
  }

  static String subscriptionKey(Subscription subscription) {
    return SUBSCRIPTION + hex(subscription.session().generation) + "/" + name(subscription.text());
  }

  static @Nullable Subscribed subscription(StateEntry entry) {
    byte[] value = entry.value();
    long generation = generation(entry.key(), SUBSCRIPTION);
    if (generation == NONE || value.length < SUBSCRIPTION_BYTES_LEAST || value[0] != VERSION) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(value, 1, value.length - 1);
    int options = bytes.get();
    int identifier = bytes.getInt();
    String filter = new String(rest(bytes), StandardCharsets.UTF_8);
    return new Subscribed(generation, filter, options, identifier);
  }

  // ---- queues

  static StateChange queued(Session session, Delivery delivery, boolean released) {
    int flags = (delivery.retain ? RETAIN : 0) | (released ? RELEASED : 0);
    ByteBuffer value =
        ByteBuffer.allocate(QUEUE_BYTES_LEAST + Integer.BYTES * delivery.identifiers.length)
            .put(VERSION)
            .put((byte) delivery.qos)
            .put((byte) flags)
            .putLong(delivery.message.id);
    for (int identifier : delivery.identifiers) {
      value.putInt(identifier);
    }
    return new StateChange(queueKey(session, delivery), value.array());
  }

  static String queueKey(Session session, Delivery delivery) {
    return QUEUE + hex(session.generation) + "/" + hex(delivery.sequence);
  }

  static @Nullable Queued queued(StateEntry entry) {
    byte[] value = entry.value();
    String key = entry.key();
    long generation = generation(key, QUEUE);
    int at = QUEUE.length() + 17;
    if (generation == NONE
        || key.length() != at + 16
        || value.length < QUEUE_BYTES_LEAST
        || value[0] != VERSION) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(value, 1, value.length - 1);
    int qos = bytes.get();
    int flags = bytes.get();
    long message = bytes.getLong();
    int[] identifiers = new int[bytes.remaining() / Integer.BYTES];
    Arrays.setAll(identifiers, any -> bytes.getInt());
    return new Queued(
        generation,
        HexFormat.fromHexDigitsToLong(key, at, at + 16),
        qos,
        (flags & RETAIN) != 0,
        (flags & RELEASED) != 0,
        message,
        identifiers);
  }

  // ---- messages

  static StateChange message(Message message) {
    return new StateChange(messageKey(message), encode(message, 0, message.retain));
  }

  static String messageKey(Message message) {
    return MESSAGE + hex(message.id);
  }

  static StateChange retained(Message message) {
    return new StateChange(retainedKey(message.topic), encode(message, 0, true));
  }

  static String retainedKey(String topic) {
    return RETAINED + name(topic);
  }

  static StateChange will(String clientId, Will will) {
    byte[] value = encode(will.message(), Integer.BYTES, will.message().retain);
    ByteBuffer.wrap(value).putInt((int) will.delaySeconds());
    return new StateChange(willKey(clientId), value);
  }

  static String willKey(String clientId) {
    return WILL + clientId;
  }

  /// The message under an entry, without its sender.
  static @Nullable Message message(StateEntry entry) {
    return decode(entry, 0);
  }

  static @Nullable Will will(StateEntry entry) {
    byte[] value = entry.value();
    Message message = value.length < Integer.BYTES ? null : decode(entry, Integer.BYTES);
    return message == null
        ? null
        : new Will(message, Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt()));
  }

  /// The id of a message's entry.
  static long messageId(StateEntry entry) {
    return generation(entry.key() + "/", MESSAGE);
  }

  private static byte[] encode(Message message, int before, boolean retain) {
    return ByteBuffer.allocate(
            before
                + MESSAGE_BYTES_LEAST
                + message.topicName.length
                + message.properties.length
                + message.payload.length)
        .position(before)
        .put(VERSION)
        .put((byte) message.qos)
        .put((byte) (retain ? RETAIN : 0))
        .putLong(message.expiresAtMs)
        .putShort((short) message.topicName.length)
        .put(message.topicName)
        .putInt(message.properties.length)
        .put(message.properties)
        .put(message.payload)
        .array();
  }

  private static @Nullable Message decode(StateEntry entry, int from) {
    byte[] value = entry.value();
    if (value.length < from + MESSAGE_BYTES_LEAST || value[from] != VERSION) {
      return null;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(value, from + 1, value.length - from - 1);
      int qos = bytes.get();
      boolean retain = (bytes.get() & RETAIN) != 0;
      long expiresAtMs = bytes.getLong();
      byte[] topic = take(bytes, Short.toUnsignedInt(bytes.getShort()));
      byte[] properties = take(bytes, bytes.getInt());
      byte[] payload = rest(bytes);
      return new Message(
          new String(topic, StandardCharsets.UTF_8),
          payload,
          qos,
          retain,
          properties,
          expiresAtMs,
          entry.className(),
          null);
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      return null;
    }
  }

  // ---- keys

  /// No generation that is ever given.
  static final long NONE = 0;

  private static long generation(String key, String prefix) {
    int at = prefix.length();
    if (!key.startsWith(prefix) || key.length() < at + 17 || key.charAt(at + 16) != '/') {
      return NONE;
    }
    try {
      return HexFormat.fromHexDigitsToLong(key, at, at + 16);
    } catch (NumberFormatException e) {
      return NONE;
    }
  }

  private static String name(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= NAME_BYTES) {
      return "=" + text;
    }
    try {
      return "#" + HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(long number) {
    return HEX.toHexDigits(number);
  }

  private static byte[] take(ByteBuffer bytes, int count) {
    byte[] taken = new byte[Math.min(count, bytes.remaining() + 1)];
    bytes.get(taken);
    return taken;
  }

  private static byte[] rest(ByteBuffer bytes) {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }
}
