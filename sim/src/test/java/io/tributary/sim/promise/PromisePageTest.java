package io.tributary.sim.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The page says what the results say, and has a row for every fault.
final class PromisePageTest {
  @Test
  void thePageIsWhatTheResultsRenderTo() throws Exception {
    Path docs = Path.of("").toAbsolutePath();
    while (!Files.exists(docs.resolve("tributary"))) {
      docs = docs.getParent();
      assertNotNull(docs, "no launcher above the working directory");
    }
    docs = docs.resolve("docs");
    assertEquals(
        PromisePage.render(docs.resolve("promise")),
        Files.readString(docs.resolve("promise.md")),
        "render it again: ./tributary sim promise --render");
  }

  @Test
  void everyFaultHasItsRow() {
    assertEquals(
        IntStream.rangeClosed(1, 29).boxed().toList(), Row.ALL.stream().map(Row::number).toList());
  }
}
