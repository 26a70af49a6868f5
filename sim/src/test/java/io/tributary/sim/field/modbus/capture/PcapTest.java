package io.tributary.sim.field.modbus.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PcapTest {
  private static final byte[] FIRST = {1, 2, 3};
  private static final byte[] SECOND = {4, 5};

  @Test
  void readsBothByteOrders() throws IOException {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      for (int magic : new int[] {0xa1b2c3d4, 0xa1b23c4d}) {
        List<byte[]> frames = Pcap.frames("file", file(order, magic, 1));
        assertEquals(2, frames.size());
        assertArrayEquals(FIRST, frames.getFirst());
        assertArrayEquals(SECOND, frames.getLast());
      }
    }
  }

  @Test
  void readsWhatItHasWritten() throws IOException {
    List<byte[]> frames = Pcap.frames("file", Pcap.file(List.of(FIRST, SECOND)));
    assertArrayEquals(FIRST, frames.getFirst());
    assertArrayEquals(SECOND, frames.getLast());
  }

  @Test
  void endsBeforeAPacketThatIsCut() throws IOException {
    byte[] whole = file(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 1);
    int firstEnds = 24 + 16 + FIRST.length;
    for (int size = 24; size < whole.length; size++) {
      int frames = Pcap.frames("file", Arrays.copyOf(whole, size)).size();
      assertEquals(size < firstEnds ? 0 : 1, frames, "of " + size + " bytes");
    }
  }

  @Test
  void aLengthBeyondTheFileEndsIt() throws IOException {
    byte[] file = file(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1);
    ByteBuffer.wrap(file).putInt(24 + 8, -1);
    assertEquals(0, Pcap.frames("file", file).size());
  }

  @Test
  void refusesWhatIsNoPcapOfEthernet() {
    assertThrows(IOException.class, () -> Pcap.frames("file", new byte[0]));
    assertThrows(IOException.class, () -> Pcap.frames("file", new byte[100]));
    byte[] ofAnotherLink = file(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 113);
    assertThrows(IOException.class, () -> Pcap.frames("file", ofAnotherLink));
  }

  private static byte[] file(ByteOrder order, int magic, int link) {
    ByteBuffer out = ByteBuffer.allocate(24 + 2 * 16 + 5).order(order);
    out.putInt(magic).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535);
    out.putInt(link);
    for (byte[] frame : List.of(FIRST, SECOND)) {
      out.putInt(1).putInt(2).putInt(frame.length).putInt(frame.length).put(frame);
    }
    return out.array();
  }
}
