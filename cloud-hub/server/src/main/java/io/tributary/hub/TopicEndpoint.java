package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.agent.Exchanges;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// `GET /topics/NAME` tells of a topic; `DELETE /topics/NAME` deletes it and answers when that is durable. `?id=ID` with
/// either: only if that is its id still.
final class TopicEndpoint implements HttpHandler {
  static final String PATH = "/topics/";

  private final Store store;
  private final Predicate<String> isConfigured;

  private final Writers writers;

  /// Who alone writes a topic.
  interface Writers {
    /// @return in words; null when it is anybody's
    @Nullable String of(String topic);
  }

  /// @param isConfigured whether the hub creates a topic of that name again when its streams are opened
  TopicEndpoint(Store store, Predicate<String> isConfigured, Writers writers) {
    this.store = store;
    this.isConfigured = isConfigured;
    this.writers = writers;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(PATH.length());
    TopicStatus topic = store.topic(name);
    String query = exchange.getRequestURI().getQuery();
    boolean isAnother = topic != null && query != null && !query.equals("id=" + topic.topicId());
    switch (exchange.getRequestMethod()) {
      case String method when !List.of("GET", "DELETE").contains(method) ->
          Exchanges.refuse(exchange, 405, "GET tells of a topic, DELETE deletes it");
      case String method when topic == null ->
          Exchanges.refuse(exchange, 404, "no topic is called '" + name + "'");
      case String method when isAnother ->
          Exchanges.refuse(exchange, 409, "the topic '" + name + "' was created anew meanwhile");
      case "GET" -> Exchanges.answer(exchange, 200, json(topic, false));
      default -> delete(exchange, topic);
    }
  }

  private void delete(HttpExchange exchange, TopicStatus topic) throws IOException {
    String writer = writers.of(topic.name());
    if (writer != null) {
      Exchanges.refuse(
          exchange,
          403,
          "%s writes the topic '%s': take it out of hub.yaml first"
              .formatted(writer, topic.name()));
      return;
    }
    CompletableFuture<TopicStatus> reply = new CompletableFuture<>();
    store.deleteTopic(
        topic.name(),
        new TopicDeleted() {
          @Override
          public void deleted(TopicStatus gone) {
            reply.complete(gone);
          }

          @Override
          public void refused(StoreRefused why) {
            reply.completeExceptionally(why);
          }
        });
    Exchanges.carryOut(
        exchange,
        reply,
        gone -> json(gone, true),
        refused ->
            refused instanceof StoreRefused why
                ? Integer.valueOf(
                    switch (why.code()) {
                      case TOPIC_UNKNOWN -> 404;
                      case TOPIC_RESERVED -> 403;
                      default -> 503;
                    })
                : null);
  }

  private String json(TopicStatus topic, boolean isDeleted) {
    JsonStringWriter json =
        JsonWriter.string()
            .object()
            .value("topic", topic.name())
            .value("id", topic.topicId().toString())
            .value("partitions", topic.partitions())
            .value("createdAgain", isConfigured.test(topic.name()))
            .value("deleted", isDeleted);
    if (!isDeleted) {
      json.value(
          "streams",
          store.streams().stream().filter(s -> s.stream().topic().equals(topic.name())).count());
    }
    return json.end().done();
  }
}
