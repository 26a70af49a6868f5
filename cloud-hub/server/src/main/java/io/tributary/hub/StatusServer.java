package io.tributary.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers `GET /status` with JSON and `GET /healthz` with 200 or 503. Meant for the loopback
/// address: it asks nobody who they are.
final class StatusServer implements AutoCloseable {
  private static final int BACKLOG = 16;

  /// A request that takes longer is cut off: one slow reader must not hold up the health check.
  private static final String REQUEST_SECONDS = "10";

  private static final String ANSWER_SECONDS = "30";

  private final HttpServer server;
  private final ExecutorService worker;

  private StatusServer(HttpServer server, ExecutorService worker) {
    this.server = server;
    this.worker = worker;
  }

  /// @throws IOException when the port cannot be had
  static StatusServer start(InetSocketAddress listen, StatusReport report) throws IOException {
    System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    System.setProperty("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    HttpServer server;
    try {
      server = HttpServer.create(listen, BACKLOG);
    } catch (IOException e) {
      throw HubServer.taken("http.listen", "--http", listen, e);
    }
    ExecutorService worker =
        Executors.newSingleThreadExecutor(task -> {
          Thread thread = new Thread(task, "hub-http");
          thread.setDaemon(true);
          return thread;
        });
    server.setExecutor(worker);
    server.createContext(
        "/status", exchange -> answer(exchange, 200, "application/json", report.json()));
    server.createContext("/healthz", exchange -> health(exchange, report));
    server.start();
    return new StatusServer(server, worker);
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    worker.shutdownNow();
  }

  private static void health(HttpExchange exchange, StatusReport report) throws IOException {
    String standstill = report.standstill();
    answer(
        exchange,
        standstill == null ? 200 : 503,
        "text/plain; charset=utf-8",
        standstill == null ? "ok\n" : standstill + "\n");
  }

  private static void answer(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
