package io.tributary.sim.field.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.sim.Shipped;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The programs as they are shipped: what simulated instruments say, as it is and with some lines damaged, is at the hub as a script in another
/// language reads it.
final class LineTrialIT {
  @ParameterizedTest
  @ValueSource(strings = {"nmea", "p1"})
  void whatAnInstrumentSaysIsAtTheHubAsAScriptReadsIt(String trial) throws Exception {
    assertEquals(0, Shipped.exitStatus("sim", trial, "--damage", "2"));
  }
}
