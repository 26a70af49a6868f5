package io.tributary.adapter.mqtt;

/// Answers those who try to subscribe: there is nobody here yet who would publish to them. What CONNACK said is not available
/// is a protocol error (MQTT 5, section 3.2.2.3); a plain subscription is refused in its SUBACK.
final class Subscriptions {
  private final int version;
  private final Properties properties;
  private final Output output;
  private final Counters counters;

  Subscriptions(int version, Properties properties, Output output, Counters counters) {
    this.version = version;
    this.properties = properties;
    this.output = output;
    this.counters = counters;
  }

  void subscribe(Fields fields) throws PacketRefused {
    int packetId = fields.packetId();
    properties.none();
    if (version == 5) {
      properties.read(fields, Properties.Holder.SUBSCRIBE);
    }
    if (properties.has(Properties.SUBSCRIPTION_IDENTIFIER)) {
      throw new PacketRefused(
          Reason.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, "a subscription identifier");
    }
    int filters = 0;
    while (fields.remaining() > 0) {
      check(fields.string());
      int options = fields.u8();
      if ((options & 3) == 3 || (options & (version == 5 ? 0xc0 : 0xfc)) != 0) {
        throw PacketRefused.malformed("SUBSCRIBE with options " + options);
      }
      filters++;
    }
    if (filters == 0) {
      throw PacketRefused.protocolError("SUBSCRIBE without a filter");
    }
    counters.count(Counter.SUBSCRIPTIONS_REFUSED, filters);
    Reason reason = version == 5 ? Reason.IMPLEMENTATION_SPECIFIC_ERROR : Reason.UNSPECIFIED_ERROR;
    output.answerFilters(PacketType.SUBACK, packetId, filters, reason.code, version);
  }

  private void check(String filter) throws PacketRefused {
    if (filter.isEmpty()) {
      throw PacketRefused.protocolError("SUBSCRIBE with an empty filter");
    }
    if (version == 5 && filter.startsWith("$share/")) {
      throw new PacketRefused(Reason.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, "a shared subscription");
    }
    if (version == 5 && (filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0)) {
      throw new PacketRefused(
          Reason.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, "a subscription with wildcards");
    }
  }

  void unsubscribe(Fields fields) throws PacketRefused {
    int packetId = fields.packetId();
    if (version == 5) {
      properties.read(fields, Properties.Holder.UNSUBSCRIBE);
    }
    int filters = 0;
    while (fields.remaining() > 0) {
      fields.skipString();
      filters++;
    }
    if (filters == 0) {
      throw PacketRefused.protocolError("UNSUBSCRIBE without a filter");
    }
    int code = Reason.NO_SUBSCRIPTION_EXISTED.code;
    output.answerFilters(PacketType.UNSUBACK, packetId, filters, code, version);
  }
}
