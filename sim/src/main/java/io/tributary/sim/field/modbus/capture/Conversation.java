package io.tributary.sim.field.modbus.capture;

import io.tributary.sim.field.modbus.Pdu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client and a server said to each other: each response with the oldest request that waits, has its transaction id and unit, and
/// that it can answer.
final class Conversation {
  private final Counts counts;
  private final List<Frame> waiting = new ArrayList<>();
  private final List<Exchange> reads = new ArrayList<>();

  /// A read, and how it was answered.
  ///
  /// @param number of the packet after which the answer was there
  @SuppressWarnings("ArrayRecordComponent") // nobody compares exchanges
  record Exchange(int number, Read read, byte[] answer) {}

  private record Said(Frame frame, boolean isRequest) {}

  private Conversation(Counts counts) {
    this.counts = counts;
  }

  /// The answered reads of a connection, in their order.
  static List<Exchange> of(Connection connection, Counts counts) {
    List<Said> all = new ArrayList<>();
    Frame.of(connection.requests, counts).forEach(each -> all.add(new Said(each, true)));
    Frame.of(connection.responses, counts).forEach(each -> all.add(new Said(each, false)));
    all.sort(Comparator.comparingInt(each -> each.frame().number())); // stable
    Conversation conversation = new Conversation(counts);
    for (Said each : all) {
      if (each.isRequest()) {
        conversation.asked(each.frame());
      } else {
        conversation.answered(connection.server, each.frame());
      }
    }
    counts.add(Counts.UNANSWERED, conversation.waiting.size());
    return conversation.reads;
  }

  private void asked(Frame request) {
    if (!Pdus.isRequest(request.pdu())) {
      counts.add(Counts.MALFORMED);
      return;
    }
    counts.add(Counts.REQUESTS);
    counts.addFunction(Pdu.function(request.pdu()));
    waiting.add(request);
  }

  private void answered(Endpoint server, Frame response) {
    if (!Pdus.isResponse(response.pdu())) {
      counts.add(Counts.MALFORMED);
      return;
    }
    counts.add(Counts.RESPONSES);
    counts.add(Counts.EXCEPTIONS, Pdu.isException(response.pdu()) ? 1 : 0);
    Frame request = takeRequestOf(response);
    if (request == null) {
      counts.add(Counts.UNASKED);
      return;
    }
    counts.add(Counts.MATCHED);
    if (Pdu.isRead(Pdu.function(request.pdu()))) {
      Read read = Read.of(server, request.unit(), request.pdu());
      reads.add(new Exchange(response.number(), read, response.pdu()));
    }
  }

  private @Nullable Frame takeRequestOf(Frame response) {
    for (Iterator<Frame> each = waiting.iterator(); each.hasNext(); ) {
      Frame request = each.next();
      if (request.id() == response.id()
          && request.unit() == response.unit()
          && Pdus.answers(request.pdu(), response.pdu())) {
        each.remove();
        return request;
      }
    }
    return null;
  }
}
