package io.tributary.sim.device;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.sim.signal.Fault;
import java.util.EnumMap;
import java.util.Map;

/// What a fleet has done so far. Counted and read on the fleet's thread; afterwards by anyone.
final class FleetFigures {
  final int devices;
  int connected;
  long readings;
  long published;
  long acknowledged;
  long refused;
  long sentAgain;
  long sentAnew;
  long dropped;
  long reconnects;
  long brokenConnections;
  long refusedConnects;
  private String lastTrouble = "";
  private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);

  FleetFigures(int devices) {
    this.devices = devices;
    for (Fault each : Fault.values()) {
      faults.put(each, 0L);
    }
  }

  void fault(Fault fault) {
    faults.merge(fault, 1L, Long::sum);
  }

  long faults(Fault fault) {
    return faults.getOrDefault(fault, 0L);
  }

  void trouble(String text) {
    lastTrouble = text;
  }

  String lastTrouble() {
    return lastTrouble;
  }

  /// One line while it runs.
  String line() {
    return "%d of %d connected, %d published, %d acknowledged, %d sent again, %d reconnects, %d faults"
        .formatted(
            connected,
            devices,
            published,
            acknowledged,
            sentAgain + sentAnew,
            reconnects,
            faults.values().stream().mapToLong(Long::longValue).sum());
  }

  /// All of it, for a person.
  String text(double seconds, long unacknowledged) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d devices, %.1f s: %d readings, %d published, %d acknowledged, %d refused, %d not acknowledged, %d dropped (out of reach for too long)%n"
            .formatted(
                devices,
                seconds,
                readings,
                published,
                acknowledged,
                refused,
                unacknowledged,
                dropped));
    text.append(
        "%d reconnects, %d broken connections, %d refused connects; sent again: %d with DUP, %d as new where the session was lost%n"
            .formatted(reconnects, brokenConnections, refusedConnects, sentAgain, sentAnew));
    text.append("faults:");
    faults.forEach((fault, count) -> text.append(" %s %d".formatted(fault.word(), count)));
    if (!lastTrouble.isEmpty()) {
      text.append("%nthe last trouble: %s".formatted(lastTrouble));
    }
    return text.toString();
  }

  String json(double seconds, long unacknowledged) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("devices", devices)
            .value("seconds", seconds)
            .value("readings", readings)
            .value("published", published)
            .value("acknowledged", acknowledged)
            .value("refused", refused)
            .value("unacknowledged", unacknowledged)
            .value("dropped", dropped)
            .value("sentAgain", sentAgain)
            .value("sentAnew", sentAnew)
            .value("reconnects", reconnects)
            .value("brokenConnections", brokenConnections)
            .value("refusedConnects", refusedConnects)
            .value("lastTrouble", lastTrouble)
            .object("faults");
    faults.forEach((fault, count) -> json.value(fault.word(), count));
    return json.end().end().done();
  }
}
