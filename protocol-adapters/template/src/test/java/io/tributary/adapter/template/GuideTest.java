package io.tributary.adapter.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The code that `protocol-adapters/README.md` shows is the template's, line by line, and the files that it links to are there.
final class GuideTest {
  private static final Pattern CODE = Pattern.compile("(?s)```java\n// (\\w+\\.java)\n(.*?)```");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");
  private static final String SOURCES =
      "protocol-adapters/template/src/main/java/io/tributary/adapter/template";

  private final Path repository = repository();
  private final Path guide = repository.resolve("protocol-adapters/README.md");

  @Test
  void showsTheCodeOfTheTemplate() throws IOException {
    Matcher code = CODE.matcher(Files.readString(guide));
    int shown = 0;
    while (code.find()) {
      String file = code.group(1);
      List<String> source = lines(Files.readString(repository.resolve(SOURCES).resolve(file)));
      assertTrue(
          Collections.indexOfSubList(source, lines(code.group(2))) >= 0,
          () -> "README.md shows a " + file + " that has grown old:\n" + code.group(2));
      shown++;
    }
    assertEquals(2, shown);
  }

  @Test
  void linksToWhatIsThere() throws IOException {
    for (Path page : List.of(guide, repository.resolve("protocol-adapters/template/README.md"))) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertTrue(Files.exists(page.resolveSibling(link.group(1))), link.group(1));
      }
    }
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).toList();
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("protocol-adapters/README.md"))) {
      folder = folder.getParent();
      assertNotNull(folder, "no protocol-adapters/README.md above the working directory");
    }
    return folder;
  }
}
