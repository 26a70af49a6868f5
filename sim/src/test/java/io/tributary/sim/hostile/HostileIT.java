package io.tributary.sim.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.sim.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The real programs under a small attack of each kind that needs no timeout.
final class HostileIT {
  @Test
  void everyHostilePeerIsThrownOutAndTheHonestLoseNothing() {
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out, true);
    int status =
        new CommandLine(new HostileCommand())
            .setOut(printer)
            .setErr(printer)
            .execute("--quick", "--connections", "100");
    assertEquals(ExitStatus.DONE, status, out.toString());
  }
}
