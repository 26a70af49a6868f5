package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file is renamed between the look at the directory and its opening: the test renames it right behind the look, and takes each turn
/// of the agent itself.
final class RenamedMeanwhileTest extends TailTest {
  private static final String MORE = "lines: text\nformat: raw\nquiet: 50ms";
  private static final long TURN_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Tail> closing = new ArrayList<>();
  private long nowNanos = System.nanoTime();

  private interface Change {
    void happen() throws IOException;
  }

  /// @param behindLook happens once, behind the next look
  private Tail tail(String path, Change behindLook) {
    FileTailSettings settings =
        settings("path: '%s'\ntopic: t\npoll: 10ms\n%s".formatted(directory.resolve(path), MORE));
    Directory changing =
        new Directory(settings.names()) {
          private boolean hasHappened;

          @Override
          Look matching() throws IOException {
            Look look = super.matching();
            if (!hasHappened) {
              hasHappened = true;
              behindLook.happen();
            }
            return look;
          }
        };
    Tail tail = new Tail("meters", settings, outlet, () -> {}, changing);
    closing.add(tail);
    return tail;
  }

  private void turn(Tail tail) {
    nowNanos += TURN_NANOS;
    var unused = tail.doWork(nowNanos);
  }

  private void awaitByTurns(Tail tail, String... expected) {
    eventually(() -> {
      turn(tail);
      return values().size() >= expected.length;
    });
    for (int more = 0; more < 3; more++) {
      turn(tail);
    }
    eventually(() -> outlet.pending("normal") == 0);
    assertEquals(List.of(expected), values());
  }

  private void rotate() throws IOException {
    rename("a.log", "a.log.1");
    append("a.log", "new\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.log", "a.log*"})
  void aFileOfThisLifeIsReadBeforeTheOneThatTookItsName(String path) {
    append("a.log", "old\n");
    Tail tail = tail(path, this::rotate);
    turn(tail);
    assertEquals(List.of(), values(), "what is at the path is not the file that was seen");
    awaitByTurns(tail, "old", "new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.log", "a.log*"})
  void aFileOfAnEarlierLifeGoesOnWhereItWasRead(String path) {
    append("a.log", "one\n");
    start(path, MORE);
    awaitValues("one");
    nextLife();
    append("a.log", "two\n");
    Tail tail = tail(path, this::rotate);
    turn(tail);
    assertEquals(List.of("one"), values());
    awaitByTurns(tail, "one", "two", "new");
    assertEquals(0, tail.counts().shown().getOrDefault("truncated", 0L));
  }

  @Test
  void aFileThatLeftNobodyInItsPlaceIsReadUnderItsNewName() {
    append("a.log", "old\n");
    Tail tail = tail("a.log", () -> rename("a.log", "a.log.1"));
    turn(tail);
    awaitByTurns(tail, "old");
  }

  @AfterEach
  void closeTail() {
    closing.forEach(Tail::close);
  }
}
