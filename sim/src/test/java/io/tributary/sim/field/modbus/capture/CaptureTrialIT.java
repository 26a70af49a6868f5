package io.tributary.sim.field.modbus.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.sim.ExitStatus;
import io.tributary.sim.Shipped;
import org.junit.jupiter.api.Test;

/// The programs as they are shipped: a capture is asked again.
final class CaptureTrialIT {
  @Test
  void theHubHasWhatTheScriptReadsInASimulatedCapture() throws Exception {
    assertEquals(ExitStatus.DONE, Shipped.exitStatus("sim", "modbus-capture", "--seed", "2"));
  }
}
