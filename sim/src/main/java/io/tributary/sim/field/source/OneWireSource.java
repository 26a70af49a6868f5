package io.tributary.sim.field.source;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A thermometer as the kernel shows it, which measures when its file is read: each time the next number, as a temperature from -55 to
/// 125 °C in a {@link Cycle}.
///
/// The file is a pipe, at which the reader waits for the thermometer, as it does for the kernel's. So that a reader finds its end, the
/// next one is sent to the other of two pipes before the first gets its text.
///
/// ```
///  w1_slave ──link──▶ pipe-0 ⇄ pipe-1
/// ```
final class OneWireSource extends Talker {
  private static final String ID = "28-0000000a11ce";
  private static final long INTERVAL_LEAST_MS = 10;

  private final Cycle sixteenths;
  private final Path thermometer;
  private final List<Path> pipes;
  private final long intervalMs;

  OneWireSource(String name, Path directory, double perSecond) {
    this(name, directory, perSecond, new Cycle(2_879, -55 * 16));
  }

  private OneWireSource(String name, Path directory, double perSecond, Cycle sixteenths) {
    super(
        new Account(name, Promise.WHILE_UP, reading -> valueOf(reading, sixteenths)),
        name,
        perSecond);
    this.sixteenths = sixteenths;
    this.thermometer = directory.resolve(name).resolve(ID);
    this.pipes = List.of(thermometer.resolve("pipe-0"), thermometer.resolve("pipe-1"));
    this.intervalMs = Math.max(INTERVAL_LEAST_MS, Math.round(1_000 / perSecond));
  }

  private static @Nullable Object valueOf(JsonObject reading, Cycle sixteenths) {
    if (!(reading.get("value") instanceof Number celsius)) {
      return null;
    }
    double code = celsius.doubleValue() * 16; // exact: sixteenths have four decimals
    return code == Math.rint(code) ? sixteenths.value((long) code) : null;
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.more(
        """
          %s:
            type: onewire
            path: "%s"
            topic: %s
            interval: %dms
            sensors:
              - {id: %s, name: probe}
        """
            .formatted(name(), thermometer.getParent(), name(), intervalMs, ID));
  }

  /// It answers from now on.
  @Override
  public void prepare() throws IOException, InterruptedException {
    Files.createDirectories(thermometer);
    for (Path pipe : pipes) {
      Process made = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
      if (made.waitFor() != 0) {
        throw new IOException("mkfifo makes no pipe " + pipe);
      }
    }
    show(pipes.getFirst());
    begin();
  }

  @Override
  public void start(Edge edge) {
    // It answers since it is there.
  }

  /// What the next reader opens.
  private void show(Path pipe) throws IOException {
    Path link = thermometer.resolve("next");
    Files.createSymbolicLink(link, pipe);
    Files.move(link, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path file() {
    return thermometer.resolve("w1_slave");
  }

  /// Waits for a reader.
  @Override
  void talk(int turn) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(pipes.get(turn % pipes.size()), StandardOpenOption.WRITE)) {
      if (isOver()) {
        return;
      }
      show(pipes.get((turn + 1) % pipes.size()));
      int code = sixteenths.code(account().say(name() + "/probe/temperature"));
      byte[] text = Scratchpad.text(code).getBytes(StandardCharsets.US_ASCII);
      try {
        out.write(text);
      } catch (IOException e) {
        // Nobody reads any more: the edge was killed behind its question.
      }
    }
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    end();
    List<RandomAccessFile> held = release();
    super.stop();
    closeAll(held);
  }

  /// Takes the thermometer from the bus. Who opens a pipe for both directions waits for nobody, and nobody who waits at it does any more:
  /// neither this source for a reader, nor a reader for this source.
  private List<RandomAccessFile> release() throws IOException {
    Files.deleteIfExists(file());
    List<RandomAccessFile> held = new ArrayList<>();
    for (Path pipe : pipes) {
      if (Files.exists(pipe)) {
        held.add(new RandomAccessFile(pipe.toFile(), "rw"));
      }
    }
    return held;
  }

  private static void closeAll(List<RandomAccessFile> held) throws IOException {
    for (RandomAccessFile each : held) {
      each.close();
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    closeAll(release());
  }
}
