package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.edge.EdgeStatus.AdapterState;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SmartModules in a whole edge: before the log, and between two topics. Lines come in over TCP, each acknowledged when what came
/// of it is on disk; what is in the topics is read as an adapter reads them.
@SuppressWarnings("try") // an edge runs as long as its block
final class TransformsTest {
  @TempDir private Path directory;

  private EdgeBed bed;

  @BeforeEach
  void makeBed() {
    bed = new EdgeBed(directory);
  }

  @Test
  void whatAFilterLeavesOutIsAcknowledgedAndInNoLog() throws Exception {
    try (EdgeNode node =
        bed.start("lines", "[{uses: regex-filter, with: {regex: '^4'}}]", "", "")) {
      assertEquals(
          List.of("ok kiln 1", "ok kiln 2", "ok kiln 3"),
          bed.send("kiln 1 450\nkiln 2 351\nkiln 3 452\n", 3));
      assertEquals(List.of("450", "452"), bed.valuesOf("lines"));
      AdapterState lane = node.status().transforms().get(0);
      assertEquals(1, lane.counters().get("leftOut"), lane::toString);
    }
  }

  @Test
  void whatAGuestFailsOnGoesToItsOwnTopicWithTheReason() throws Exception {
    String filterMap = "[{uses: " + EdgeBed.guest("filter-map-c") + "}]";
    try (EdgeNode node = bed.start("lines", filterMap, "", "")) {
      assertEquals(
          List.of("ok kiln 1", "ok kiln 2", "ok kiln 3"),
          bed.send("kiln 1 450\nkiln 2 hot\nkiln 3 452\n", 3));
      assertEquals(List.of("225", "226"), bed.valuesOf("lines"));
      assertEquals(List.of("hot"), bed.valuesOf("lines.dead-letters"));
      Map<String, String> headers = bed.headers("lines.dead-letters").get(0);
      assertEquals("record", headers.get("dead-letter.reason"));
      assertEquals("lines", headers.get("dead-letter.topic"));
      assertEquals("lines", headers.get("source"));
    }
  }

  /// There is no other copy of it: its source keeps it.
  @Test
  void aDeadLetterThatNoBatchHoldsIsRefusedToItsSource() throws Exception {
    String filterMap = "[{uses: " + EdgeBed.guest("filter-map-c") + "}]";
    try (EdgeNode node = bed.start("lines", filterMap, "", "journal: {batch-bytes: 1KiB}")) {
      assertEquals(
          List.of("ok kiln 1", "no kiln 2 too-large", "ok kiln 3"),
          bed.send("kiln 1 450\nkiln 2 " + "hot".repeat(270) + "\nkiln 3 452\n", 3));
      assertEquals(List.of("225", "226"), bed.valuesOf("lines"));
      assertEquals(List.of(), bed.valuesOf("lines.dead-letters"));
    }
  }

  /// The record itself lies in the source topic.
  @Test
  void aDeadLetterOfAPipelineThatNoBatchHoldsGoesWithoutItsValue() throws Exception {
    String pipelines =
        """
        journal: {batch-bytes: 2KiB}
        pipelines: {p: {from: lines, to: halves, transforms: [{uses: %s}]}}
        """
            .formatted(EdgeBed.guest("filter-map-c"));
    try (EdgeNode node = bed.start("lines", "", "", pipelines)) {
      bed.send("kiln 1 450\nkiln 2 " + "hot".repeat(320) + "\nkiln 3 452\n", 3);
      EdgeBed.eventually(() -> bed.valuesOf("halves").size() == 2);
      assertEquals(List.of("null"), bed.valuesOf("halves.dead-letters"));
      Map<String, String> headers = bed.headers("halves.dead-letters").get(0);
      assertEquals("value", headers.get("dead-letter.left-out"));
      assertEquals("p", headers.get("dead-letter.pipeline"));
      assertEquals("1", headers.get("dead-letter.offset"));
    }
  }

  @Test
  void manyOfOneAreDurableWithTheStateOfTheirReading() throws Exception {
    String arrayMap = "[{uses: " + EdgeBed.guest("array-map-c") + "}]";
    try (EdgeNode node = bed.start("lines", arrayMap, "", "")) {
      assertEquals(List.of("ok kiln 1"), bed.send("kiln 1 [1,2,3]\n", 1));
    }
    try (EdgeNode node = bed.start("lines", arrayMap, "", "")) {
      // The number is the adapter's state, by which it knows a line that comes again.
      assertEquals(List.of("ok kiln 1", "ok kiln 2"), bed.send("kiln 1 [1,2,3]\nkiln 2 [4]\n", 2));
      assertEquals(List.of("1", "2", "3", "4"), bed.valuesOf("lines"));
    }
  }

  @Test
  void aStreamThatShallStopWaitsBeforeTheRecord() throws Exception {
    String more = "on-error: stop";
    String filterMap = "[{uses: " + EdgeBed.guest("filter-map-c") + "}]";
    try (EdgeNode node = bed.start("lines", filterMap, more, "")) {
      assertEquals(List.of("ok kiln 1"), bed.send("kiln 1 450\nkiln 2 hot\n", 1));
      EdgeBed.eventually(
          () -> node.status().transforms().get(0).state().contains("stopped before a reading"));
      assertEquals(List.of("225"), bed.valuesOf("lines"));
    }
  }

  @Test
  void aPipelineGoesOnWhereItWasWithItsState() throws Exception {
    String pipelines =
        """
        pipelines:
          sums:
            from: lines
            to: sums
            transforms: [{uses: %s}]
        """
            .formatted(EdgeBed.guest("aggregate-c"));
    List<String> expected = new ArrayList<>();
    int sum = 0;
    for (int life = 0; life < 3; life++) {
      try (EdgeNode node = bed.start("lines", "", "", pipelines)) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
          int number = 20 * life + i;
          sum += number;
          expected.add(Integer.toString(sum));
          lines.append("kiln ").append(number).append(' ').append(number).append('\n');
        }
        bed.send(lines.toString(), 20);
        int count = expected.size();
        EdgeBed.eventually(() -> bed.valuesOf("sums").size() >= count);
        assertEquals(expected, bed.valuesOf("sums"));
        Map<String, String> headers = bed.headers("sums").get(0);
        assertEquals("sums", headers.get("source"));
        assertEquals("lines", headers.get("origin"));
      }
    }
  }

  @Test
  void anotherChainBeginsANewGenerationWhereTheOldOneWas() throws Exception {
    String pipelines = "pipelines: {p: {from: lines, to: out, transforms: [{uses: %s}]}}";
    try (EdgeNode node = bed.start("lines", "", "", pipelines.formatted(EdgeBed.guest("map-c")))) {
      bed.send("kiln 1 a\nkiln 2 b\n", 2);
      EdgeBed.eventually(() -> bed.valuesOf("out").size() == 2);
    }
    try (EdgeNode node =
        bed.start(
            "lines", "", "", pipelines.formatted(EdgeBed.guest("filter-c") + ", with: {key: c}"))) {
      bed.send("kiln 3 ac\nkiln 4 b\n", 2);
      EdgeBed.eventually(() -> bed.valuesOf("out").size() == 3);
      assertEquals(List.of("A", "B", "ac"), bed.valuesOf("out"));
      assertEquals(2, EdgeBed.state("p", node).counters().get("generation"));
    }
  }

  /// What stays here is let go once its pipeline is done with it, and not before.
  @Test
  void aTopicThatIsNotMirroredIsAcknowledgedByItsPipeline() throws Exception {
    String pipelines =
        "pipelines: {p: {from: lines, to: out, transforms: [{uses: %s}]}}"
            .formatted(EdgeBed.guest("map-c"));
    try (EdgeNode node = bed.start("lines", "", "mirror: false", pipelines)) {
      bed.send("kiln 1 a\n", 1);
      EdgeBed.eventually(() -> bed.valuesOf("out").size() == 1);
    }
    try (EdgeNode node = bed.start("lines", "", "mirror: false", pipelines)) {
      // Its end has saved its state, so that nothing needs to be read again.
      bed.send("kiln 2 b\n", 1);
      EdgeBed.eventually(() -> bed.valuesOf("out").size() == 2);
      EdgeBed.eventually(() -> EdgeBed.acked("lines", node) == 1);
      assertEquals(0, EdgeBed.acked("out", node));
    }
    try (EdgeNode node = bed.start("lines", "", "mirror: false", "")) {
      bed.send("kiln 3 c\n", 1);
      EdgeBed.eventually(() -> EdgeBed.acked("lines", node) == 3);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    String refused =
        refusal(
            """
            topics:
              lines:
                transforms:
                  - {uses: no-such}
                  - {uses: %1$s/map-c.wasm}
                  - {uses: %1$s/map-c.wasm, sha256: '00'}
                  - {uses: regex-filter, with: {regex: '('}}
                  - {uses: %1$s/hostile/no-kind.wasm, sha256: '00'}
              out.dead-letters: {class: alarm}
            pipelines:
              a: {from: lines, to: lines, transforms: [{uses: window, with: {length: 1m}}]}
              b: {from: lines, to: out, start: soon, transforms: [{uses: window, with: {length: 1m}}]}
              c: {from: nobody, to: more}
              lines: {from: lines, to: rest, transforms: [{uses: window, with: {length: 1m}}]}
            """
                .formatted(EdgeBed.GUESTS));
    for (String part :
        List.of(
            "topics.lines.transforms[0].uses: is 'no-such', which is neither a file",
            "topics.lines.transforms[1].sha256: is missing; the file",
            "topics.lines.transforms[2].sha256: is 00, but",
            "topics.lines.transforms[3].with: is not accepted by regex-filter",
            "topics.lines.transforms[4].uses",
            "pipelines.a.to: is 'lines', where the pipeline reads",
            "pipelines.b.start: is 'soon'; it must be earliest, latest",
            "pipelines.b.dead-letter: is 'out.dead-letters', which is of the class alarm",
            "pipelines.c.transforms: is missing",
            "pipelines.lines: is the name of an adapter, too")) {
      assertTrue(refused.contains(part), () -> part + "\nin\n" + refused);
    }
  }

  private static String refusal(String text) {
    try {
      Section root =
          Settings.parse(
              "edge.yaml",
              "edge: e1\ndata-dir: d\nadapters: {lines: {type: tcp-lines, topic: lines}}\n" + text);
      EdgeConfig.of(root, StartCommand.adapterTypes());
      return String.valueOf(assertThrows(SettingsRefused.class, root::finish).getMessage());
    } catch (SettingsRefused e) {
      throw new IllegalArgumentException(e);
    }
  }
}
