package io.tributary.edge;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who this edge is: whose data directory it is, its incarnation, the machine that it was on last, and the quota that was
/// measured at its first start.
///
/// An incarnation belongs to the directory, wherever that is mounted: each segment of its journals carries it, and where the
/// file says otherwise, or is lost or damaged, the journals are right. An edge's name is its owner's: readings of one edge
/// never reach the hub as those of another.
///
/// @param edgeId the edge that the directory belongs to
/// @param incarnation born with the directory
/// @param machine the machine's serial or id; empty when the machine has none
/// @param quotaBytes the room for all journals when the configuration names none
record NodeIdentity(String edgeId, UUID incarnation, String machine, long quotaBytes) {
  static final String FILE = "identity";
  private static final System.Logger LOG = System.getLogger(NodeIdentity.class.getName());
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
  ///
  /// @param ofJournals the incarnation that its journals carry; null where there are none
  /// @throws IOException when the directory belongs to another edge; says what to do
  static NodeIdentity of(Path dataDirectory, String edgeId, @Nullable UUID ofJournals)
      throws IOException {
    return of(dataDirectory, edgeId, ofJournals, thisMachine());
  }

  static NodeIdentity of(
      Path dataDirectory, String edgeId, @Nullable UUID ofJournals, String machine)
      throws IOException {
    Path file = dataDirectory.resolve(FILE);
    NodeIdentity found = Files.exists(file) ? read(file) : null;
    if (found != null && !found.edgeId.isEmpty() && !found.edgeId.equals(edgeId)) {
      throw new IOException(
          ("%s belongs to the edge '%s' (its file '%s' says so), and the configuration says 'edge: %s':"
                  + " set 'edge: %s' again, or give %s a data-dir of its own. What the hub has not got yet"
                  + " of %s can go there under that name only.")
              .formatted(
                  dataDirectory, found.edgeId, FILE, edgeId, found.edgeId, edgeId, found.edgeId));
    }
    NodeIdentity right =
        found == null
            ? new NodeIdentity(
                edgeId,
                ofJournals == null ? UUID.randomUUID() : ofJournals,
                machine,
                quotaBytes(dataDirectory))
            : new NodeIdentity(
                edgeId,
                ofJournals == null ? found.incarnation : ofJournals,
                machine.isEmpty() ? found.machine : machine,
                found.quotaBytes);
    warn(dataDirectory, found, right, ofJournals != null);
    return right.equals(found) ? right : right.store(file);
  }

  private static void warn(
      Path dataDirectory, @Nullable NodeIdentity found, NodeIdentity right, boolean isKnown) {
    if (found == null) {
      if (isKnown) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}/{1} was lost or damaged: made anew from the journals",
            dataDirectory,
            FILE);
      }
      return;
    }
    if (!right.incarnation.equals(found.incarnation)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}/{1} was not of these journals: the incarnation is {2}, as they say",
          dataDirectory,
          FILE,
          right.incarnation);
    }
    if (!found.machine.isEmpty() && !right.machine.equals(found.machine)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} was on another machine before. If that one still runs with a copy of it, stop one of them: two machines that"
              + " write as edge {1} part into a fork, which the hub refuses",
          dataDirectory,
          right.edgeId);
    }
  }

  /// A part of what is free for journals, or is theirs already.
  private static long quotaBytes(Path dataDirectory) throws IOException {
    long room = dataDirectory.toFile().getUsableSpace();
    try (Stream<Path> files = Files.walk(dataDirectory)) {
      room += files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
    return Math.min(room / 100 * QUOTA_PERCENT, QUOTA_AT_MOST_BYTES);
  }

  /// Null when the file cannot be understood.
  private static @Nullable NodeIdentity read(Path file) throws IOException {
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(file, StandardCharsets.ISO_8859_1)));
      return new NodeIdentity(
          properties.getProperty("edge", ""),
          UUID.fromString(properties.getProperty("incarnation", "")),
          properties.getProperty("machine", ""),
          Long.parseLong(properties.getProperty("quota-bytes", "")));
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} is damaged: {1}", file, e.getMessage());
      return null;
    }
  }

  private NodeIdentity store(Path file) throws IOException {
    String text =
        "edge="
            + edgeId
            + "\nincarnation="
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
      } catch (IOException e) {
        // Not every machine has every source; the next one may answer.
        continue;
      }
    }
    return "";
  }
}
