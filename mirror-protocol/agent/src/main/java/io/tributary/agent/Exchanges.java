package io.tributary.agent;

import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the handlers behind a {@link StatusServer} have in common: commands of an operator ask, and are answered in JSON.
public final class Exchanges {
  /// A header that every order carries. A page in a browser cannot send it without asking first: who makes a browser on
  /// this machine show a page shall not decide for its operator.
  public static final String HEADER = "X-Tributary";

  /// Below the time after which an answer is cut off.
  private static final long REPLY_SECONDS = 20;

  private Exchanges() {}

  /// Whether a program sent it that knows what it does.
  public static boolean isOrder(HttpExchange exchange) {
    return exchange.getRequestHeaders().getFirst(HEADER) != null;
  }

  /// Whether it comes from this machine.
  public static boolean isLocal(HttpExchange exchange) {
    return exchange.getRemoteAddress().getAddress().isLoopbackAddress();
  }

  /// The fields of its query.
  public static Map<String, String> query(HttpExchange exchange) {
    String raw = exchange.getRequestURI().getRawQuery();
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

  /// @param json one object
  public static void answer(HttpExchange exchange, int code, String json) throws IOException {
    try (exchange) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /// Answers `{"error": why}`.
  public static void refuse(HttpExchange exchange, int code, @Nullable String why)
      throws IOException {
    answer(exchange, code, JsonWriter.string().object().value("error", why).end().done());
  }

  /// Waits until an order is carried out, and answers 200; or why it was not.
  ///
  /// @param json the answer
  /// @param code of a refusal; an exception that it has none for is thrown on
  public static <T> void carryOut(
      HttpExchange exchange,
      CompletableFuture<T> reply,
      Function<T, String> json,
      Function<Throwable, @Nullable Integer> code)
      throws IOException {
    try {
      answer(exchange, 200, json.apply(reply.get(REPLY_SECONDS, TimeUnit.SECONDS)));
    } catch (ExecutionException e) {
      Throwable why = Objects.requireNonNull(e.getCause(), "refused without a reason");
      Integer known = code.apply(why);
      if (known == null) {
        throw new IllegalStateException(why);
      }
      refuse(exchange, known, why.getMessage());
    } catch (TimeoutException e) {
      refuse(exchange, 503, "the disk did not answer in time; look again later");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(exchange, 503, "it is stopping");
    }
  }
}
