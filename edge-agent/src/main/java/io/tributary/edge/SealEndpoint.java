package io.tributary.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.agent.Exchanges;
import java.io.IOException;
import java.util.Map;

/// Answers `POST /seal?topic=TOPIC[&look=true][&proven=true]`: 200 with what was done or would be, as JSON, or 409 with the reason in
/// words.
///
/// Only for this machine: whoever may reach the status of an edge shall not decide for its operator.
final class SealEndpoint implements HttpHandler {
  static final String PATH = "/seal";

  private final Sealing sealing;

  SealEndpoint(Sealing sealing) {
    this.sealing = sealing;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Map<String, String> query = Exchanges.query(exchange);
    String topic = query.getOrDefault("topic", "");
    if (!exchange.getRequestMethod().equals("POST")) {
      Exchanges.refuse(exchange, 405, "POST /seal?topic=TOPIC");
    } else if (!Exchanges.isLocal(exchange) || !Exchanges.isOrder(exchange)) {
      Exchanges.refuse(exchange, 403, "only for 'edge seal' on the machine of the edge");
    } else if (topic.isEmpty()) {
      Exchanges.refuse(exchange, 400, "no topic is named");
    } else {
      carryOut(
          exchange, topic, "true".equals(query.get("look")), !"true".equals(query.get("proven")));
    }
  }

  private void carryOut(HttpExchange exchange, String topic, boolean isLook, boolean trustsAcks)
      throws IOException {
    Sealing.Outcome outcome;
    try {
      outcome = isLook ? sealing.look(topic, trustsAcks) : sealing.seal(topic, trustsAcks);
    } catch (IOException e) {
      Exchanges.refuse(exchange, 409, e.getMessage());
      return;
    }
    Exchanges.answer(exchange, 200, outcome.toJson());
  }
}
