package io.tributary.sim.field.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Captures, and how they are damaged.
final class CaptureOptions {
  @Parameters(paramLabel = "FILE", description = "captures", arity = "0..*")
  private List<Path> files = List.of();

  @Option(
      names = "--damage",
      paramLabel = "PERCENT",
      defaultValue = "1",
      description = "of the lines (default: ${DEFAULT-VALUE})")
  private double damage;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the damage and of what is simulated (default: ${DEFAULT-VALUE})")
  long seed;

  /// Each as it is, and once more with some lines damaged.
  ///
  /// @param simulated where no file is named
  List<Capture> captures(byte[] simulated) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    for (Path file : files) {
      found.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    if (found.isEmpty()) {
      found.put("simulated", simulated);
    }
    List<Capture> captures = new ArrayList<>();
    found.forEach((name, bytes) -> {
      LineDamage damages = new LineDamage(seed, damage);
      byte[] damaged = damages.of(bytes);
      captures.add(new Capture(name, bytes));
      captures.add(new Capture(name + ", " + damages.damaged() + " lines damaged", damaged));
    });
    return captures;
  }
}
