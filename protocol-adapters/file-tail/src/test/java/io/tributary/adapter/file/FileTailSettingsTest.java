package io.tributary.adapter.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.AdapterType;
import io.tributary.settings.SettingsRefused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FileTailSettingsTest {
  @Test
  void hasADefaultForAllButPathLinesAndTopic() {
    FileTailSettings settings = TailTest.settings("path: /v/*.csv\nlines: csv\ntopic: t");
    assertEquals(Path.of("/v"), settings.names().directory());
    assertEquals(Duration.ofMillis(250), settings.poll());
    assertEquals(Duration.ofSeconds(10), settings.quiet());
    assertEquals(65_536, settings.longestLine());
    assertFalse(settings.isFromEnd());
    assertTrue(settings.grammar().needsHeader());
  }

  @Test
  void everyErrorIsToldWithItsPlace() {
    SettingsRefused refused =
        assertThrows(
            SettingsRefused.class,
            () ->
                TailTest.read(
                    """
                    path: /v/*/a.csv
                    lines: csv
                    topic: t
                    from: middle
                    poll: 1ms
                    longest-line: 1GiB
                    header: true
                    columns: [a, b]
                    delimiter: x
                    value: c
                    zone: Mars
                    source: a
                    source-name: b
                    headers: 1
                    """));
    assertEquals(
        """
        edge.yaml:1: path: is '/v/*/a.csv', which has a glob before its last element; it must be a file, or a glob in its last element, such as /var/log/meters/*.csv
        edge.yaml:4: from: is 'middle' but must be one of beginning, end
        edge.yaml:5: poll: is '1ms' but must be a duration such as 250ms, 2s, 5m, 8h or 7d, from 10ms to 10m
        edge.yaml:6: longest-line: is '1GiB' but must be a size such as 512B, 64KiB, 16MiB or 10GB, from 16B to 4MiB
        edge.yaml:7: header: cannot be true together with columns: leave one of them out
        edge.yaml:8: columns: has no column 'c'; there are a, b
        edge.yaml:9: delimiter: is 'x' but must be one of , ; | tab
        edge.yaml:11: zone: is of no use without time, which names the column
        edge.yaml:11: zone: is 'Mars' but must be a zone such as UTC, +01:00 or Europe/Berlin
        edge.yaml:13: source-name: cannot be together with source: leave one of them out
        edge.yaml:14: headers: unknown key; did you mean 'header'?\
        """,
        refused.getMessage());
  }

  @Test
  void whatIsNoCsvHasNoColumns() {
    assertEquals(
        "edge.yaml:4: value: belongs to lines: csv; leave it out",
        refusal("path: a\nlines: text\ntopic: t\nvalue: x"));
    assertEquals(
        "edge.yaml:1: lines: is missing; it must be one of csv, ndjson, text",
        refusal("path: a\ntopic: t\nvalue: x"));
  }

  @Test
  void aPatternThatIsNoneIsRefused() {
    String refusal = refusal("path: a\nlines: csv\ntopic: t\ntime: t\ntime-format: 'yyyy-bb'");
    assertTrue(
        refusal.startsWith(
            "edge.yaml:5: time-format: is 'yyyy-bb' but must be iso, epoch-s, epoch-ms or a pattern"),
        refusal);
    String glob = refusal("path: 'a[b'\nlines: csv\ntopic: t");
    assertTrue(glob.contains("it must be a file, or a glob in its last element"), glob);
  }

  @Test
  void theTypeIsFound() {
    assertTrue(
        ServiceLoader.load(AdapterType.class).stream()
            .anyMatch(type -> type.get().type().equals("file-tail")));
  }

  private static String refusal(String yaml) {
    return String.valueOf(
        assertThrows(SettingsRefused.class, () -> TailTest.read(yaml)).getMessage());
  }
}
