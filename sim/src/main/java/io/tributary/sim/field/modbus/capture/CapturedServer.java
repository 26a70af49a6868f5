package io.tributary.sim.field.modbus.capture;

import io.tributary.sim.field.modbus.Pdu;
import io.tributary.sim.field.modbus.Slave;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A server of a capture: asked what its client asked, it answers as it did, one answer after the other, and then with the last for as long
/// as others have answers left. To anything else it says exception 2. When it is over it is silent. Any thread.
final class CapturedServer implements Slave {
  private final Endpoint server;
  private final Map<Read, Said> answers = new HashMap<>();
  private long given;
  private long strange;
  private boolean isOver;

  private static final class Said {
    final List<byte[]> pdus;
    int next;

    Said(List<byte[]> pdus) {
      this.pdus = pdus;
    }
  }

  /// @param server whose answers it gives
  /// @param captured the answers of all servers, at least one to each read
  CapturedServer(Endpoint server, Map<Read, List<byte[]>> captured) {
    this.server = server;
    captured.forEach((read, pdus) -> {
      if (read.server().equals(server)) {
        answers.put(read, new Said(List.copyOf(pdus)));
      }
    });
  }

  @Override
  public synchronized byte @Nullable [] answer(int unit, byte[] pdu) {
    if (isOver) {
      return null;
    }
    Said said =
        Pdu.isRead(Pdu.function(pdu)) && Pdus.isRequest(pdu)
            ? answers.get(Read.of(server, unit, pdu))
            : null;
    if (said == null) {
      strange++;
      return Pdu.exception(Pdu.function(pdu), Pdu.ILLEGAL_ADDRESS);
    }
    given++;
    byte[] answer = said.pdus.get(Math.min(said.next, said.pdus.size() - 1));
    said.next++;
    return answer.clone();
  }

  /// Whether each answer was given.
  synchronized boolean isUsedUp() {
    return answers.values().stream().allMatch(said -> said.next >= said.pdus.size());
  }

  /// Says nothing from now on.
  ///
  /// @return how many answers it has given
  synchronized long end() {
    isOver = true;
    return given;
  }

  /// Requests that the capture does not hold.
  synchronized long strange() {
    return strange;
  }
}
