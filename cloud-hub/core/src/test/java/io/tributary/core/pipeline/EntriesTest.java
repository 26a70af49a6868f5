package io.tributary.core.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.smartmodule.Progress;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The entries of `__pipelines`: their bytes stay, and what is cut short is refused.
class EntriesTest {
  private static final Point BEFORE =
      new Point(
          new Progress(2, "ab", 100, 90, List.of(91L, 95L), new byte[0]),
          1,
          new Counts(1, 2, 3, 4, 5, 6));
  private static final Point AFTER =
      new Point(
          new Progress(2, "ab", 110, 110, List.of(), new byte[0]),
          0,
          new Counts(11, 12, 13, 14, 15, 16));
  private static final LaneEntry INTENT =
      new LaneEntry(
          new UUID(1, 2),
          3,
          BEFORE,
          AFTER,
          new Mark("t", new UUID(4, 5), 1000, 7),
          new Mark("d", new UUID(6, 7), 50, 1));

  private static final String INTENT_BYTES =
      "0100000000000000010000000000000002000000000000000301000000000000005a000000310100"
          + "00000000000002000261620000000000000064000000000000005a00000002000000000000005b00"
          + "0000000000005f000000000000000100000000000000020000000000000003000000000000000400"
          + "0000000000000500000000000000060100000000000000006e000000210100000000000000020002"
          + "6162000000000000006e000000000000006e00000000000000000000000b000000000000000c0000"
          + "00000000000d000000000000000e000000000000000f000000000000001000017400000000000000"
          + "04000000000000000500000000000003e80000000700016400000000000000060000000000000007"
          + "000000000000003200000001";
  private static final Control CONTROL = new Control(true, 3, new UUID(1, 2), List.of(5L, 6L));
  private static final String CONTROL_BYTES =
      "01010000000000000003000000000000000100000000000000020000000200000000000000050000000000000006";

  @Test
  void theBytesOfAnIntentStay() throws Exception {
    byte[] bytes = INTENT.encode();
    assertEquals(INTENT_BYTES, HexFormat.of().formatHex(bytes));
    LaneEntry read = LaneEntry.decode(bytes);
    assertArrayEquals(bytes, read.encode());
    assertEquals(List.of(91L, 95L), read.before().progress().passedOver());
    assertEquals(1008, read.target().done().end() + 1);
  }

  @Test
  void theBytesOfAControlStay() throws Exception {
    byte[] bytes = CONTROL.encode();
    assertEquals(CONTROL_BYTES, HexFormat.of().formatHex(bytes));
    assertEquals(CONTROL, Control.decode(bytes));
    assertEquals(6, CONTROL.position(new UUID(1, 2), 1));
    assertEquals(-1, CONTROL.position(new UUID(1, 2), 2));
    assertEquals(-1, CONTROL.position(new UUID(1, 3), 0));
  }

  @Test
  void whatIsCutShortOrLaterIsRefused() {
    byte[] intent = INTENT.encode();
    for (int length = 0; length < intent.length; length++) {
      byte[] cut = Arrays.copyOf(intent, length);
      assertThrows(IOException.class, () -> LaneEntry.decode(cut));
    }
    byte[] control = CONTROL.encode();
    for (int length = 0; length < control.length; length++) {
      byte[] cut = Arrays.copyOf(control, length);
      assertThrows(IOException.class, () -> Control.decode(cut));
    }
    intent[0] = 2;
    control[0] = 2;
    assertThrows(IOException.class, () -> LaneEntry.decode(intent));
    assertThrows(IOException.class, () -> Control.decode(control));
  }

  @Test
  void aStateBelongsToItsPlace() throws Exception {
    Progress saved = new Progress(2, "ab", 100, 90, List.of(), new byte[] {1, 2, 3});
    Point whole = BEFORE.withState(saved.encodeSaved());
    assertArrayEquals(new byte[] {1, 2, 3}, whole.progress().state());
    assertEquals(0, whole.withoutState().progress().state().length);
    assertThrows(IOException.class, () -> AFTER.withState(saved.encodeSaved()));
  }
}
