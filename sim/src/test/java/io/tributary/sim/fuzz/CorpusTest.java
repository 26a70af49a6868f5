package io.tributary.sim.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every input that was kept, and the seeds, through every target: what was found once stays fixed.
final class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/corpus");

  static Stream<String> names() {
    return Fuzz.all().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatWasFoundStaysFixed(String name) throws Exception {
    FuzzTarget target = Fuzz.all().get(name).get();
    Fuzz.run(target, new byte[0]);
    List<byte[]> seeds = target.seeds();
    assertTrue(!seeds.isEmpty());
    for (byte[] seed : seeds) {
      Fuzz.run(target, seed);
      for (int length = 0; length < seed.length; length += 1 + seed.length / 50) {
        Fuzz.run(target, java.util.Arrays.copyOf(seed, length));
      }
    }
    Path zip = CORPUS.resolve(name + ".zip");
    if (Files.exists(zip)) {
      runAll(target, zip);
    }
    Path findings = CORPUS.resolve(name);
    if (Files.isDirectory(findings)) {
      try (Stream<Path> files = Files.list(findings)) {
        for (Path file : files.toList()) {
          run(target, file.toString(), Files.readAllBytes(file));
        }
      }
    }
  }

  private static void runAll(FuzzTarget target, Path zip) throws IOException {
    try (ZipFile inputs = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : inputs.stream().map(ZipEntry.class::cast).toList()) {
        run(target, entry.getName(), inputs.getInputStream(entry).readAllBytes());
      }
    }
  }

  private static void run(FuzzTarget target, String name, byte[] input) {
    try {
      Fuzz.run(target, input);
    } catch (Throwable finding) {
      throw new AssertionError("input " + name, finding);
    }
  }
}
