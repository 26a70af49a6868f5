package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A real Mosquitto in a plant, for whom an edge is compared with, and whom it is bridged to.
public final class Mosquitto {
  private static final Path BROKER = Path.of("/usr/sbin/mosquitto");

  private Mosquitto() {}

  /// Whether this machine has one.
  public static boolean isThere() {
    return Files.isExecutable(BROKER);
  }

  /// A broker that lets everybody in; to be started by the caller.
  ///
  /// @param moreLines of its configuration
  public static Program of(Plant plant, String name, String address, String moreLines)
      throws IOException {
    Path config = plant.directory().resolve(name + ".conf");
    Files.writeString(
        config,
        """
        user root
        listener %d 127.0.0.1
        allow_anonymous true
        log_type error
        %s
        """
            .formatted(Plant.address(address).getPort(), moreLines));
    return plant.closes(
        Program.foreign(
            name,
            List.of(BROKER.toString(), "-c", config.toString()),
            Map.of(),
            plant.directory().resolve(name + ".log")));
  }

  public static void awaitListening(Program broker, String address)
      throws IOException, InterruptedException {
    broker.awaitUntil("listening", Plant.READY, () -> Plant.listens(Plant.address(address)));
  }
}
