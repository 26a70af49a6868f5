package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What becomes of lines when their files are renamed, deleted, cut, and given new contents.
class RotationTest extends TailTest {
  private static final String TEXT = "lines: text\nformat: raw\nquiet: 50ms";

  @Test
  void aRenamedFileIsReadToItsEndBeforeTheNewOne() throws IOException {
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    rename("a.log", "a.log.1");
    append("a.log", "three\n");
    append("a.log.1", "two\n");
    awaitValues("one", "two", "three");
    assertEquals(Set.of("a.log"), Set.copyOf(keys()));
  }

  @Test
  void whatComesToARenamedFileLaterIsReadToo() throws IOException {
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    rename("a.log", "old");
    append("a.log", "two\n");
    awaitValues("one", "two");
    awaitTurns();
    append("old", "three\n");
    awaitValues("one", "two", "three");
  }

  @Test
  void aLastLineWithoutEndIsWholeWhenItsFileIsAwayAndQuiet() throws IOException {
    append("a.log", "one\ntw");
    start("a.log", TEXT);
    awaitValues("one");
    append("a.log", "o");
    rename("a.log", "a.log.1");
    append("a.log", "three\n");
    awaitValues("one", "two", "three");
    assertEquals(1, count("unended"));
    append("a.log.1", "half\nfour\n");
    awaitValues("one", "two", "three", "four");
  }

  @Test
  void theSameHoldsWhereNoNewFileComes() throws IOException {
    append("a.log", "one\ntwo");
    start("a.log", TEXT);
    awaitValues("one");
    rename("a.log", "a.log.1");
    awaitValues("one", "two");
  }

  @Test
  void aDeletedFileIsReadToItsEnd() throws IOException {
    start("a.log", TEXT);
    awaitTurns();
    outlet.limit(1);
    outlet.hold("normal");
    append("a.log", "one\ntwo\nthree");
    eventually(() -> count("paused") == 1);
    Files.delete(directory.resolve("a.log"));
    append("a.log", "four\n");
    outlet.go("normal");
    awaitValues("one", "two", "three", "four");
    eventually(() -> count("finished") == 1);
    assertEquals(0, count("filesGone"));
  }

  @Test
  void aNameThatFitsTheGlobTooIsTheSameFile() throws IOException {
    append("a.log", "one\n");
    start("a.log*", TEXT);
    awaitValues("one");
    rename("a.log", "a.log.1");
    append("a.log", "two\n");
    awaitValues("one", "two");
    rename("a.log.1", "a.log.2");
    rename("a.log", "a.log.1");
    append("a.log", "three\n");
    awaitValues("one", "two", "three");
    awaitTurns();
    assertEquals(3, values().size());
  }

  @Test
  void whatWasRotatedWhileTheEdgeWasDownIsFound() throws IOException {
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    nextLife();
    append("a.log", "two\nthree");
    rename("a.log", "archived");
    append("a.log", "four\n");
    start("a.log", TEXT);
    awaitValues("one", "two", "three", "four");
  }

  @Test
  void rotatedMoreThanOnceWhileDownWithAGlobNothingIsMissing() throws IOException {
    append("a.log", "one\n");
    start("a.log*", TEXT);
    awaitValues("one");
    nextLife();
    append("a.log", "two\n");
    rename("a.log", "a.log.2");
    append("a.log.1", "three\n");
    append("a.log", "four\n");
    start("a.log*", TEXT);
    eventually(() -> values().size() == 4);
    assertEquals(Set.of("one", "two", "three", "four"), Set.copyOf(values()));
    assertTrue(values().indexOf("two") < values().indexOf("four"));
  }

  @Test
  void whatIsGoneIsCountedOnce() throws IOException {
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    nextLife();
    append("a.log", "lost\n");
    Files.delete(directory.resolve("a.log"));
    append("other", "takes its inode, perhaps\n");
    append("a.log", "two\n");
    start("a.log", TEXT);
    awaitValues("one", "two");
    eventually(() -> count("filesGone") == 1 || count("truncated") == 1);
    awaitTurns();
    nextLife();
    start("a.log", TEXT);
    awaitTurns();
    assertEquals(0, count("filesGone"));
    assertEquals(2, values().size());
  }

  @Test
  void anInodeThatIsUsedAgainIsAnotherFile() throws IOException {
    for (int round = 0; round < 20; round++) {
      append("a.log", "line " + round + "\n");
      start("a.log", TEXT);
      int size = round + 1;
      eventually(() -> values().size() >= size);
      nextLife();
      Files.delete(directory.resolve("a.log"));
    }
    assertEquals(IntStream.range(0, 20).mapToObj(i -> "line " + i).toList(), values());
  }

  @Test
  void aFileThatIsMovedAwayAndBackIsKnown() throws IOException {
    Files.createDirectory(directory.resolve("elsewhere"));
    append("a.log", "one\n");
    start("a.log", TEXT);
    awaitValues("one");
    rename("a.log", "elsewhere/a.log");
    eventually(() -> count("finished") == 1);
    rename("elsewhere/a.log", "a.log");
    append("a.log", "two\n");
    awaitValues("one", "two");
    nextLife();
    append("a.log", "three\n");
    start("a.log", TEXT);
    awaitValues("one", "two", "three");
  }

  @Test
  void aFileThatIsCutIsReadFromItsBeginning() throws IOException {
    append("a.log", "one\ntwo\nha");
    start("a.log", TEXT);
    awaitValues("one", "two");
    cut("a.log");
    append("a.log", "3\n");
    awaitValues("one", "two", "3");
    assertEquals(1, count("truncated"));
    assertTrue(lastError().contains("was cut or written anew"), lastError());
  }

  @Test
  void aFileThatIsCutAndAsLongAsBeforeIsReadFromItsBeginning() throws IOException {
    append("a.log", "one\ntwo\nha");
    start("a.log", TEXT);
    awaitValues("one", "two");
    Files.writeString(directory.resolve("a.log"), "six\nten\nha");
    awaitValues("one", "two", "six", "ten");
    awaitTurns();
    Files.writeString(directory.resolve("a.log"), "one\nkey\nlf\nlonger than before\n");
    awaitValues("one", "two", "six", "ten", "one", "key", "lf", "longer than before");
  }

  @Test
  void aFileThatWasCutWhileTheEdgeWasDownIsReadFromItsBeginning() throws IOException {
    append("a.log", "one\ntwo\n");
    start("a.log", TEXT);
    awaitValues("one", "two");
    nextLife();
    cut("a.log");
    append("a.log", "3\n4\n5\n6\n7\n");
    start("a.log", TEXT);
    awaitValues("one", "two", "3", "4", "5", "6", "7");
    assertEquals(1, count("truncated"));
    nextLife();
    start("a.log", TEXT);
    awaitTurns();
    assertEquals(7, values().size());
  }

  @Test
  void theHoleOfAProgramThatWritesOnAtItsPlaceIsPassedOver() throws IOException {
    try (OutputStream program = Files.newOutputStream(directory.resolve("a.log"))) {
      program.write("x".repeat(200_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      program.write("\none\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      program.flush();
      start("a.log", TEXT);
      awaitValues("one");
      cut("a.log");
      program.write("two\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      program.flush();
      awaitValues("one", "two");
      assertEquals(1, count("holes"));
    }
  }

  @Test
  void aCopyElsewhereIsNotReadAndOneThatFitsTheGlobIs() throws IOException {
    append("a.log", "one\n");
    start("a.log*", TEXT);
    awaitValues("one");
    Files.copy(directory.resolve("a.log"), directory.resolve("copy"));
    awaitTurns();
    assertEquals(List.of("one"), values());
    Files.copy(
        directory.resolve("a.log"),
        directory.resolve("a.log.1"),
        StandardCopyOption.REPLACE_EXISTING);
    awaitValues("one", "one");
  }

  @Test
  void manyFilesAreReadWithFewDescriptors() throws IOException {
    int files = 3 * Tracker.OPEN_MOST;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < files; i++) {
        append("f" + i + ".log", round + "\n");
      }
      if (round == 0) {
        start("*.log", TEXT);
      }
      int lines = (round + 1) * files;
      eventually(() -> values().size() == lines);
    }
    Set<String> keys = Set.copyOf(keys());
    assertEquals(files, keys.size());
    for (String key : keys) {
      assertEquals(
          List.of("0", "1", "2"),
          readings().stream()
              .filter(reading -> text(reading.key()).equals(key))
              .map(reading -> text(reading.value()))
              .toList());
    }
  }
}
