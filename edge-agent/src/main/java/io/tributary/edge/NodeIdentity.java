package io.tributary.edge;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.UUID;

/// Who this edge is: the incarnation of its data directory, the machine it is bound to, and the
/// quota that was measured at its first start.
///
/// A card that was cloned into another machine shows another machine: it starts a new incarnation,
/// and the streams of the old one are sealed (still mirrored, never written again).
///
/// @param incarnation born with the data directory, or with the move to another machine
/// @param machine the machine's serial or id; empty when the machine has none
/// @param quotaBytes the room for all journals when the configuration names none
/// @param moved whether this start found the directory on another machine than before
record NodeIdentity(UUID incarnation, String machine, long quotaBytes, boolean moved) {
  static final String FILE = "identity";
  private static final long QUOTA_AT_MOST_BYTES = 10_000_000_000L;
  private static final int QUOTA_PERCENT = 80;

  /// Where a machine tells who it is: the board's serial comes first, for a cloned card carries
  /// its machine-id along.
  private static final List<String> MACHINE_SOURCES =
      List.of(
          "/sys/firmware/devicetree/base/serial-number",
          "/sys/class/dmi/id/product_uuid",
          "/etc/machine-id");

  /// Reads the identity of a data directory, or gives it one (forced before this returns).
  static NodeIdentity of(Path dataDirectory) throws IOException {
    return of(dataDirectory, thisMachine());
  }

  static NodeIdentity of(Path dataDirectory, String machine) throws IOException {
    Path file = dataDirectory.resolve(FILE);
    if (!Files.exists(file)) {
      long free = dataDirectory.toFile().getUsableSpace();
      long quota = Math.min(free / 100 * QUOTA_PERCENT, QUOTA_AT_MOST_BYTES);
      return new NodeIdentity(UUID.randomUUID(), machine, quota, false).store(file);
    }
    NodeIdentity found = read(file);
    if (found.machine.isEmpty() || machine.isEmpty() || found.machine.equals(machine)) {
      return found;
    }
    return new NodeIdentity(UUID.randomUUID(), machine, found.quotaBytes, true).store(file);
  }

  private static NodeIdentity read(Path file) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    try {
      return new NodeIdentity(
          UUID.fromString(properties.getProperty("incarnation", "")),
          properties.getProperty("machine", ""),
          Long.parseLong(properties.getProperty("quota-bytes", "")),
          false);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is damaged ("
              + e.getMessage()
              + "): restore it, or delete it to begin a new incarnation; the journals stay",
          e);
    }
  }

  private NodeIdentity store(Path file) throws IOException {
    String text =
        "incarnation="
            + incarnation
            + "\nmachine="
            + machine
            + "\nquota-bytes="
            + quotaBytes
            + "\n";
    Path draft = file.resolveSibling(FILE + ".draft");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
    return this;
  }

  private static String thisMachine() {
    for (String source : MACHINE_SOURCES) {
      try {
        String text = Files.readString(Path.of(source)).replace("\0", "").strip();
        if (!text.isEmpty()) {
          return text;
        }
      } catch (IOException | UncheckedIOException e) {
        // Not every machine has every source; the next one may answer.
        continue;
      }
    }
    return "";
  }
}
