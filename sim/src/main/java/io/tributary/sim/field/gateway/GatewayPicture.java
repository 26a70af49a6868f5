package io.tributary.sim.field.gateway;

import io.tributary.sim.field.gateway.GatewayFile.Adapter;
import java.util.Set;
import java.util.TreeSet;

/// Draws a gateway as docs/gateway.md: what is at it, the adapters that take it in, and the topics that a hub keeps.
final class GatewayPicture {
  private GatewayPicture() {}

  static String markdown(GatewayFile gateway) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # The gateway of examples/gateway.yaml

        What stands at it, the adapter that takes each in, and the topics that its hub keeps. `./tributary sim gateway` starts all of
        it with simulated devices; `./tributary sim gateway --picture` prints this page, and a test keeps it equal to
        [the file](../examples/gateway.yaml).

        ```mermaid
        graph LR
        """);
    Set<String> topics = new TreeSet<>();
    for (Adapter each : gateway.adapters()) {
      text.append(
          "  at-%1$s([\"%2$s\"]) --- %1$s[\"%1$s: %3$s\"]%n"
              .formatted(each.name(), each.place(), each.type()));
      for (String topic : each.topics()) {
        text.append("  %s --> topic-%s%n".formatted(each.name(), topic));
        topics.add(topic);
      }
      if (each.commands() != null) {
        text.append("  topic-%s -. commands .-> %s%n".formatted(each.commands(), each.name()));
      }
    }
    for (String topic : topics) {
      String className = gateway.classOf(topic);
      text.append(
          "  topic-%1$s[/\"%1$s%2$s\"/] ==> hub%n"
              .formatted(topic, className.equals("normal") ? "" : ", " + className));
    }
    text.append(
        """
          hub{{hub}} --> kafka([any Kafka client])
        ```

        | adapter | type | at | topics |
        |---|---|---|---|
        """);
    for (Adapter each : gateway.adapters()) {
      text.append(
          "| %s | `%s` | `%s` | %s |%n"
              .formatted(each.name(), each.type(), each.place(), String.join(", ", each.topics())));
    }
    text.append(
        """

        Topics are of the class `normal` unless it is written: an alarm goes over the link before everything else, bulk behind it. Dotted
        arrows go the other way: what comes into such a topic, from MQTT or from a program, the adapter writes to its device, at most once
        and not after its time.
        """);
    return text.toString();
  }
}
