package io.tributary.device.part;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.measurement.Quality;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every driver against dumps of registers, whose values a Python script works out in fractions.
class DumpsTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  static List<Path> dumps() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(resource("dumps"))) {
      return files.sorted().toList();
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(DumpsTest.class.getResource(name)).toURI());
  }

  @ParameterizedTest
  @MethodSource("dumps")
  void theDriverAgreesWithTheScript(Path dump)
      throws IOException, InterruptedException, SettingsRefused, URISyntaxException {
    assumeTrue(Files.isExecutable(PYTHON), "SKIPPED: no python3; install python3");
    Process python =
        new ProcessBuilder(
                PYTHON.toString(), resource("parts_expected.py").toString(), dump.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String expected =
        new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, python.waitFor());

    Part part = new Dump(dump).part();
    part.begin();
    List<Measurement> measured = part.measure();

    assertEquals(expected.lines().toList(), measured.stream().map(DumpsTest::shown).toList());
    assertEquals(part.sources(), measured.stream().map(Measurement::source).toList());
    assertTrue(measured.stream().allMatch(each -> each.raw().length > 0));
  }

  private static String shown(Measurement measurement) {
    return measurement.quality() == Quality.GOOD
        ? "%s %s %s"
            .formatted(
                measurement.source(),
                ((BigDecimal) Objects.requireNonNull(measurement.value())).toPlainString(),
                measurement.unit())
        : measurement.source() + " error";
  }
}
