package io.tributary.adapter.modbus;

import static io.tributary.adapter.modbus.Plant.SECOND;
import static io.tributary.adapter.modbus.Plant.point;
import static io.tributary.adapter.modbus.Plant.register;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockTest {
  @Test
  void neighboursAreReadTogether() {
    List<Point> points =
        List.of(
            register("c", 14, 2, SECOND),
            register("a", 10, 2, SECOND),
            register("b", 12, 2, SECOND),
            register("overlapping", 11, 1, SECOND),
            register("apart", 17, 1, SECOND),
            register("slow", 16, 1, 10 * SECOND),
            point("other", Table.INPUT, 16, 1, SECOND));
    assertEquals(
        List.of("HOLDING 10 to 15", "HOLDING 17 to 17", "HOLDING 16 to 16", "INPUT 16 to 16"),
        Block.of(points, 0, 125).stream().map(Block::toString).toList());
    assertEquals("HOLDING 10 to 17", Block.of(points, 1, 125).getFirst().toString());
  }

  @Test
  void aRequestHasItsBound() {
    List<Point> registers =
        IntStream.range(0, 200).mapToObj(i -> register("r" + i, i, 1, SECOND)).toList();
    assertEquals(
        List.of("HOLDING 0 to 124", "HOLDING 125 to 199"),
        Block.of(registers, 0, 125).stream().map(Block::toString).toList());
    List<Point> bits =
        IntStream.range(0, 2001).mapToObj(i -> point("b" + i, Table.COIL, i, 1, SECOND)).toList();
    assertEquals(
        List.of("COIL 0 to 1999", "COIL 2000 to 2000"),
        Block.of(bits, 0, 125).stream().map(Block::toString).toList());
    List<Point> wide = List.of(register("a", 0, 2, SECOND), register("b", 2, 2, SECOND));
    assertEquals(2, Block.of(wide, 0, 3).size());
  }

  @Test
  void aPollThatIsLateKeepsTheGrid() {
    Block block = Block.of(List.of(register("a", 0, 1, SECOND)), 0, 125).getFirst();
    block.dueNanos = 0;
    assertEquals(0, block.advance(SECOND / 2));
    assertEquals(SECOND, block.dueNanos);
    assertEquals(2, block.advance(3 * SECOND + 1));
    assertEquals(4 * SECOND, block.dueNanos);
  }
}
