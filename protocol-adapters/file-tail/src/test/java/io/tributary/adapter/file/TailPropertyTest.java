package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A program that writes, a rotation, and an edge that loses its power, at random from one seed.
class TailPropertyTest extends TailTest {
  private static final int STEPS = 250;

  private final List<String> written = new ArrayList<>();
  private byte[] rest = new byte[0];
  private int rotations;
  private boolean isUp;

  /// The name is one, and rotated files are found by their inodes.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyLineIsLoggedOnceAndInOrderOverRenames(long seed) throws IOException {
    everyLineOnceOverRenames(seed, "a.log", "old.", "lines: text\nformat: raw");
  }

  /// The rotated names fit as well.
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void everyLineIsLoggedOnceAndInOrderOverRenamesWithinTheGlob(long seed) throws IOException {
    everyLineOnceOverRenames(seed, "a.log*", "a.log.", "lines: text\nformat: raw");
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void everyRowOfACsvFileIsLoggedOnceAndInOrder(long seed) throws IOException {
    everyLineOnceOverRenames(
        seed, "a.log", "old.", "lines: csv\nformat: raw\ncolumns: [a, b]\nvalue: a");
  }

  private void everyLineOnceOverRenames(long seed, String path, String rotated, String lines)
      throws IOException {
    Random random = new Random(seed);
    boolean isCsv = lines.startsWith("lines: csv");
    String more = lines + "\nquiet: 30ms";
    up(random, path, more);
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> down(random);
        case 1 -> up(random, path, more);
        case 2 -> {
          if (isKnown()) {
            rotate(random, rotated);
          }
        }
        case 3 -> flow(random);
        case 4 -> pause();
        default -> write(random, isCsv);
      }
    }
    up(random, path, more);
    outlet.go("normal");
    outlet.limit(100_000);
    if (rest.length > 0) {
      end();
    }
    eventually(() -> values().size() >= written.size() || outlet.failure() != null, this::shown);
    awaitTurns();
    assertSame(written, values());
    assertEquals(0, count("filesGone"));
    assertEquals(0, count("truncated"));
  }

  /// Each line is there once or, when its file was cut before it was read, not at all; nothing is there that was not written; and
  /// what is written after the last cut is there.
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35, 36, 37, 38})
  void copytruncateLosesOnlyWhatWasNotReadYet(long seed) throws IOException {
    Random random = new Random(seed);
    String more = "lines: text\nformat: raw";
    up(random, "a.log", more);
    int settled = 0;
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> down(random);
        case 1 -> up(random, "a.log", more);
        case 2 -> {
          if (Files.exists(directory.resolve("a.log"))) {
            cut("a.log");
            rest = new byte[0];
            settled = written.size();
          }
        }
        case 3 -> flow(random);
        case 4 -> pause();
        default -> write(random, false);
      }
    }
    up(random, "a.log", more);
    outlet.go("normal");
    outlet.limit(100_000);
    if (rest.length > 0) {
      end();
    }
    List<String> last = written.subList(settled, written.size());
    eventually(() -> new HashSet<>(values()).containsAll(last));
    awaitTurns();
    List<String> values = values();
    assertEquals(new HashSet<>(values).size(), values.size(), () -> "doubled: " + starts(values));
    assertTrue(new HashSet<>(written).containsAll(values));
    List<Integer> places = values.stream().map(written::indexOf).toList();
    List<Integer> sorted = new ArrayList<>(places);
    Collections.sort(sorted);
    assertEquals(sorted, places);
  }

  private String shown() {
    return written.size() + " were written," + starts(values()) + adapter.status();
  }

  private static void assertSame(List<String> expected, List<String> actual) {
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      int at = i;
      assertEquals(start(expected.get(i)), start(actual.get(i)), () -> "at " + at + starts(actual));
    }
    assertEquals(expected.size(), actual.size(), () -> starts(actual));
    assertEquals(expected, actual);
  }

  private static String starts(List<String> all) {
    return " of " + all.stream().map(TailPropertyTest::start).toList();
  }

  private static String start(String line) {
    return line.split(" ", 2)[0];
  }

  private void up(Random random, String path, String more) {
    if (!isUp) {
      isUp = true;
      outlet.limit(1 + random.nextInt(20));
      start(path, more);
    }
  }

  private void down(Random random) {
    if (isUp) {
      isUp = false;
      if (random.nextBoolean()) {
        kill();
      } else {
        nextLife();
      }
    }
  }

  /// Whether the journal has a mark of the file. One that was never seen under its name is not looked for under another: that is all
  /// that a name alone allows.
  private boolean isKnown() throws IOException {
    Path path = directory.resolve("a.log");
    if (!Files.exists(path)) {
      return false;
    }
    String key = String.valueOf(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    return outlet.state().stream()
        .filter(each -> each.key().equals(key))
        .map(each -> Mark.of(each.value()))
        .anyMatch(mark -> mark != null && mark.goneMs() == 0);
  }

  private void flow(Random random) {
    if (random.nextBoolean()) {
      outlet.hold("normal");
    } else {
      outlet.go("normal");
    }
  }

  private void pause() {
    if (isUp) {
      awaitTurnsOf(1);
    }
  }

  private void awaitTurnsOf(int turns) {
    long looks = adapter.looks();
    eventually(() -> adapter.looks() >= looks + turns);
  }

  /// Parts of lines of which each is another, some in pieces.
  private void write(Random random, boolean isCsv) {
    for (int i = random.nextInt(20); i >= 0; i--) {
      if (rest.length == 0) {
        String line = line(random, isCsv);
        written.add(line);
        rest = (line + (random.nextBoolean() ? "\n" : "\r\n")).getBytes(StandardCharsets.UTF_8);
      }
      int bytes = random.nextInt(4) == 0 ? random.nextInt(rest.length) : rest.length;
      append("a.log", java.util.Arrays.copyOf(rest, bytes));
      rest = java.util.Arrays.copyOfRange(rest, bytes, rest.length);
    }
  }

  private String line(Random random, boolean isCsv) {
    String text = written.size() + " " + "é".repeat(random.nextInt(300));
    return isCsv ? '"' + text + (random.nextBoolean() ? "\n\"\"\",\"" : "\",\"") + "\"" : text;
  }

  /// As logrotate does: the program ends its line, or does not at all, before it writes to the new file.
  private void rotate(Random random, String rotated) throws IOException {
    if (rest.length > 0) {
      end();
    }
    rename("a.log", rotated + rotations++);
    if (random.nextBoolean()) {
      append("a.log", "");
    }
  }

  private void end() {
    append("a.log", rest);
    rest = new byte[0];
  }
}
