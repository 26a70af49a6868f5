package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.agent.Exchanges;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What the owner of an edge orders of its pipelines, with the commands and a whole edge: carried out, and still so after a restart.
@SuppressWarnings("try") // an edge runs as long as its block
final class PipelineOrdersTest {
  private static final String SUMS =
      "pipelines: {p: {from: lines, to: sums, start: %s, transforms: [{uses: %s}]}}";

  @TempDir private Path directory;

  private EdgeBed bed;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeBed() {
    bed = new EdgeBed(directory);
  }

  @Test
  void aPausedPipelineTakesNothingInUntilItIsResumed() throws Exception {
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 1 1\n", 1);
      comeOut("1");
      assertEquals(ExitStatus.DONE, run(node, "pause", "p"));
      assertEquals("the pipeline p paused\n", out.toString());
      bed.send("kiln 2 2\n", 1);
    }
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 3 3\n", 1);
      EdgeBed.eventually(() -> EdgeBed.state("p", node).state().contains("paused"));
      assertEquals(List.of("1"), bed.valuesOf("sums"));
      assertEquals(ExitStatus.DONE, run(node, "resume", "p"));
      comeOut("1", "3", "6");
    }
  }

  @Test
  void aResetForgetsTheStateAndReadsAllAgain() throws Exception {
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 1 1\nkiln 2 2\n", 2);
      comeOut("1", "3");
      assertEquals(ExitStatus.DONE, run(node, "reset", "p", "--to", "earliest"));
      comeOut("1", "3", "1", "3");
      assertEquals(2, EdgeBed.state("p", node).counters().get("generation"));
    }
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 3 3\n", 1);
      comeOut("1", "3", "1", "3", "6");
      assertEquals(ExitStatus.DONE, run(node, "reset", "p", "--to", "1"));
      comeOut("1", "3", "1", "3", "6", "2", "5");
      assertEquals(ExitStatus.DONE, run(node, "reset", "p", "--to", "latest"));
      bed.send("kiln 4 4\n", 1);
      comeOut("1", "3", "1", "3", "6", "2", "5", "4");
      assertEquals(4, EdgeBed.state("p", node).counters().get("generation"));
    }
  }

  @Test
  void whatIsOrderedOfAPausedPipelineWaits() throws Exception {
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 1 1\n", 1);
      comeOut("1");
      run(node, "pause", "p");
      run(node, "reset", "p", "--to", "earliest");
      assertEquals(List.of("1"), bed.valuesOf("sums"));
    }
    try (EdgeNode node = start("earliest")) {
      run(node, "resume", "p");
      comeOut("1", "1");
    }
  }

  @Test
  void aTimeIsLookedForUntilAReadingIsSoLate() throws Exception {
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 1 1\n", 1);
      comeOut("1");
      long firstMs = bed.timesOf("lines").get(0);
      while (System.currentTimeMillis() <= firstMs) {
        Thread.onSpinWait();
      }
      bed.send("kiln 2 2\nkiln 3 3\n", 2);
      comeOut("1", "3", "6");
      run(node, "reset", "p", "--to", Instant.ofEpochMilli(firstMs + 1).toString());
      comeOut("1", "3", "6", "2", "5");
    }
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 4 4\n", 1);
      comeOut("1", "3", "6", "2", "5", "9");
      run(node, "reset", "p", "--to", "2199-12-31T12:00:00Z");
    }
    try (EdgeNode node = start("earliest")) {
      bed.send("kiln 5 5\n", 1);
      EdgeBed.eventually(
          () -> EdgeBed.state("p", node).state().contains("looking for a reading of 2199"));
      run(node, "reset", "p", "--to", "latest");
      bed.send("kiln 6 6\n", 1);
      comeOut("1", "3", "6", "2", "5", "9", "6");
    }
  }

  /// Nothing is passed over that came while the edge, or the pipeline, was away.
  @Test
  void whereALatestPipelineBeganIsTheSamePlaceAfterARestart() throws Exception {
    try (EdgeNode node = bed.start("lines", "", "", "")) {
      bed.send("kiln 1 1\n", 1);
    }
    try (EdgeNode node = start("latest")) {
      EdgeBed.eventually(() -> EdgeBed.state("p", node).state().contains("at 0"));
    }
    try (EdgeNode node = bed.start("lines", "", "", "")) {
      bed.send("kiln 2 2\n", 1);
    }
    try (EdgeNode node = start("latest")) {
      comeOut("2");
    }
  }

  /// A topic that is not mirrored keeps what its pipeline needs, and no more.
  @Test
  void whatAResetPassesOverIsLetGo() throws Exception {
    String pipelines = SUMS.formatted("earliest", EdgeBed.guest("aggregate-c"));
    try (EdgeNode node = bed.start("lines", "", "mirror: false", pipelines)) {
      run(node, "pause", "p");
      bed.send("kiln 1 1\n", 1);
      assertEquals(0, EdgeBed.acked("lines", node));
      run(node, "reset", "p", "--to", "latest");
      EdgeBed.eventually(() -> EdgeBed.acked("lines", node) == 1);
      run(node, "reset", "p", "--to", "2199-12-31T12:00:00Z");
      run(node, "resume", "p");
      bed.send("kiln 2 2\n", 1);
      EdgeBed.eventually(() -> EdgeBed.acked("lines", node) == 2);
      assertEquals(List.of(), bed.valuesOf("sums"));
    }
  }

  @Test
  void saysWhatItCannotDo() throws Exception {
    try (EdgeNode node = start("earliest")) {
      assertEquals(ExitStatus.CHECK_FAILED, run(node, "pause", "q"));
      assertTrue(err.toString().contains("no pipeline is called 'q'"), err.toString());
      assertEquals(ExitStatus.CHECK_FAILED, run(node, "pause", "lines"));
      assertEquals(ExitStatus.USAGE, run(node, "reset", "p", "--to", "yesterday"));
      assertTrue(err.toString().contains("earliest, latest, or a time"), err.toString());
      assertEquals(ExitStatus.DONE, run(node, "list"));
      assertTrue(out.toString().contains("lines ─▶ sums"), out.toString());
      out.getBuffer().setLength(0);
      assertEquals(ExitStatus.DONE, run(node, "list", "--json"));
      assertTrue(out.toString().startsWith("{\"pipelines\":[{"), out.toString());
      assertEquals(403, ask(node, "POST", "?order=pause", false));
      assertEquals(405, ask(node, "GET", "", true));
      assertEquals(400, ask(node, "POST", "", true));
    }
    assertEquals(ExitStatus.WORLD, command().execute("resume", "p", "--http", "127.0.0.1:1"));
    assertTrue(err.toString().contains("no agent answers at http://127.0.0.1:1"), err.toString());
  }

  private EdgeNode start(String start) throws Exception {
    return bed.start(
        "lines", "", "", SUMS.formatted("'" + start + "'", EdgeBed.guest("aggregate-c")));
  }

  private void comeOut(String... expected) {
    EdgeBed.eventually(() -> bed.valuesOf("sums").size() >= expected.length);
    assertEquals(List.of(expected), bed.valuesOf("sums"));
  }

  private CommandLine command() {
    CommandLine line = new CommandLine(new PipelineCommand());
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  private int run(EdgeNode node, String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--http";
    all[arguments.length + 1] = address(node);
    return command().execute(all);
  }

  private static String address(EdgeNode node) {
    return "127.0.0.1:" + node.httpAddress().getPort();
  }

  private static int ask(EdgeNode node, String method, String query, boolean isNamed)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address(node) + "/pipelines/p" + query))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (isNamed) {
      request.header(Exchanges.HEADER, "a test");
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }
}
