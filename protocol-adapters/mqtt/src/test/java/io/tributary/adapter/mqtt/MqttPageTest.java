package io.tributary.adapter.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/mqtt.md has a row for each part of the standard that concerns a server, and the tests that it names are there.
class MqttPageTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path TESTS = MODULE.resolve("src/test/java/io/tributary/adapter/mqtt");
  private static final int COLUMNS = 6;

  /// A test, and the beginnings of the names of its methods where there are some.
  private static final Pattern SHOWN = Pattern.compile("(\\w+(?:Test|IT))(?: \\(([^)]*)\\))?");

  private static final Pattern METHOD = Pattern.compile("`(\\w+)…?`");

  private record Row(String sections, String held, String shown) {}

  @Test
  void everyPartOfTheStandardHasARow() throws IOException {
    List<String> sections = rows().stream().map(Row::sections).toList();
    List<String> missing =
        Stream.of(
                IntStream.rangeClosed(1, 15).mapToObj(packet -> "3." + packet),
                IntStream.rangeClosed(1, 13).mapToObj(behaviour -> "4." + behaviour),
                Stream.of("1.5", "2", "5.4.1", "5.4.2", "6"))
            .flatMap(parts -> parts)
            .filter(part -> sections.stream().noneMatch(of -> isPartOf(part, of)))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void theTestsThatItNamesAreThere() throws IOException {
    for (Row row : rows()) {
      assertFalse(row.held.isBlank() || row.shown.isBlank(), row.sections);
      Matcher shown = SHOWN.matcher(row.shown);
      int count = 0;
      while (shown.find()) {
        count++;
        Path file = TESTS.resolve(shown.group(1) + ".java");
        assertTrue(Files.exists(file), row.sections + ": no " + file);
        String methods = shown.group(2);
        Matcher method = METHOD.matcher(methods == null ? "" : methods);
        while (method.find()) {
          assertTrue(
              Files.readString(file).contains("void " + method.group(1)),
              row.sections + ": no " + method.group(1) + " in " + file);
        }
      }
      assertTrue(count > 0, row.sections + ": no test");
    }
  }

  private static boolean isPartOf(String part, String sections) {
    return Pattern.compile("(^|[ ,])" + Pattern.quote(part) + "($|[.,–])").matcher(sections).find();
  }

  /// Of the first table.
  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String page = Files.readString(MODULE.resolve("../../docs/mqtt.md"));
    String table =
        page.lines()
            .dropWhile(line -> !line.startsWith("|---"))
            .skip(1)
            .takeWhile(line -> line.startsWith("|"))
            .collect(Collectors.joining("\n"));
    for (String line : table.lines().toList()) {
      String[] cells = line.split("\\|", -1);
      assertEquals(COLUMNS, cells.length, line);
      rows.add(new Row(cells[1].strip(), cells[3].strip(), cells[4].strip()));
    }
    return rows;
  }
}
