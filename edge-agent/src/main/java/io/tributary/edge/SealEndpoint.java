package io.tributary.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Answers `POST /seal?topic=TOPIC[&look=true][&proven=true]`: 200 with what was done or would be, as JSON, or 409 with the reason in
/// words.
///
/// Only for this machine, and only with a header that a page in a browser cannot send without asking first: whoever may
/// reach the status of an edge shall not decide for its operator.
final class SealEndpoint implements HttpHandler {
  static final String PATH = "/seal";

  static final String HEADER = "X-Tributary";

  private final Sealing sealing;

  SealEndpoint(Sealing sealing) {
    this.sealing = sealing;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      String topic = named(query, "topic");
      if (!exchange.getRequestMethod().equals("POST")) {
        answer(exchange, 405, "POST /seal?topic=TOPIC\n");
      } else if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()
          || exchange.getRequestHeaders().getFirst(HEADER) == null) {
        answer(exchange, 403, "only for 'edge seal' on the machine of the edge\n");
      } else if (topic.isEmpty()) {
        answer(exchange, 400, "no topic is named\n");
      } else {
        carryOut(
            exchange,
            topic,
            named(query, "look").equals("true"),
            !named(query, "proven").equals("true"));
      }
    }
  }

  private void carryOut(HttpExchange exchange, String topic, boolean isLook, boolean trustsAcks)
      throws IOException {
    Sealing.Outcome outcome;
    try {
      outcome = isLook ? sealing.look(topic, trustsAcks) : sealing.seal(topic, trustsAcks);
    } catch (IOException e) {
      answer(exchange, 409, e.getMessage() + "\n");
      return;
    }
    answer(exchange, 200, outcome.toJson());
  }

  private static String named(@Nullable String query, String name) {
    for (String each : query == null ? new String[0] : query.split("&")) {
      if (each.startsWith(name + "=")) {
        return URLDecoder.decode(each.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String type = code == 200 ? "application/json" : "text/plain; charset=utf-8";
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
