package io.tributary.sim.field.modbus.lines;

import io.tributary.sim.field.modbus.Pdu;
import io.tributary.sim.field.modbus.Slave;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Units with a few registers, of which the first two count how often the unit was asked. The dead say nothing.
final class CountingSlave implements Slave {
  /// What a poll reads, as a meter would have it: its count, and eight more.
  static final int REGISTERS = 10;

  /// Of the frames of a poll on a serial line: the request, and the answer with unit, function, byte count and checksum.
  static final int CHARACTERS = 8 + 5 + 2 * REGISTERS;

  private final Set<Integer> dead;
  private final Map<Integer, Integer> asked = new HashMap<>();

  CountingSlave(Set<Integer> dead) {
    this.dead = Set.copyOf(dead);
  }

  @Override
  public synchronized byte @Nullable [] answer(int unit, byte[] pdu) {
    if (dead.contains(unit)) {
      return null;
    }
    if (Pdu.function(pdu) != Pdu.READ_HOLDING || Pdu.word(pdu, 3) != REGISTERS) {
      return Pdu.exception(Pdu.function(pdu), Pdu.ILLEGAL_ADDRESS);
    }
    int count = asked.merge(unit, 1, Integer::sum);
    byte[] answer = new byte[2 + 2 * REGISTERS];
    answer[0] = Pdu.READ_HOLDING;
    answer[1] = 2 * REGISTERS;
    Pdu.putWord(answer, 2, count >>> 16);
    Pdu.putWord(answer, 4, count);
    return answer;
  }
}
