package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A violation becomes a small story that replays exactly.
class ShrinkingTest {
  /// Held, since a logger that nobody holds forgets its level.
  private static final Logger PRODUCT_LOG = Logger.getLogger("io.tributary");

  @BeforeAll
  static void silenceTheProduct() {
    PRODUCT_LOG.setLevel(Level.OFF);
  }

  /// An operator who deletes a journal is no fault that the promise covers: the world must see it, and nothing else of the
  /// story is needed for that.
  @Test
  void leavesOutWhatAViolationDoesNotNeed(@TempDir Path directory) throws IOException {
    Script script = new Script(11, Plot.KILLS, null);
    List<Mishap> mishaps = new ArrayList<>(World.run(script, null).mishaps());
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 6; i++) {
      mishaps.add(new Mishap(1_000 + 100 * i, Fault.LINK_CUT, 0, 100, random.nextLong()));
    }
    mishaps.add(new Mishap(1_900, Fault.EDGE_JOURNAL_REMOVED, 0, 100, 1));
    World.Outcome violating = World.run(script.with(mishaps), null);
    assertNotNull(violating.violation());

    List<Mishap> left = Shrinking.of(script, mishaps);
    assertEquals(List.of(Fault.EDGE_JOURNAL_REMOVED), left.stream().map(Mishap::fault).toList());

    Path file = script.write(directory, left, "for the test");
    Script read = Script.read(file);
    assertEquals(script.with(left), read);
    World.Outcome once = World.run(read, null);
    World.Outcome again = World.run(Script.read(file), null);
    assertNotNull(once.violation());
    assertEquals(once.violation(), again.violation());
    assertEquals(once.digest(), again.digest());
  }

  @Test
  void refusesWhatIsNoStory(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("story.json");
    for (String text :
        List.of("", "{", "{}", "{\"story\":\"kills\"}", "{\"story\":\"x\",\"seed\":1}")) {
      Files.writeString(file, text);
      IOException refused = assertThrows(IOException.class, () -> Script.read(file));
      assertTrue(String.valueOf(refused.getMessage()).contains("story.json"), text);
    }
  }
}
