package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Lines, their meaning, the journal's answers, and files that cannot be read.
class TailStoriesTest extends TailTest {
  private static final String TEXT = "lines: text\nformat: raw";

  @Test
  void whatIsThereAndWhatComesIsLogged() {
    append("a.log", "one\ntwo\r\n");
    start("a.log", "lines: text");
    awaitJsonValues("\"one\"", "\"two\"");
    append("a.log", "three\n");
    awaitJsonValues("\"one\"", "\"two\"", "\"three\"");
    assertEquals(Set.of("a.log"), Set.copyOf(keys()));
  }

  @Test
  void aPathThatDoesNotExistYetIsNoFailure() throws IOException {
    start("later/a.log", TEXT);
    eventually(() -> adapter.status().summary().startsWith("no file yet at "));
    assertTrue(adapter.status().healthy());
    Files.createDirectory(directory.resolve("later"));
    append("later/a.log", "one\n");
    awaitValues("one");
  }

  @Test
  void aLineWaitsForItsEnd() {
    start("a.log", TEXT);
    append("a.log", "one\ntw");
    awaitValues("one");
    awaitTurns();
    assertEquals(List.of("one"), values());
    append("a.log", "o\n");
    awaitValues("one", "two");
  }

  @Test
  void aLineThatIsTooLongIsPassedOverWithItsEndWhereverItIs() {
    String longLine = "x".repeat(300_000);
    start("a.log", TEXT + "\nlongest-line: 100B");
    append("a.log", "y".repeat(100) + "\r\n" + "y".repeat(101) + "\nshort\n" + longLine);
    awaitValues("y".repeat(100), "short");
    eventually(() -> count("tooLong") == 2);
    append("a.log", "the rest\nlast\n");
    awaitValues("y".repeat(100), "short", "last");
    assertTrue(lastError().contains("is longer than longest-line, 100 B"), lastError());
  }

  @Test
  void theRestOfALongLineIsNoLineInTheNextLife() {
    start("a.log", TEXT + "\nlongest-line: 100B");
    append("a.log", "x".repeat(1000));
    eventually(() -> count("tooLong") == 1);
    nextLife();
    append("a.log", "the rest\nlast\n");
    start("a.log", TEXT + "\nlongest-line: 100B");
    awaitValues("last");
  }

  @Test
  void aByteOrderMarkAndEmptyLinesArePassedOver() {
    append("a.log", "\uFEFFone\n\n\r\ntwo\n");
    start("a.log", TEXT);
    awaitValues("one", "two");
    assertEquals(2, count("empty"));
  }

  @Test
  void bytesThatAreNotUtf8AreCountedAndWithRawAreLogged() {
    byte[] latin = "Öl\n".getBytes(StandardCharsets.ISO_8859_1);
    append("a.log", latin);
    append("a.log", "fine\n");
    start("a.log", "lines: text");
    awaitJsonValues("\"fine\"");
    assertEquals(1, count("notUtf8"));
    adapter.close();
    outlet.close();
    outlet = io.tributary.adapter.memory.MemoryOutlet.empty();
    start("a.log", TEXT);
    eventually(() -> readings().size() == 2);
    assertEquals(2, readings().getFirst().value().length);
  }

  @Test
  void csvWithAHeaderIsAnObjectOfItsColumns() {
    append("a.csv", "time,temp,state\r\n1,21.50,ok\r\n2,+1.5,\"a \"\"b\"\"\nc\"\r\n3,007,\r\n");
    start("a.csv", "lines: csv");
    awaitJsonValues(
        "{\"time\":1,\"temp\":21.50,\"state\":\"ok\"}",
        "{\"time\":2,\"temp\":\"+1.5\",\"state\":\"a \\\"b\\\"\\nc\"}",
        "{\"time\":3,\"temp\":\"007\",\"state\":null}");
  }

  @Test
  void csvColumnsGiveValueTimeSourceAndUnit() {
    append("a.csv", "b1;29.11.2026 02:00;1e400\nb2;30.02.2026 02:00;5\nb3\n;29.11.2026 02:00;5\n");
    start(
        "a.csv",
        """
        lines: csv
        columns: [boiler, at, temp]
        delimiter: ;
        value: temp
        source: boiler
        time: at
        time-format: dd.MM.yyyy HH:mm
        zone: Europe/Berlin
        timestamp: source
        unit: °C
        """);
    eventually(() -> count("unreadableTime") == 1 && count("malformed") == 2);
    awaitValues(
        "{\"source\":\"b1\",\"value\":1e400,\"unit\":\"°C\",\"quality\":\"good\",\"time\":\"2026-11-29T01:00:00Z\"}");
    assertEquals(1795914000000L, readings().getFirst().timestampMs());
    assertTrue(lastError().contains("a.csv, at byte "), lastError());
  }

  @Test
  void theHeaderIsKnownInTheNextLife() {
    append("a.csv", "\uFEFFtime,temp\n1,2\n");
    start("a.csv", "lines: csv\nvalue: temp");
    awaitJsonValues("2");
    nextLife();
    append("a.csv", "3,4\n");
    start("a.csv", "lines: csv\nvalue: temp");
    awaitJsonValues("2", "4");
  }

  @Test
  void aFileWithoutTheColumnIsNotReadAndOthersAre() throws IOException {
    append("a.csv", "time,pressure\n1,2\n");
    append("b.csv", "time,temp\n1,3\n");
    append("c.csv", "1,4\n2,5\n");
    start("*.csv", "lines: csv\nvalue: temp\nsource-name: boiler");
    awaitJsonValues("3");
    eventually(() -> count("filesUnreadable") == 2);
    eventually(() -> adapter.status().summary().contains("2 cannot be read: "));
    assertTrue(adapter.status().healthy());
    assertEquals(List.of("boiler"), keys());
    cut("a.csv");
    append("a.csv", "time,temp\n1,6\n");
    awaitJsonValues("3", "6");
  }

  @Test
  void namedColumnsAlsoAsAFirstLineAreNoRow() {
    append("a.csv", "time,temp\n1,2\ntime,temp\n");
    start("a.csv", "lines: csv\ncolumns: [time, temp]\nvalue: temp");
    awaitJsonValues("2", "\"temp\"");
  }

  @Test
  void aQuoteThatIsNotClosedLosesItsLineAlone() {
    append("a.csv", "v\n\"one\ntwo\nthree\n" + "x".repeat(100) + "\nlast\n");
    start("a.csv", "lines: csv\nvalue: v\nlongest-line: 100B");
    awaitJsonValues("\"two\"", "\"three\"", "\"" + "x".repeat(100) + "\"", "\"last\"");
    assertEquals(1, count("malformed"));
  }

  @Test
  void ndjsonSaysWhatItMeasured() {
    append(
        "a.json",
        "{\"value\":1.50,\"source\":\"b\",\"time\":17}\nnonsense\n{\"x\":1}\n{\"value\":1,\"time\":-1}\n");
    start("a.json", "lines: ndjson");
    awaitValues(
        "{\"source\":\"b\",\"value\":1.50,\"quality\":\"good\",\"time\":\"1970-01-01T00:00:00.017Z\"}",
        "{\"source\":\"a.json\",\"value\":{\"x\":1},\"quality\":\"good\"}");
    eventually(() -> count("malformed") == 1 && count("unreadableTime") == 1);
  }

  @Test
  void fromTheEndIsWhatComesAndLaterFilesAreReadWhole() throws IOException {
    append("a.log", "old\nha");
    start("*.log", TEXT + "\nfrom: end");
    awaitTurns();
    append("a.log", "lf\nnew\n");
    append("b.log", "other\n");
    eventually(() -> values().size() == 3);
    assertEquals(Set.of("half", "new", "other"), Set.copyOf(values()));
    nextLife();
    append("c.log", "while away\n");
    start("*.log", TEXT + "\nfrom: end");
    eventually(() -> values().size() == 4);
    assertEquals("while away", values().getLast());
  }

  @Test
  void fromTheEndHoldsOverAKillBeforeTheFirstReading() {
    append("a.log", "old\n");
    start("a.log", TEXT + "\nfrom: end");
    awaitTurns();
    kill();
    append("a.log", "while away\n");
    start("a.log", TEXT + "\nfrom: end");
    awaitValues("while away");
  }

  @Test
  void waitsWhileTheJournalHasNoRoomAndLosesNothing() {
    outlet.hold("normal");
    outlet.limit(2);
    append("a.log", "one\ntwo\nthree\nfour\n");
    append("b.log", "five\n");
    start("*.log", TEXT);
    eventually(() -> adapter.status().summary().contains("waits until the journal has room"));
    outlet.go("normal");
    eventually(() -> values().size() == 5);
    assertEquals(List.of("one", "two", "three", "four"), of("a.log"));
    assertTrue(count("paused") > 0);
  }

  @Test
  void aBigFileDoesNotStarveASmallOne() {
    StringBuilder big = new StringBuilder();
    IntStream.range(0, 200_000).forEach(i -> big.append("line ").append(i).append('\n'));
    append("a.log", big.toString());
    append("b.log", "small\n");
    start("*.log", TEXT);
    eventually(() -> values().size() == 200_001);
    int place = values().indexOf("small");
    assertTrue(place < 100_000, "at " + place);
    assertEquals(IntStream.range(0, 200_000).mapToObj(i -> "line " + i).toList(), of("a.log"));
  }

  @Test
  void aLineThatIsRefusedIsPassedForGood() {
    outlet.refuse(reading ->
        switch (text(reading.value())) {
          case "large" -> Refused.TOO_LARGE;
          case "late" -> Refused.QUOTA;
          default -> null;
        });
    append("a.log", "one\nlarge\ntwo\nlate\n");
    start("a.log", TEXT);
    awaitValues("one", "two");
    eventually(() -> count("refusedTooLarge") == 1 && count("refusedQuota") == 1);
    nextLife();
    append("a.log", "three\n");
    start("a.log", TEXT);
    awaitValues("one", "two", "three");
  }

  @Test
  void whatAFailedJournalDidNotKeepIsReadAgain() {
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    outlet.refuse(reading -> Refused.FAILED);
    outlet.failNextChange();
    append("a.log", "two\n");
    eventually(() -> outlet.failure() != null);
    assertTrue(String.valueOf(outlet.failure()).contains("the journal does not keep"));
    assertEquals(1, count("refusedFailed"));
  }

  @Test
  void whatCannotBeReadIsShownAndTheOthersGoOn() throws IOException {
    Files.createDirectory(directory.resolve("a.log"));
    Files.createSymbolicLink(directory.resolve("b.log"), directory.resolve("nothing"));
    append("c.log", "one\n");
    start("*.log", TEXT);
    awaitValues("one");
    eventually(() -> count("filesUnreadable") == 2);
    eventually(() -> adapter.status().summary().contains("2 cannot be read"));
    append("nothing", "two\n");
    awaitValues("one", "two");
    eventually(() -> adapter.status().summary().contains("1 cannot be read"));
    assertTrue(adapter.status().healthy());
  }

  @Test
  void aDirectoryAloneIsNotHealthy() throws IOException {
    Files.createDirectory(directory.resolve("a.log"));
    start("a.log", TEXT);
    eventually(() -> adapter.status().summary().contains("is a directory"));
    eventually(() -> !adapter.status().healthy());
  }

  @Test
  void aFileOfTwoNamesIsOneAndPackedAndHiddenOnesAreNone() throws IOException {
    append("a.log", "one\n");
    Files.createSymbolicLink(directory.resolve("current.log"), directory.resolve("a.log"));
    append("a.log.gz", "packed\n");
    append(".a.log.swp", "hidden\n");
    start("*", TEXT);
    awaitValues("one");
    awaitTurns();
    assertEquals(List.of("one"), values());
  }

  @Test
  void moreFilesThanAreFollowedAreCounted() {
    for (int i = 0; i < Tracker.FILES_MOST + 3; i++) {
      append("f" + i + ".log", i + "\n");
    }
    start("*.log", TEXT);
    eventually(() -> values().size() == Tracker.FILES_MOST);
    eventually(() -> count("filesBeyond") == 3);
    assertTrue(adapter.status().summary().contains("3 more are too many"));
  }

  @Test
  void filesAreNotReadWhenStateMayNotGrow() {
    outlet.keepNoMore();
    append("a.log", "one\n");
    start("*.log", TEXT);
    eventually(() -> count("filesBeyond") == 1);
    awaitTurns();
    assertEquals(List.of(), values());
  }

  @Test
  void theTopicMayGetAnotherClassAndBackAgain() {
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    List<String> all = new ArrayList<>();
    for (String className : List.of("alarm", "normal", "alarm")) {
      nextLife();
      outlet =
          new io.tributary.adapter.memory.MemoryOutlet(
              java.util.Map.of("t", className), outlet.restored());
      append("a.log", className + "\n");
      all.add(className);
      start("a.log", TEXT);
      eventually(() -> values().size() == 1 + all.size());
      eventually(
          () -> outlet.state().stream().allMatch(each -> each.className().equals(className)));
    }
    assertEquals(List.of("one", "alarm", "normal", "alarm"), values());
    assertFalse(outlet.state().isEmpty());
  }

  private List<String> of(String file) {
    return readings().stream()
        .filter(reading -> text(reading.key()).equals(file))
        .map(reading -> text(reading.value()))
        .toList();
  }
}
