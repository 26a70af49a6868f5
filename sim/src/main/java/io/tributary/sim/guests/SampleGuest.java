package io.tributary.sim.guests;

import io.tributary.sim.plant.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The sample guests of the source tree.
final class SampleGuest {
  private SampleGuest() {}

  /// Where they lie.
  static Path directory() {
    return Launcher.home().resolve("smartmodules/samples/wasm");
  }

  /// What a transform says of a file: `uses` and `sha256`, for a mapping in one line.
  static String uses(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return "uses: %s, sha256: %s".formatted(file, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has it", e);
    }
  }
}
