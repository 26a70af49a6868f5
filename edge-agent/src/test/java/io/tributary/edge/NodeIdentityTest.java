package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeIdentityTest {
  @TempDir private Path directory;

  private NodeIdentity at(String machine, @Nullable UUID ofJournals) throws IOException {
    return NodeIdentity.of(directory, "press-7", ofJournals, machine);
  }

  @Test
  void staysTheSameOverStarts() throws IOException {
    NodeIdentity born = at("board-1", null);
    assertTrue(born.quotaBytes() > 0 && born.quotaBytes() <= 10_000_000_000L);
    assertEquals(born, at("board-1", null));
    assertEquals(born, at("board-1", born.incarnation()));
  }

  @Test
  void aCardGoesOnInAnotherMachine() throws IOException {
    NodeIdentity born = at("board-1", null);
    NodeIdentity moved = at("board-2", born.incarnation());
    assertEquals(born.incarnation(), moved.incarnation());
    assertEquals(born.quotaBytes(), moved.quotaBytes());
    assertEquals("board-2", moved.machine());
    assertEquals(moved, at("board-2", born.incarnation()));
  }

  @Test
  void aMachineThatTellsNothingChangesNothing() throws IOException {
    NodeIdentity born = at("board-1", null);
    assertEquals(born, at("", null));
  }

  @Test
  void theJournalsAreRightWhereTheFileIsLostDamagedOrAnotherOne() throws IOException {
    UUID incarnation = UUID.randomUUID();
    at("board-1", null);
    assertEquals(incarnation, at("board-1", incarnation).incarnation());
    Path file = directory.resolve("identity");
    Files.delete(file);
    assertEquals(incarnation, at("board-1", incarnation).incarnation());
    for (String nonsense : List.of("", "incarnation=nonsense\n", "\u0000\u00ff\\u00", "a")) {
      Files.write(file, nonsense.getBytes(StandardCharsets.ISO_8859_1));
      assertEquals(incarnation, at("board-1", incarnation).incarnation());
      assertEquals(incarnation, at("board-1", null).incarnation());
    }
  }

  @Test
  void anotherEdgeIsRefusedAndChangesNothing() throws IOException {
    NodeIdentity born = at("board-1", null);
    String text =
        String.valueOf(
            assertThrows(
                    IOException.class,
                    () -> NodeIdentity.of(directory, "press-8", born.incarnation(), "board-1"))
                .getMessage());
    assertTrue(text.contains("press-7") && text.contains("edge: press-8"), text);
    assertEquals(born, at("board-1", null));
  }
}
