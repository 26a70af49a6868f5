package io.tributary.sim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// What is done to the files of logs while nobody has them open. Enters into the book which readings
/// were hit.
final class Harm {
  /// The kinds, each as it is told.
  enum Kind {
    NONE("no damage"),
    TORN("torn tail"),
    CORRUPT("corruption in the middle");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private static final int TORN_BYTES = 64 * 1024;
  private static final int FLIPS_IN_NEWEST = 3;
  private static final int OLDER_SEGMENTS_HIT = 3;
  private static final int BYTES_FLIPPED = 16;

  /// Where the two copies of a segment's fixed header lie, and how large they are.
  private static final int[] FIXED_HEADERS_AT = {0, 1536};

  private static final int FIXED_HEADER_BYTES = 512;

  private final NumberedReadings book;
  private final SplittableRandom random;

  /// Batches that were hit once: their bytes tell their readings no more.
  private final Set<String> hit = new HashSet<>();

  Harm(NumberedReadings book, long seed) {
    this.book = book;
    this.random = new SplittableRandom(seed);
  }

  /// Does it to every log below a directory.
  void strike(Kind kind, Path directory) throws IOException {
    for (List<Path> log : logs(directory)) {
      switch (kind) {
        case NONE -> {}
        case TORN -> tear(log.get(log.size() - 1));
        case CORRUPT -> corrupt(log);
      }
    }
  }

  private static List<List<Path>> logs(Path directory) throws IOException {
    Map<Path, List<Path>> logs = new LinkedHashMap<>();
    for (Path segment : SegmentFile.below(directory)) {
      logs.computeIfAbsent(segment.getParent(), p -> new ArrayList<>()).add(segment);
    }
    return new ArrayList<>(logs.values());
  }

  /// A group that was cut short by a power cut: the first half of one, and then what the blocks held
  /// before.
  private void tear(Path segment) throws IOException {
    SegmentFile file = SegmentFile.read(segment);
    int bytes = Math.min(TORN_BYTES, file.end() - file.begin());
    byte[] old = new byte[TORN_BYTES];
    random.nextBytes(old);
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      long end = channel.size();
      channel.write(file.bytes().slice(file.end() - bytes, bytes / 2), end);
      channel.write(ByteBuffer.wrap(old), end + bytes / 2);
    }
  }

  /// Flipped bytes in several batches of the newest segment and in older ones, and the newest one's
  /// header destroyed, both copies.
  private void corrupt(List<Path> log) throws IOException {
    Path newest = log.get(log.size() - 1);
    for (int i = 0; i < FLIPS_IN_NEWEST; i++) {
      flip(newest);
    }
    for (int i = 0; i < OLDER_SEGMENTS_HIT && log.size() > 1; i++) {
      flip(log.get(random.nextInt(log.size() - 1)));
    }
    if (log.size() > 1) {
      try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
        for (int at : FIXED_HEADERS_AT) {
          channel.write(ByteBuffer.allocate(FIXED_HEADER_BYTES), at);
        }
      }
    }
  }

  /// In a batch of the first half, which is proven to have been forced.
  private void flip(Path segment) throws IOException {
    SegmentFile file = SegmentFile.read(segment);
    List<SegmentFile.Batch> batches =
        file.batches().subList(0, file.batches().size() / 2).stream()
            .filter(batch -> batch.records() > 0)
            .filter(batch -> !hit.contains(place(segment, batch)))
            .toList();
    if (batches.isEmpty()) {
      return;
    }
    SegmentFile.Batch batch = batches.get(random.nextInt(batches.size()));
    hit.add(place(segment, batch));
    file.numbers(batch).forEach(book::hit);
    int from = batch.position() + SegmentFile.BATCH_HEADER_BYTES;
    int at = from + random.nextInt(Math.max(1, batch.end() - from - BYTES_FLIPPED));
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(BYTES_FLIPPED, batch.end() - at));
    for (int i = 0; i < bytes.capacity(); i++) {
      bytes.put(i, (byte) ~file.bytes().get(at + i));
    }
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.write(bytes, at);
    }
  }

  private static String place(Path segment, SegmentFile.Batch batch) {
    return segment + "@" + batch.position();
  }
}
