package io.tributary.sim.field;

import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// A machine of Debian's kernel under QEMU in which an edge runs: see `machine.sh` beside this class.
final class Machine {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path script;
  private final Path kernel;
  private final Path trial;
  private int next;

  /// @param kernel where the kernel is kept, or is to be
  Machine(Path kernel, Plant plant) throws IOException {
    this.kernel = kernel;
    this.trial = plant.directory();
    this.script = trial.resolve("machine.sh");
    try (InputStream in = Machine.class.getResourceAsStream("machine.sh")) {
      Files.copy(Objects.requireNonNull(in), script);
    }
  }

  /// Downloads and builds what is not there yet.
  void prepare() throws IOException, InterruptedException {
    Path log = trial.resolve("prepare.log");
    Process process =
        new ProcessBuilder("bash", script.toString(), "prepare", kernel.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      List<String> lines = Files.readAllLines(log);
      throw new IOException(
          "the kernel could not be prepared: "
              + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
    }
  }

  /// What runs an edge's launcher in the machine.
  ///
  /// @param hub the port of the hub on this machine
  /// @param port of the edge, to be reached from here
  List<String> before(int hub, int port) {
    return List.of(
        "bash",
        script.toString(),
        "run",
        kernel.toString(),
        trial.toString(),
        String.valueOf(hub),
        String.valueOf(port));
  }

  /// Runs commands of a shell beside the edge.
  ///
  /// @return what they said
  String run(Edge edge, String commands) throws IOException, InterruptedException {
    int number = next++;
    Path begun = trial.resolve("begun-" + number);
    Files.writeString(begun, "set -euo pipefail\n" + commands);
    Files.move(begun, trial.resolve("do-" + number), StandardCopyOption.ATOMIC_MOVE);
    Path done = trial.resolve("done-" + number);
    edge.program().awaitUntil("carrying out a command", PATIENCE, () -> Files.exists(done));
    String said = Files.readString(trial.resolve("out-" + number));
    if (!Files.readString(done).strip().equals("0")) {
      throw new IOException("in the machine:\n" + commands + "\nsays: " + said);
    }
    return said;
  }
}
