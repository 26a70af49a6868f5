package io.tributary.sim.mutation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A mutation that does not fit the code any more proves nothing: whoever changes the code changes the patch as well.
class MutationTest {
  private static final int MUTATIONS_LEAST = 11;

  @Test
  void everyMutationFitsTheCode() throws IOException, InterruptedException {
    Path root = ScratchTree.rootOf(Path.of("").toAbsolutePath());
    List<Mutation> mutations = Mutation.in(root.resolve("sim/mutations"));
    assertTrue(mutations.size() >= MUTATIONS_LEAST, "only " + mutations.size());
    try (ScratchTree tree = new ScratchTree(root)) {
      for (Mutation mutation : mutations) {
        tree.check(mutation);
      }
    }
  }

  @Test
  void aTreeGoesWhenItIsClosed() throws IOException, InterruptedException {
    Path root = ScratchTree.rootOf(Path.of("").toAbsolutePath());
    ScratchTree tree = new ScratchTree(root);
    Path directory = tree.directory();
    assertTrue(directory.toFile().exists());
    tree.close();
    assertFalse(directory.toFile().exists());
  }
}
