package io.tributary.sim.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One byte of a partition's segment at the hub, changed, and whose readings it held. The edge that still has the batch
/// must give it back: the bytes from the CRC on are the same at both ends.
///
/// @param what for the timeline
/// @param edgeId whose batch it is
/// @param records how many it holds
/// @param behind by edge, how many records of the newest segment lie from there on: what a start may take for a torn tail
/// @param same the bytes of the batch as it was that are the same at both ends, from 0 to the limit
record HubDamage(
    String what, String edgeId, int records, Map<String, Long> behind, ByteBuffer same) {
  /// Behind the base offset, the length and the leader epoch, which are the hub's own.
  private static final int SAME_FROM = 17;

  private static final Pattern DEVICE = Pattern.compile("\"dev\":\"chaos/([^/]+)/");

  /// Flips a byte of a batch of readings. Null where there is none yet.
  ///
  /// @param runs whether the hub has the file open
  static @Nullable HubDamage flip(Path topics, boolean runs, SplittableRandom random)
      throws IOException {
    List<Path> segments = new ArrayList<>();
    try (Stream<Path> files = Files.walk(topics)) {
      files
          .filter(f -> f.toString().endsWith(".segment") && !f.toString().contains("_gaps"))
          .sorted()
          .forEach(segments::add);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (segments.isEmpty()) {
      return null;
    }
    Path segment = segments.get(random.nextInt(segments.size()));
    byte[] bytes = Files.readAllBytes(segment);
    List<Damage.Batch> batches = new ArrayList<>(Damage.batches(bytes));
    batches.removeIf(batch -> batch.records() == 0);
    if (batches.isEmpty()) {
      return null;
    }
    int hit = random.nextInt(batches.size());
    Damage.Batch batch = batches.get(hit);
    String edgeId = edgeOf(bytes, batch);
    if (edgeId == null) {
      return null;
    }
    Map<String, Long> behind = new TreeMap<>();
    for (Damage.Batch each : batches.subList(hit, batches.size())) {
      String other = edgeOf(bytes, each);
      behind.merge(other == null ? edgeId : other, (long) each.records(), Long::sum);
    }
    Damage.flip(segment, batch.position() + random.nextInt(batch.length()), random);
    String what =
        "a batch of %s in %s at %d, %s"
            .formatted(
                edgeId,
                topics.relativize(segment),
                batch.position(),
                runs ? "which the hub has open" : "which nobody has open");
    return new HubDamage(
        what,
        edgeId,
        batch.records(),
        behind,
        ByteBuffer.wrap(Arrays.copyOfRange(bytes, batch.position() + SAME_FROM, batch.end())));
  }

  /// Whether one of these journals holds the batch, whole, now.
  boolean isHeldIn(List<Path> journals) throws IOException {
    for (Path journal : journals) {
      for (Path segment : Damage.segments(journal)) {
        byte[] held;
        try {
          held = Files.readAllBytes(segment);
        } catch (NoSuchFileException e) {
          continue; // deleted meanwhile
        }
        for (Damage.Batch each : Damage.batches(held)) {
          int from = each.position() + SAME_FROM;
          if (ByteBuffer.wrap(held, from, each.end() - from).equals(same)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static @Nullable String edgeOf(byte[] segment, Damage.Batch batch) {
    String text =
        new String(segment, batch.position(), batch.length(), StandardCharsets.ISO_8859_1);
    Matcher device = DEVICE.matcher(text);
    return device.find() ? device.group(1) : null;
  }
}
