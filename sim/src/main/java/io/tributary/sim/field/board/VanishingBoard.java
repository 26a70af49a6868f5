package io.tributary.sim.field.board;

import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.sim.field.DeviceOptions;
import io.tributary.sim.field.Lifetime;
import java.io.IOException;
import java.nio.file.Path;

/// A board that vanishes now and then, with its socket, and is another one when it is back.
final class VanishingBoard {
  /// What is on a board.
  interface Use {
    /// Until it is time that the board vanishes, or the life ends.
    ///
    /// @return whether the life goes on
    boolean use(SimulatedBoard board) throws InterruptedException;
  }

  private VanishingBoard() {}

  /// @param socket where it is
  /// @return how often it vanished
  static long live(Path socket, Lifetime life, Use use) throws IOException, InterruptedException {
    long vanished = 0;
    while (true) {
      try (SimulatedBoard board = SimulatedBoard.listen(socket)) {
        if (!use.use(board)) {
          return vanished;
        }
      }
      vanished++;
      if (!life.goesOnFor(DeviceOptions.VANISHED_NANOS)) {
        return vanished;
      }
    }
  }
}
