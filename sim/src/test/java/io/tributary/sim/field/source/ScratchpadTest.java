package io.tributary.sim.field.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class ScratchpadTest {
  /// The first is a capture of the kernel's; the data sheet's table has the bits of the second, -10.125 °C.
  @Test
  void isWhatTheKernelShows() {
    assertEquals(
        "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n",
        Scratchpad.text(0x172));
    assertEquals("5e ff", Scratchpad.text(-162).substring(0, 5));
  }
}
