package io.tributary.hub;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.tributary.agent.Exchanges;
import io.tributary.core.AuditReport;
import io.tributary.store.Finding;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

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
    Map<String, String> query = Exchanges.query(exchange);
    switch (exchange.getRequestMethod()) {
      case "POST" -> begin(exchange, query);
      case "GET" -> tell(exchange, query);
      default -> Exchanges.refuse(exchange, 405, "POST begins an audit, GET tells of it");
    }
  }

  private void begin(HttpExchange exchange, Map<String, String> query) throws IOException {
    if (!Exchanges.isOrder(exchange)) {
      Exchanges.refuse(exchange, 403, "only with the header " + Exchanges.HEADER);
      return;
    }
    String edgeId = query.getOrDefault("edge", "");
    if (edgeId.isEmpty()) {
      Exchanges.refuse(exchange, 400, "edge=EDGE is missing");
      return;
    }
    Auditor.Job job = auditor.begin(edgeId, "true".equals(query.get("deep")));
    if (job == null) {
      Exchanges.refuse(exchange, 503, "more than " + Auditor.JOBS_MOST + " audits wait already");
    } else {
      Exchanges.answer(exchange, 202, json(job));
    }
  }

  private void tell(HttpExchange exchange, Map<String, String> query) throws IOException {
    Auditor.Job job = null;
    try {
      job = auditor.job(Long.parseLong(query.getOrDefault("id", "")));
    } catch (NumberFormatException e) {
      Exchanges.refuse(exchange, 400, "id=NUMBER is missing");
      return;
    }
    if (job == null) {
      Exchanges.refuse(exchange, 404, "no such audit, or it is long ago");
    } else {
      Exchanges.answer(exchange, 200, json(job));
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
}
