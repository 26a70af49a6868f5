package io.tributary.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Answers `GET /status` with the edge's status as JSON. Meant for the loopback address.
final class StatusServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService worker;

  private StatusServer(HttpServer server, ExecutorService worker) {
    this.server = server;
    this.worker = worker;
  }

  /// @throws BindException when the port is in use; says which and what to do
  static StatusServer start(InetSocketAddress listen, Supplier<String> statusJson)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(listen, 16);
    } catch (BindException e) {
      BindException named =
          new BindException(
              "http.listen "
                  + listen.getHostString()
                  + ":"
                  + listen.getPort()
                  + " cannot be bound ("
                  + e.getMessage()
                  + "): stop what listens there, or choose another port");
      named.initCause(e);
      throw named;
    }
    ExecutorService worker =
        Executors.newSingleThreadExecutor(task -> {
          Thread thread = new Thread(task, "edge-http");
          thread.setDaemon(true);
          return thread;
        });
    server.setExecutor(worker);
    server.createContext("/status", exchange -> answer(exchange, statusJson.get()));
    server.start();
    return new StatusServer(server, worker);
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(HttpExchange exchange, String body) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    worker.shutdownNow();
  }
}
