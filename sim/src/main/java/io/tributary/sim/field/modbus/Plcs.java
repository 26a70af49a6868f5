package io.tributary.sim.field.modbus;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The PLCs behind a line or an address. Dead ones, and units that are none of them, say nothing.
final class Plcs implements Slave {
  private static final int BROADCAST = 0;

  private final Map<Integer, Plc> plcs = new HashMap<>();
  private long requests;
  private long exceptions;
  private long unanswered;

  Plcs(Set<Integer> units, Set<Integer> dead, long seed, long nowNanos) {
    for (int unit : units) {
      if (!dead.contains(unit)) {
        plcs.put(unit, new Plc(new Boiler(unit, seed, nowNanos)));
      }
    }
  }

  @Override
  public synchronized byte @Nullable [] answer(int unit, byte[] pdu) {
    requests++;
    long nowNanos = System.nanoTime();
    Plc plc = plcs.get(unit);
    if (plc == null && unit == BROADCAST && !Pdu.isRead(Pdu.function(pdu))) {
      plcs.values().forEach(each -> each.answer(pdu, nowNanos));
    }
    if (plc == null) {
      unanswered++;
      return null;
    }
    byte[] answer = plc.answer(pdu, nowNanos);
    exceptions += Pdu.isException(answer) ? 1 : 0;
    return answer;
  }

  synchronized String summary() {
    return "%,d requests, %,d exceptions, %,d to the dead"
        .formatted(requests, exceptions, unanswered);
  }
}
