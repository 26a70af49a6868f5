package io.tributary.edge.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ControlTest {
  @Test
  void isWrittenAsTheFormatSays() throws IOException {
    Control control = Control.decode(null).paused(true).lookingFor(0x0102030405L);
    String bytes = "01" + "01" + "0000000102030405";
    assertEquals(bytes, HexFormat.of().formatHex(control.encode()));
    assertEquals(control, Control.decode(HexFormat.of().parseHex(bytes)));
  }

  @Test
  void nothingWasOrderedWhereThereIsNone() throws IOException {
    Control control = Control.decode(null);
    assertFalse(control.isPaused());
    assertFalse(control.looksForTime());
    assertEquals(control, Control.decode(control.encode()));
  }

  @Test
  void refusesWhatItHasNotWritten() {
    assertThrows(
        IOException.class, () -> Control.decode(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    assertThrows(IOException.class, () -> Control.decode(new byte[] {1, 0}));
  }
}
