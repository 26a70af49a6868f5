package io.tributary.smartmodule.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.smartmodule.Budget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.wasm.types.MemoryLimits;

/// The bounds of a guest's memory, and what lies in it.
class FlatMemoryTest {
  private static final int END = Budget.PAGE_BYTES;

  private final FlatMemory memory = new FlatMemory(new MemoryLimits(1, 4), 3);

  @Test
  void holdsWhatIsWrittenWithItsLowestByteFirst() {
    memory.writeI32(1, 0x04030201);
    assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 0}, memory.readBytes(0, 6));
    memory.writeLong(9, -2);
    assertEquals(-2, memory.readLong(9));
    memory.writeShort(21, (short) 0xFFFE);
    assertEquals(-2, memory.readShort(21));
    assertEquals(0xFFFE, memory.readU16(21));
    memory.writeF32(33, 1.5f);
    assertEquals(1.5f, memory.readFloat(33));
    memory.writeF64(41, -0.1);
    assertEquals(-0.1, memory.readDouble(41));
    assertEquals(Double.doubleToRawLongBits(-0.1), memory.readF64(41));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, END, END - 1})
  void nothingIsOutside(int address) {
    assertThrows(IndexOutOfBoundsException.class, () -> memory.readShort(address));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.readInt(address));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.readLong(address));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.writeI32(address, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.writeLong(address, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.write(address, new byte[2]));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.readBytes(address, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.copy(address, 0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.copy(0, address, 2));
    assertThrows(
        IndexOutOfBoundsException.class, () -> memory.fill((byte) 1, address, address + 2));
    assertArrayEquals(new byte[END], memory.readBytes(0, END), "nor is any of it written");
  }

  @Test
  void aLengthThatIsNegativeIsOutside() {
    assertThrows(IndexOutOfBoundsException.class, () -> memory.copy(0, 0, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.fill((byte) 1, 8, 7));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.readBytes(8, -1));
  }

  @Test
  void nothingMayEndAtTheEnd() {
    memory.write(END, new byte[0]);
    memory.copy(END, END, 0);
    memory.fill((byte) 1, END, END);
    assertEquals(0, memory.readBytes(END, 0).length);
  }

  @Test
  void aCopyMayOverlapItself() {
    memory.write(0, new byte[] {1, 2, 3, 4});
    memory.copy(1, 0, 3);
    assertArrayEquals(new byte[] {1, 1, 2, 3}, memory.readBytes(0, 4));
  }

  @Test
  void growsWithinItsBudgetAndKeepsWhatItHas() {
    memory.writeI32(END - 4, 7);
    assertEquals(1, memory.grow(2));
    assertEquals(3, memory.pages());
    assertEquals(7, memory.readInt(END - 4));
    memory.writeI32(END - 2, -1);
    assertEquals(-1, memory.readInt(END - 2), "across what was the end");
    assertEquals(-1, memory.grow(1), "the module allows it, the budget does not");
    assertEquals(-1, memory.grow(-1));
    assertEquals(3, memory.grow(0));
  }
}
