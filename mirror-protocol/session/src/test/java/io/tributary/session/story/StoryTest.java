package io.tributary.session.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays every story: a text file whose first word names the machine, then inputs (`> verb words key=value`), each
/// followed by all that the machine wants done, indented. Lines with `#` are for the reader.
///
/// After a change of behaviour: `-Dstories.rewrite=true` writes down what happens now, for a person to read.
final class StoryTest {
  private static final Path STORIES = Path.of("src/test/resources/stories");

  @TestFactory
  Stream<DynamicTest> stories() throws IOException {
    try (Stream<Path> files = Files.list(STORIES)) {
      List<Path> all = files.sorted().toList();
      assertTrue(all.size() > 10, "the stories are there");
      return all.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
    }
  }

  private static void play(Path file) throws IOException {
    List<String> expected = Files.readAllLines(file);
    Actor actor = null;
    StringBuilder played = new StringBuilder();
    for (String line : expected) {
      if (line.startsWith("> ")) {
        if (actor == null) {
          throw new IllegalArgumentException(file + " does not name its machine");
        }
        played.append(line).append('\n');
        actor.act(new Line(line.substring(2))).forEach(t -> played.append("  " + t + "\n"));
      } else if (!line.startsWith("  ")) {
        played.append(line).append('\n');
        if (actor == null && !line.startsWith("#") && !line.isBlank()) {
          actor = actor(line);
        }
      }
    }
    if (Boolean.getBoolean("stories.rewrite")) {
      Files.writeString(file, played);
    }
    assertEquals(String.join("\n", expected) + "\n", played.toString());
  }

  private static Actor actor(String name) {
    return switch (name) {
      case "uplink" -> new UplinkActor();
      case "intake" -> new IntakeActor();
      case "doorkeeper" -> new DoorkeeperActor();
      default -> throw new IllegalArgumentException("no machine is called " + name);
    };
  }
}
