package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.core.pipeline.Order;
import io.tributary.core.pipeline.PipelineStatus;
import io.tributary.core.pipeline.Pipelines;
import io.tributary.core.pipeline.StartAt;
import io.tributary.store.StoreRefused;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// `GET /pipelines` tells of all pipelines, `GET /pipelines/NAME` of one and its partitions; `POST
/// /pipelines/NAME?order=pause|resume|reset[&to=WHERE]` gives an order, and answers when it is durable.
final class PipelineEndpoint implements HttpHandler {
  static final String PATH = "/pipelines";

  /// Below the time after which an answer is cut off.
  private static final long TIMEOUT_SECONDS = 20;

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
      answer(exchange, 405, error("GET tells of pipelines, POST gives an order"));
      return;
    }
    if (asks && name.isEmpty()) {
      answer(exchange, 200, all());
      return;
    }
    PipelineStatus status = pipelines.status(name);
    if (status == null) {
      answer(exchange, 404, error("no pipeline is called '" + name + "'"));
    } else if (asks) {
      JsonStringWriter json = JsonWriter.string();
      PipelineJson.write(json, status, true);
      answer(exchange, 200, json.done());
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
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    Order order = order(query);
    if (order == null) {
      answer(
          exchange,
          400,
          error("order=pause, resume or reset; with reset to=" + StartAt.WORDS + ", or an offset"));
      return;
    }
    CompletableFuture<String> reply = pipelines.order(name, order);
    try {
      String words = reply == null ? "" : reply.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      answer(exchange, 200, JsonWriter.string().object().value("done", words).end().done());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof StoreRefused why)) {
        throw new IllegalStateException(e);
      }
      int code = why.code() == StoreRefused.Code.TOPIC_UNKNOWN ? 409 : 503;
      answer(exchange, code, error(String.valueOf(why.getMessage())));
    } catch (TimeoutException e) {
      answer(
          exchange,
          503,
          error("the pipeline or the disk did not answer in time; look again later"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer(exchange, 503, error("the hub is stopping"));
    }
  }

  private static @Nullable Order order(Map<String, String> query) {
    return switch (query.getOrDefault("order", "")) {
      case "pause" -> new Order.Pause();
      case "resume" -> new Order.Resume();
      case "reset" -> {
        StartAt to = StartAt.of(query.getOrDefault("to", ""));
        yield to == null ? null : new Order.Reset(to);
      }
      default -> null;
    };
  }

  private static String error(String what) {
    return JsonWriter.string().object().value("error", what).end().done();
  }

  private static void answer(HttpExchange exchange, int code, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> fields = new HashMap<>();
    for (String field : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(
            field.substring(0, equals),
            URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return fields;
  }
}
