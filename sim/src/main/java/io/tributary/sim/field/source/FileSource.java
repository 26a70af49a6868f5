package io.tributary.sim.field.source;

import io.tributary.sim.plant.EdgePlan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program that appends lines to a file, which is rotated now and then. Each file, or what is between two cuts of one, is a lane.
final class FileSource extends Talker {
  /// How often the file is rotated, as a share of the turns.
  private static final int ROTATED_EACH = 150;

  /// The program goes on in the old file for a while, until it is told.
  private static final int LATE_LINES_MOST = 6;

  private static final int HALVES_EACH = 10;
  private static final long BETWEEN_HALVES_MS = 5;

  /// What the program writes.
  enum Lines {
    CSV("csv", "lines: csv, source: meter, value: count"),
    NDJSON("ndjson", "lines: ndjson");

    private final String suffix;
    private final String keys;

    Lines(String suffix, String keys) {
      this.suffix = suffix;
      this.keys = keys;
    }

    String head() {
      return this == CSV ? "meter,count\n" : "";
    }

    String line(String lane, long value) {
      return switch (this) {
        case CSV -> lane + "," + value + "\n";
        case NDJSON -> "{\"source\":\"%s\",\"value\":%d}%n".formatted(lane, value);
      };
    }
  }

  /// How it is rotated.
  enum Rotation {
    /// Each of the older files gets the next number, and the program is told to open a new one.
    RENAME,
    /// A copy is made, and the file is cut to nothing. What nobody has read by then is lost.
    COPYTRUNCATE
  }

  private final Lines lines;
  private final Rotation rotation;
  private final Path directory;
  private final SplittableRandom random;
  private @Nullable OutputStream out;
  private int rotations;
  private int lateLines;
  private String lane;

  FileSource(String name, Lines lines, Rotation rotation, Path plant, long seed, double perSecond) {
    super(
        new Account(name, rotation == Rotation.RENAME ? Promise.EVERYTHING : Promise.UNTIL_CUT),
        name,
        perSecond);
    this.lines = lines;
    this.rotation = rotation;
    this.directory = plant.resolve(name);
    this.random = new SplittableRandom(seed);
    this.lane = lane();
  }

  private String lane() {
    return name() + "-" + rotations;
  }

  private Path file() {
    return directory.resolve("meter." + lines.suffix);
  }

  /// Where a rotation leaves the file. A file that is created and renamed while the edge is down is found by this name alone, so the
  /// path that the adapter has fits it; not so the copies.
  private Path rotated(int number) {
    return rotation == Rotation.RENAME
        ? directory.resolve("meter." + lines.suffix + "." + number)
        : directory.resolve("copies").resolve(Integer.toString(number));
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    String path = file() + (rotation == Rotation.RENAME ? "*" : "");
    return edge.more(
        "  %s: {type: file-tail, path: \"%s\", topic: %s, quiet: 1s, %s}%n"
            .formatted(name(), path, name(), lines.keys));
  }

  @Override
  public void prepare() throws IOException {
    Files.createDirectories(directory.resolve("copies"));
    open();
  }

  private void open() throws IOException {
    OutputStream opened =
        Files.newOutputStream(file(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    out = opened;
    opened.write(lines.head().getBytes(StandardCharsets.UTF_8));
    lane = lane();
  }

  @Override
  void talk(int turn) throws IOException, InterruptedException {
    if (lateLines > 0 && --lateLines == 0) {
      closeFile();
      open();
    } else if (lateLines == 0 && random.nextInt(ROTATED_EACH) == 0) {
      rotate();
    }
    write(lines.line(lane, account().say(lane)));
  }

  private void rotate() throws IOException {
    rotations++;
    switch (rotation) {
      case RENAME -> {
        for (int number = rotations - 1; number > 0; number--) {
          Files.move(rotated(number), rotated(number + 1), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(file(), rotated(1), StandardCopyOption.ATOMIC_MOVE);
        lateLines = 1 + random.nextInt(LATE_LINES_MOST);
      }
      case COPYTRUNCATE -> {
        Files.copy(file(), rotated(rotations));
        try (FileChannel cut = FileChannel.open(file(), StandardOpenOption.WRITE)) {
          cut.truncate(0);
        }
        lane = lane();
      }
    }
  }

  /// Some lines come in two halves.
  private void write(String line) throws IOException, InterruptedException {
    OutputStream to = out;
    if (to == null) {
      return;
    }
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    int half = random.nextInt(HALVES_EACH) == 0 ? random.nextInt(bytes.length) : 0;
    to.write(bytes, 0, half);
    if (half > 0) {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_HALVES_MS);
    }
    to.write(bytes, half, bytes.length - half);
  }

  private void closeFile() throws IOException {
    OutputStream open = out;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    closeFile();
  }
}
