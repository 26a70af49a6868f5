package io.tributary.sim.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One byte of a log's file, changed while nobody has it open, and what that may cost. Reads the file
/// by its published layout (docs/formats), with nothing of the product's code.
///
/// @param what for the timeline
/// @param records how many records the batch holds that was hit: a Gap may name that many
/// @param unproven the readings of a journal's last group, when that was hit: nothing proves that
///     they were ever forced, so they may be gone, or come a second time
record Damage(String what, int records, List<Lost> unproven) {
  /// A reading by its device and number.
  record Lost(String device, long seq) {}

  /// A batch where it lies.
  record Batch(int position, int length, boolean groupHeader, int records) {
    int end() {
      return position + length;
    }
  }

  private static final int HEADER_BYTES_AT = 12;
  private static final int BATCH_LENGTH_AT = 8;
  private static final int BEFORE_LENGTH = 12;
  private static final int MAGIC_AT = 16;
  private static final int ATTRIBUTES_AT = 21;
  private static final int PRODUCER_AT = 43;
  private static final int COUNT_AT = 57;
  private static final int BATCH_HEADER_BYTES = 61;
  private static final int CONTROL = 0x20;
  private static final Pattern READING = Pattern.compile("\"seq\":(\\d+),\"dev\":\"([^\"]+)\"");

  /// Flips a byte that was proven to be forced: in any segment of a journal, before the last group
  /// of the newest. Null where there is nothing of that kind yet.
  static @Nullable Damage inTheMiddle(Path journal, SplittableRandom random) throws IOException {
    List<Path> segments = segments(journal);
    if (segments.isEmpty()) {
      return null;
    }
    Path segment = segments.get(random.nextInt(segments.size()));
    byte[] bytes = Files.readAllBytes(segment);
    List<Batch> batches = batches(bytes);
    boolean newest = segment.equals(segments.get(segments.size() - 1));
    int end = newest ? lastGroup(batches) : batches.size();
    if (end < 1) {
      return null;
    }
    int hit = random.nextInt(end);
    Batch batch = batches.get(hit);
    flip(segment, batch.position + random.nextInt(batch.length), random);
    int records = batch.records;
    if (batch.groupHeader) {
      for (int i = hit + 1; i < batches.size() && !batches.get(i).groupHeader; i++) {
        records += batches.get(i).records;
      }
    }
    String what = (batch.groupHeader ? "the head of a group in " : "a batch in ") + name(segment);
    return new Damage(what, records, List.of());
  }

  /// Flips a byte of the last group of the newest segment, as a disk does that lies about forces.
  static @Nullable Damage inTheTail(Path journal, SplittableRandom random) throws IOException {
    List<Path> segments = segments(journal);
    if (segments.isEmpty()) {
      return null;
    }
    Path segment = segments.get(segments.size() - 1);
    byte[] bytes = Files.readAllBytes(segment);
    List<Batch> batches = batches(bytes);
    int last = lastGroup(batches);
    if (last < 0) {
      return null;
    }
    int from = batches.get(last).position;
    int to = batches.get(batches.size() - 1).end();
    flip(segment, from + random.nextInt(to - from), random);
    List<Lost> lost = new ArrayList<>();
    Matcher reading =
        READING.matcher(new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1));
    while (reading.find()) {
      lost.add(new Lost(reading.group(2), Long.parseLong(reading.group(1))));
    }
    return new Damage("the last group of " + name(segment), 0, lost);
  }

  private static String name(Path segment) {
    return segment.getName(segment.getNameCount() - 2) + "/" + segment.getFileName();
  }

  static List<Path> segments(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".segment")).sorted().toList();
    }
  }

  private static int lastGroup(List<Batch> batches) {
    for (int i = batches.size() - 1; i >= 0; i--) {
      if (batches.get(i).groupHeader) {
        return i;
      }
    }
    return -1;
  }

  /// The batches one behind the other, up to the first place where none can be.
  static List<Batch> batches(byte[] bytes) {
    ByteBuffer segment = ByteBuffer.wrap(bytes);
    List<Batch> batches = new ArrayList<>();
    if (bytes.length < BEFORE_LENGTH + Integer.BYTES) {
      return batches;
    }
    int at = segment.getInt(HEADER_BYTES_AT);
    while (at > 0 && at + BATCH_HEADER_BYTES <= bytes.length) {
      int length = segment.getInt(at + BATCH_LENGTH_AT) + BEFORE_LENGTH;
      if (length < BATCH_HEADER_BYTES
          || length > bytes.length - at
          || segment.get(at + MAGIC_AT) != 2) {
        break;
      }
      boolean control = (segment.getShort(at + ATTRIBUTES_AT) & CONTROL) != 0;
      boolean groupHeader = control && segment.getLong(at + PRODUCER_AT) == -1;
      int records = control ? 0 : segment.getInt(at + COUNT_AT);
      batches.add(new Batch(at, length, groupHeader, records));
      at += length;
    }
    return batches;
  }

  static void flip(Path file, long position, SplittableRandom random) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ (1 << random.nextInt(Byte.SIZE))));
      channel.write(one.flip(), position);
    }
  }
}
