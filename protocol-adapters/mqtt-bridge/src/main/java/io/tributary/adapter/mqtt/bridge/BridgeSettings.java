package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.mqtt.mapping.Mapping;
import io.tributary.adapter.mqtt.mapping.Mappings;
import io.tributary.settings.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A bridge's configuration.
///
/// @param plan all of a connection but the password
/// @param keepsSession whether the broker keeps the session over a lost connection, so that identifiers are recorded
record BridgeSettings(
    BrokerSettings broker, ConnectionPlan plan, boolean keepsSession, List<Mapping> mappings) {

  static BridgeSettings read(Section section) {
    BrokerSettings broker = BrokerSettings.read(section);
    boolean cleanStart = section.bool("clean-start", false);
    Duration expiry =
        section.duration(
            "session-expiry", Duration.ofDays(7), Duration.ofSeconds(1), Duration.ofDays(3650));
    List<Subscription> subscriptions = subscriptions(section);
    boolean hasQos2 = subscriptions.stream().anyMatch(each -> each.qos() == 2);
    int receiveMaximum =
        section.integer(
            "receive-maximum",
            hasQos2 ? Pace.MOSQUITTOS_MAXIMUM : ConnectionPlan.RECEIVE_MAXIMUM,
            1,
            65_535);
    ConnectionPlan plan =
        broker
            .plan()
            .receiving(
                cleanStart, cleanStart ? 0 : expiry.toSeconds(), receiveMaximum, subscriptions);
    return new BridgeSettings(broker, plan, !cleanStart, Mappings.read(section));
  }

  private static List<Subscription> subscriptions(Section section) {
    List<Subscription> subscriptions = new ArrayList<>();
    for (Section each : section.sections("subscriptions")) {
      String filter = Mappings.filter(each).toString();
      int qos = each.integer("qos", 1, 0, 2);
      String group = each.stringOrNull("share");
      if (group != null && (group.isEmpty() || group.matches(".*[/+#].*"))) {
        each.refuse(
            "share", "is '" + group + "' but must be the name of a group, without / + and #");
      }
      subscriptions.add(
          new Subscription(group == null ? filter : "$share/" + group + "/" + filter, qos));
    }
    if (subscriptions.isEmpty()) {
      section.refuse(
          "subscriptions",
          "is empty; it must say what to subscribe to, such as [{filter: sensors/#, qos: 1}]");
    }
    return List.copyOf(subscriptions);
  }
}
