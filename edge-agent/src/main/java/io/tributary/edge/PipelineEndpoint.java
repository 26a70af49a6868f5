package io.tributary.edge;

import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.agent.Exchanges;
import io.tributary.edge.pipeline.OrderRefused;
import io.tributary.edge.pipeline.PipelineAdapter;
import io.tributary.smartmodule.PipelineOrder;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers `POST /pipelines/NAME?order=pause|resume|reset[&to=WHERE]`: 200 when the order is durable, as JSON. What the pipelines do
/// is in the status.
///
/// Only for this machine, as {@link SealEndpoint} is.
final class PipelineEndpoint implements HttpHandler {
  static final String PATH = "/pipelines/";

  private final Pipelines pipelines;

  /// The edge's pipelines.
  interface Pipelines {
    boolean has(String name);

    /// @return null while it does not run
    @Nullable PipelineAdapter running(String name);
  }

  PipelineEndpoint(Pipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(PATH.length());
    Map<String, String> query = Exchanges.query(exchange);
    String word = query.getOrDefault("order", "");
    String to = query.getOrDefault("to", "");
    PipelineOrder order = PipelineOrder.of(word, to);
    if (!exchange.getRequestMethod().equals("POST")) {
      Exchanges.refuse(exchange, 405, "POST gives an order; /status tells of pipelines");
    } else if (!Exchanges.isLocal(exchange) || !Exchanges.isOrder(exchange)) {
      Exchanges.refuse(exchange, 403, "only for 'edge pipeline' on the machine of the edge");
    } else if (!pipelines.has(name)) {
      Exchanges.refuse(exchange, 404, "no pipeline is called '" + name + "'");
    } else if (order == null) {
      Exchanges.refuse(exchange, 400, PipelineOrder.refusal(word, to));
    } else {
      carryOut(exchange, name, order);
    }
  }

  private void carryOut(HttpExchange exchange, String name, PipelineOrder order)
      throws IOException {
    PipelineAdapter running = pipelines.running(name);
    if (running == null) {
      Exchanges.refuse(
          exchange,
          503,
          "the pipeline " + name + " does not run at the moment; 'edge status' says why");
      return;
    }
    Exchanges.carryOut(
        exchange,
        running.order(order),
        words -> JsonWriter.string().object().value("done", words).end().done(),
        refused -> refused instanceof OrderRefused ? Integer.valueOf(503) : null);
  }
}
