package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.core.pipeline.PipelineSpec;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.StartAt;
import io.tributary.store.TopicLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The key `pipelines`: what is taken, and in which words the rest is refused.
final class PipelineSettingsTest {
  @TempDir private Path directory;
  private String filter = "";

  @BeforeEach
  void writeGuests() throws Exception {
    byte[] wasm;
    try (InputStream in = PipelineSettingsTest.class.getResourceAsStream("filter.wasm")) {
      wasm = Objects.requireNonNull(in).readAllBytes();
    }
    Files.write(directory.resolve("filter.wasm"), wasm);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wasm));
    filter = "transforms: [{uses: ./filter.wasm, sha256: " + sha256 + ", with: {key: x}}]";
  }

  @Test
  void readsWhatIsWrittenAndKnowsTheRest() throws Exception {
    List<PipelineSpec> read =
        read(
            """
            defaults: {max-message-bytes: 64KiB}
            topics: {b: {mirrored: false, max-message-bytes: 32KiB}}
            pipelines:
              one: {from: a, to: a.hot, %s}
              two: {from: a.hot, to: b, start: '2026-11-29T12:00:00Z', on-error: skip, %s}
              three: {from: a, to: c, start: latest, dead-letter: bad, %s}
            """);
    PipelineSpec one = read.get(0);
    assertEquals("a", one.from());
    assertEquals("a.hot", one.to());
    assertEquals("a.hot.dead-letters", one.deadLetters());
    assertEquals(new StartAt.Earliest(), one.start());
    assertEquals(ErrorPolicy.DEAD_LETTER, one.plan().policy());
    assertEquals(64 * 1024, one.limits().maxMessageBytes());
    assertEquals(new StartAt.Time(1_795_953_600_000L), read.get(1).start());
    assertNull(read.get(1).deadLetters());
    assertEquals(32 * 1024, read.get(1).limits().maxMessageBytes());
    assertEquals("bad", read.get(2).deadLetters());
    assertEquals(TopicLimits.RETENTION_MS, read.get(2).limits().retentionMs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "p: {from: a, to: a, %s} | p.to: is 'a', which it reads",
        "p: {from: a, to: m, %s} | p.to: is 'm', which mirrors edges (topics.m)",
        "p: {from: a, to: __pipelines, %s} | p.to: is the hub's own topic",
        "p: {from: __consumer_offsets, to: b, %s} | p.from: is the hub's own topic",
        "p: {from: a, to: b, dead-letter: b, %s} | p.dead-letter: is 'b', where this pipeline's outputs go",
        "p: {from: a, to: b, dead-letter: a, %s} | p.dead-letter: is 'a', which it reads",
        "p: {from: a, to: b, dead-letter: c, on-error: skip, %s} | p.dead-letter: belongs to 'on-error: dead-letter'",
        "p: {from: a, to: b, on-error: never, %s} | p.on-error: ",
        "p: {from: a, to: 'b c', %s} | p.to: a topic's name has only",
        "p: {from: a, to: m.x, %s} | differs from 'm_x'",
        "p: {from: a, to: b, start: 17, %s} | p.start: is '17'; it must be earliest, latest, or a time",
        "p: {from: a, to: b} | p.transforms: is missing",
        "p: {from: a, %s} | p.to: is missing",
        "p: {to: b, %s} | p.from: is missing",
        "p: {from: a, to: b, retries: 3, %s} | p.retries: unknown key",
        "p: {from: a, to: b, transforms: [{uses: ./filter.wasm}]} | p.transforms[0].sha256: is missing; the file",
        "p: {from: a, to: b, transforms: [{uses: no-such}]} | p.transforms[0].uses: ",
        "'p q': {from: a, to: b, %s} | a pipeline's name has only",
        "p: {from: a, to: b, %s} ;; q: {from: c, to: b, %s} | q.to: is 'b', which the pipeline 'p' writes",
        "p: {from: a, to: b, %s} ;; q: {from: c, to: d, dead-letter: b, %s} | q.dead-letter: is 'b', which",
        "p: {from: a, to: b, %s} ;; q: {from: b, to: a, %s} | p.from: closes a circle"
      })
  void saysWhatIsWrong(String pipelines, String problem) {
    String yaml =
        "topics: {m: {}, m_x: {mirrored: false}}\npipelines:\n  "
            + pipelines.replace(" ;; ", "\n  ")
            + "\n";
    SettingsRefused refused = assertThrows(SettingsRefused.class, () -> read(yaml));
    assertTrue(String.valueOf(refused.getMessage()).contains(problem), refused.getMessage());
  }

  private List<PipelineSpec> read(String yaml) throws SettingsRefused, IOException {
    Path file = directory.resolve("hub.yaml");
    Files.writeString(file, "data-dir: d\n" + yaml.replace("%s", filter));
    Section root = Settings.load(file);
    HubConfig config = HubConfig.of(root);
    root.finish();
    return config.pipelines();
  }
}
