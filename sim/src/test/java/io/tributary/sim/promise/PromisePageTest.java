package io.tributary.sim.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page says what the results say, and has a row for every fault.
final class PromisePageTest {
  @TempDir private Path results;

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
  void marksWhatRanOnAnotherCommitOrDidNotHold() throws Exception {
    write(1, "aaa", 1, 0);
    write(2, "bbb", 2, 1);
    write(4, "bbb", 3, 3);
    List<String> lines = PromisePage.render(results).lines().toList();
    assertTrue(lines.stream().anyMatch(line -> line.contains("on commit bbb;")));
    assertEquals(
        "`./tributary x`<br>on commit aaa | 5 | 70 | 8 | 1 | 2 | 3 | 4 |", cells(lines, 1));
    assertEquals("`./tributary x` **BROKEN** | 5 | 70 | 8 | 1 | 2 | 3 | 4 |", cells(lines, 2));
    assertEquals(
        "`./tributary x` **DID NOT RUN** (status 3) | 5 | 70 | 8 | 1 | 2 | 3 | 4 |",
        cells(lines, 4));
    assertEquals("not run yet | | | | | | | |", cells(lines, 5));
    assertEquals("not built: there is no cluster | | | | | | | |", cells(lines, 19));
  }

  private void write(int row, String commit, long endedAtMs, int exitStatus) throws Exception {
    Files.writeString(
        PromisePage.file(results, row),
        """
        {"row":%d,"commit":"%s","endedAtMs":%d,"runs":[{"command":"./tributary x","exitStatus":%d,
         "result":{"rounds":5,"readings":70,"faultsInjected":8,"faults":{"consequences":900},
          "missing":1,"duplicated":2,"disordered":3,"droppedWithGap":4}}]}
        """
            .formatted(row, commit, endedAtMs, exitStatus));
  }

  /// Behind number and fault.
  private static String cells(List<String> page, int row) {
    String line =
        page.stream().filter(each -> each.startsWith("| " + row + " | ")).findFirst().orElseThrow();
    return line.split(" \\| ", 3)[2];
  }

  @Test
  void everyFaultHasItsRow() {
    assertEquals(
        IntStream.rangeClosed(1, 29).boxed().toList(), Row.ALL.stream().map(Row::number).toList());
  }
}
