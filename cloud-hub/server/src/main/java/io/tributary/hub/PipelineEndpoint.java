package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.agent.Exchanges;
import io.tributary.core.pipeline.PipelineStatus;
import io.tributary.core.pipeline.Pipelines;
import io.tributary.smartmodule.PipelineOrder;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// `GET /pipelines` tells of all pipelines, `GET /pipelines/NAME` of one and its partitions; `POST
/// /pipelines/NAME?order=pause|resume|reset[&to=WHERE]` gives an order, and answers when it is durable.
final class PipelineEndpoint implements HttpHandler {
  static final String PATH = "/pipelines";

  private final Pipelines pipelines;

  PipelineEndpoint(Pipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String rest = exchange.getRequestURI().getPath().substring(PATH.length());
    String name = rest.startsWith("/") ? rest.substring(1) : rest;
    boolean asks = exchange.getRequestMethod().equals("GET");
    if (!asks && !exchange.getRequestMethod().equals("POST")) {
      Exchanges.refuse(exchange, 405, "GET tells of pipelines, POST gives an order");
      return;
    }
    if (asks && name.isEmpty()) {
      Exchanges.answer(exchange, 200, all());
      return;
    }
    PipelineStatus status = pipelines.status(name);
    if (status == null) {
      Exchanges.refuse(exchange, 404, "no pipeline is called '" + name + "'");
    } else if (asks) {
      JsonStringWriter json = JsonWriter.string();
      PipelineJson.write(json, status, true);
      Exchanges.answer(exchange, 200, json.done());
    } else {
      carryOut(exchange, name);
    }
  }

  private String all() {
    JsonStringWriter json = JsonWriter.string();
    json.object().array("pipelines");
    pipelines.status().forEach(one -> PipelineJson.write(json, one, false));
    return json.end().end().done();
  }

  private void carryOut(HttpExchange exchange, String name) throws IOException {
    Map<String, String> query = Exchanges.query(exchange);
    String word = query.getOrDefault("order", "");
    String to = query.getOrDefault("to", "");
    PipelineOrder order = PipelineOrder.of(word, to);
    if (!Exchanges.isOrder(exchange)) {
      Exchanges.refuse(exchange, 403, "only with the header " + Exchanges.HEADER);
      return;
    }
    if (order == null) {
      Exchanges.refuse(exchange, 400, PipelineOrder.refusal(word, to));
      return;
    }
    CompletableFuture<String> reply = pipelines.order(name, order);
    if (reply == null) {
      Exchanges.refuse(exchange, 404, "no pipeline is called '" + name + "'");
      return;
    }
    Exchanges.carryOut(
        exchange,
        reply,
        words -> JsonWriter.string().object().value("done", words).end().done(),
        refused ->
            refused instanceof StoreRefused why
                ? Integer.valueOf(why.code() == StoreRefused.Code.TOPIC_UNKNOWN ? 409 : 503)
                : null);
  }
}
