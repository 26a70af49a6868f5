package io.tributary.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Answers over HTTP: `GET /status` with a program's status as JSON, `GET /healthz` with 200 or 503 and the reason, and what else
/// the program gives it. Meant for the loopback address: it asks nobody who they are.
///
/// A request has its own thread, and at most [#STATUS_MOST] of them put a status together: should
/// that wait for a disk that does not answer, the health is still told.
public final class StatusServer implements AutoCloseable {
  /// Connections at a time; one more is closed at once, so that nobody uses up files and threads.
  private static final String CONNECTIONS_MOST = "64";

  /// A request that is not whole in this time, or an answer that is not taken, is cut off: a slow
  /// client does not hold its place for ever.
  private static final String REQUEST_SECONDS = "5";

  private static final String ANSWER_SECONDS = "30";

  /// Threads, one for each connection that is being served; they end when they have nothing to do.
  private static final int THREADS_MOST = 64;

  private static final int STATUS_MOST = 4;
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ThreadPoolExecutor workers;

  private StatusServer(HttpServer server, ThreadPoolExecutor workers) {
    this.server = server;
    this.workers = workers;
  }

  /// @param name what its threads are called
  /// @param more further handlers, by the path below which they answer
  /// @throws IOException when the port cannot be had
  public static StatusServer start(
      String name,
      InetSocketAddress listen,
      Supplier<String> statusJson,
      Supplier<Health> health,
      Map<String, HttpHandler> more)
      throws IOException {
    System.setProperty("jdk.httpserver.maxConnections", CONNECTIONS_MOST);
    System.setProperty("sun.net.httpserver.idleInterval", REQUEST_SECONDS);
    System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    System.setProperty("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    HttpServer server = HttpServer.create(listen, BACKLOG);
    ThreadPoolExecutor workers = workers(name);
    server.setExecutor(workers);
    Semaphore statuses = new Semaphore(STATUS_MOST);
    server.createContext("/status", exchange -> status(exchange, statuses, statusJson));
    server.createContext("/healthz", exchange -> health(exchange, health.get()));
    more.forEach(server::createContext);
    server.start();
    return new StatusServer(server, workers);
  }

  private static ThreadPoolExecutor workers(String name) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        1,
        THREADS_MOST,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  public InetSocketAddress address() {
    return server.getAddress();
  }

  private static void status(HttpExchange exchange, Semaphore statuses, Supplier<String> json)
      throws IOException {
    if (!statuses.tryAcquire()) {
      answer(
          exchange, 503, "text/plain; charset=utf-8", "the status does not come; ask /healthz\n");
      return;
    }
    try {
      answer(exchange, 200, "application/json", json.get());
    } finally {
      statuses.release();
    }
  }

  private static void health(HttpExchange exchange, Health health) throws IOException {
    String text = health.isWell() ? Health.OK : String.join("\n", health.standstills());
    answer(exchange, health.isWell() ? 200 : 503, "text/plain; charset=utf-8", text + "\n");
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

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
