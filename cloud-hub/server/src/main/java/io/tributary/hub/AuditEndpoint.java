package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.core.AuditReport;
import io.tributary.store.Finding;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `POST /audit?edge=E[&deep=true]` begins an audit and answers its number; `GET /audit?id=N` tells how far it is, and
/// its report when it has ended.
final class AuditEndpoint implements HttpHandler {
  static final String PATH = "/audit";

  private final Auditor auditor;

  AuditEndpoint(Auditor auditor) {
    this.auditor = auditor;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    switch (exchange.getRequestMethod()) {
      case "POST" -> begin(exchange, query);
      case "GET" -> tell(exchange, query);
      default -> answer(exchange, 405, error("POST begins an audit, GET tells of it"));
    }
  }

  private void begin(HttpExchange exchange, Map<String, String> query) throws IOException {
    String edgeId = query.getOrDefault("edge", "");
    if (edgeId.isEmpty()) {
      answer(exchange, 400, error("edge=EDGE is missing"));
      return;
    }
    Auditor.Job job = auditor.begin(edgeId, "true".equals(query.get("deep")));
    if (job == null) {
      answer(exchange, 503, error("more than " + Auditor.JOBS_MOST + " audits wait already"));
    } else {
      answer(exchange, 202, json(job));
    }
  }

  private void tell(HttpExchange exchange, Map<String, String> query) throws IOException {
    Auditor.Job job = null;
    try {
      job = auditor.job(Long.parseLong(query.getOrDefault("id", "")));
    } catch (NumberFormatException e) {
      answer(exchange, 400, error("id=NUMBER is missing"));
      return;
    }
    if (job == null) {
      answer(exchange, 404, error("no such audit, or it is long ago"));
    } else {
      answer(exchange, 200, json(job));
    }
  }

  private static String json(Auditor.Job job) {
    JsonStringWriter json = JsonWriter.string();
    AuditReport report = job.report();
    String failure = job.failure();
    json.object()
        .value("id", job.id())
        .value("edge", job.edgeId())
        .value("state", report != null ? "done" : failure != null ? "failed" : "running")
        .value("progress", job.progress())
        .value("endedAtMs", job.endedAtMs());
    if (failure != null) {
      json.value("failure", failure);
    }
    if (report != null) {
      report(json, report);
    }
    return json.end().done();
  }

  private static void report(JsonStringWriter json, AuditReport report) {
    json.object("report")
        .value("edge", report.edgeId())
        .value("connected", report.isConnected())
        .value("deep", report.deep())
        .value("clean", report.isClean())
        .value("bytesRead", report.bytesRead());
    json.array("streams");
    for (AuditReport.Stream stream : report.streams()) {
      json.object()
          .value("topic", stream.stream().topic())
          .value("partition", stream.partition())
          .value("stream", String.valueOf(stream.stream().streamId()))
          .value("incarnation", stream.stream().incarnation().toString())
          .value("from", stream.from())
          .value("to", stream.to())
          .value("provedTo", stream.provedTo())
          .value("digestsCompared", stream.digestsCompared())
          .value("recordsCompared", stream.recordsCompared())
          .value("remark", stream.remark());
      json.array("findings");
      for (Finding finding : stream.findings()) {
        json.object()
            .value("kind", finding.kind().name().toLowerCase(Locale.ROOT))
            .value("from", finding.from())
            .value("to", finding.to())
            .value("place", finding.place())
            .end();
      }
      json.end().array("unproven");
      for (AuditReport.Range range : stream.unproven()) {
        json.object().value("from", range.from()).value("to", range.to()).end();
      }
      json.end().end();
    }
    json.end().end();
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
