package io.tributary.sim.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Flips one bit in a segment, and tells what was in the batch that it hit. Knows of a segment only where its batches
/// begin.
final class Flips {
  private static final int HEADER_BYTES_AT = 12;
  private static final long NO_STREAM = -1;

  private Flips() {}

  /// A bit that flips or has flipped, in which batch.
  record Flip(String path, BatchParser.Place place, int atByte, int bit) {
    void strike(SimDisk disk) throws IOException {
      disk.flipBit(path, atByte, bit);
    }
  }

  /// One that harms nothing: of a header or an index, in a file.
  record Harmless(String what, String path) {}

  /// One that may flip in records of a stream that a later group has proven to be durable; null when there are none.
  static @Nullable Flip inMiddleOfStream(SimDisk disk, String directory, SplittableRandom random)
      throws IOException {
    List<Flip> flips = new ArrayList<>();
    List<String> segments = segments(disk, directory);
    for (int i = 0; i < segments.size(); i++) {
      List<BatchParser.Place> places = places(disk.bytes(segments.get(i)));
      int end = i < segments.size() - 1 ? places.size() : Math.max(0, lastGroup(places));
      for (BatchParser.Place place : places.subList(0, end)) {
        if (place.streamId() >= 0 && !place.isControl()) {
          flips.add(in(place, segments.get(i), random));
        }
      }
    }
    return flips.isEmpty() ? null : flips.get(random.nextInt(flips.size()));
  }

  /// One that may flip in the same records on another disk; null when they are not there.
  static @Nullable Flip where(
      SimDisk disk, String directory, BatchParser.Place records, SplittableRandom random)
      throws IOException {
    for (String path : segments(disk, directory)) {
      for (BatchParser.Place place : places(disk.bytes(path))) {
        if (place.streamId() == records.streamId()
            && place.from() == records.from()
            && place.isControl() == records.isControl()) {
          return in(place, path, random);
        }
      }
    }
    return null;
  }

  /// Whether a disk holds a batch with that record of a stream, and it passes its check.
  static boolean isWhole(SimDisk disk, String directory, long streamId, long offset)
      throws IOException {
    for (String path : segments(disk, directory)) {
      for (BatchParser.Place place : places(disk.bytes(path))) {
        if (place.streamId() == streamId
            && place.from() <= offset
            && offset < place.to()
            && !place.isControl()) {
          return true;
        }
      }
    }
    return false;
  }

  private static Flip in(BatchParser.Place place, String path, SplittableRandom random) {
    int atByte = place.position() + random.nextInt(place.sizeBytes());
    return new Flip(path, place, atByte, random.nextInt(8));
  }

  /// In a batch that a later group has proven to be durable; null when there is none.
  static @Nullable Flip inMiddle(SimDisk disk, String directory, SplittableRandom random)
      throws IOException {
    List<String> segments = segments(disk, directory);
    if (segments.isEmpty()) {
      return null;
    }
    int chosen = random.nextInt(segments.size());
    String path = segments.get(chosen);
    List<BatchParser.Place> places = places(disk.bytes(path));
    if (chosen == segments.size() - 1) {
      int last = lastGroup(places);
      places = places.subList(0, Math.max(0, last));
    }
    return flip(disk, path, places, random);
  }

  /// In the last group, which nothing has proven.
  static @Nullable Flip inTail(SimDisk disk, String directory, SplittableRandom random)
      throws IOException {
    List<String> segments = segments(disk, directory);
    if (segments.isEmpty()) {
      return null;
    }
    String path = segments.get(segments.size() - 1);
    List<BatchParser.Place> places = places(disk.bytes(path));
    int last = lastGroup(places);
    return last < 0 ? null : flip(disk, path, places.subList(last, places.size()), random);
  }

  /// Where everything is kept twice, or can be made again: the header of a segment, an index, the registry of a hub. So
  /// nothing may be lost.
  ///
  /// @return what was hit; null: nothing was there
  static @Nullable Harmless harmlessly(SimDisk disk, String directory, SplittableRandom random)
      throws IOException {
    List<String> segments = segments(disk, directory);
    List<String> indexes = disk.paths(directory, ".index");
    if (!indexes.isEmpty() && random.nextBoolean()) {
      String path = indexes.get(random.nextInt(indexes.size()));
      boolean isHit = flip(disk, path, disk.bytes(path).length, random);
      return isHit ? new Harmless("index", path) : null;
    }
    if (segments.isEmpty()) {
      return null;
    }
    String path = segments.get(random.nextInt(segments.size()));
    byte[] bytes = disk.bytes(path);
    return bytes.length >= HEADER_BYTES_AT + 4
            && flip(disk, path, Math.min(bytes.length, headerBytes(bytes)), random)
        ? new Harmless("header", path)
        : null;
  }

  private static boolean flip(SimDisk disk, String path, int bytes, SplittableRandom random)
      throws IOException {
    if (bytes > 0) {
      disk.flipBit(path, random.nextInt(bytes), random.nextInt(8));
    }
    return bytes > 0;
  }

  /// In any batch of a partition.
  static @Nullable Flip anywhere(SimDisk disk, SplittableRandom random) throws IOException {
    List<String> segments = segments(disk, "topics/");
    if (segments.isEmpty()) {
      return null;
    }
    String path = segments.get(random.nextInt(segments.size()));
    return flip(disk, path, places(disk.bytes(path)), random);
  }

  private static List<String> segments(SimDisk disk, String directory) {
    return disk.paths(directory, ".segment");
  }

  private static int headerBytes(byte[] segment) {
    return ByteBuffer.wrap(segment).getInt(HEADER_BYTES_AT);
  }

  private static int lastGroup(List<BatchParser.Place> places) {
    for (int i = places.size() - 1; i >= 0; i--) {
      if (places.get(i).streamId() == NO_STREAM) {
        return i;
      }
    }
    return -1;
  }

  private static List<BatchParser.Place> places(byte[] segment) {
    List<BatchParser.Place> places = new ArrayList<>();
    if (segment.length < HEADER_BYTES_AT + 4) {
      return places;
    }
    int position = headerBytes(segment);
    while (position >= 0 && position < segment.length) {
      int size = BatchParser.sizeOf(segment, position);
      if (size < 0) {
        position++; // behind what was flipped before
        continue;
      }
      places.add(BatchParser.placeOf(segment, position, size));
      position += size;
    }
    return places;
  }

  private static @Nullable Flip flip(
      SimDisk disk, String path, List<BatchParser.Place> places, SplittableRandom random)
      throws IOException {
    if (places.isEmpty()) {
      return null;
    }
    Flip flip = in(places.get(random.nextInt(places.size())), path, random);
    flip.strike(disk);
    return flip;
  }
}
