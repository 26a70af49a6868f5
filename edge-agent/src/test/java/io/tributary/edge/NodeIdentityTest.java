package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeIdentityTest {
  @TempDir private Path directory;

  @Test
  void staysTheSameOverStarts() throws IOException {
    NodeIdentity born = NodeIdentity.of(directory, "board-1");
    assertFalse(born.moved());
    assertTrue(born.quotaBytes() > 0 && born.quotaBytes() <= 10_000_000_000L);
    assertEquals(born, NodeIdentity.of(directory, "board-1"));
  }

  @Test
  void aCardInAnotherMachineIsAnotherIncarnation() throws IOException {
    NodeIdentity born = NodeIdentity.of(directory, "board-1");
    NodeIdentity moved = NodeIdentity.of(directory, "board-2");
    assertTrue(moved.moved());
    assertNotEquals(born.incarnation(), moved.incarnation());
    assertEquals(born.quotaBytes(), moved.quotaBytes());
    NodeIdentity later = NodeIdentity.of(directory, "board-2");
    assertFalse(later.moved());
    assertEquals(moved.incarnation(), later.incarnation());
  }

  @Test
  void aMachineThatTellsNothingIsBelieved() throws IOException {
    NodeIdentity born = NodeIdentity.of(directory, "board-1");
    assertEquals(born.incarnation(), NodeIdentity.of(directory, "").incarnation());
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    NodeIdentity.of(directory, "board-1");
    Files.writeString(directory.resolve("identity"), "incarnation=nonsense\n");
    String text =
        String.valueOf(
            assertThrows(IOException.class, () -> NodeIdentity.of(directory, "board-1"))
                .getMessage());
    assertTrue(text.contains("identity") && text.contains("restore it"), text);
  }
}
