package io.tributary.log;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import io.tributary.sim.fuzz.Crc;
import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The header batch of a group, with a checksum that is right: no header, or one.
public final class TableFuzz implements FuzzTarget {
  private static final int CONTROL = 0x20;
  private static final int ATTRIBUTES = 21;

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    boolean mended = in.u8() % 2 == 0;
    byte[] bytes = in.rest();
    if (mended && bytes.length > ATTRIBUTES + 1) {
      bytes[ATTRIBUTES + 1] = (byte) CONTROL; // what compression hides is the batch's own target
      Crc.mendBatch(bytes, 0, bytes.length);
    }
    BatchView view = new BatchView().wrap(ByteBuffer.wrap(bytes), 0);
    try {
      view.check(Limits.topic(LogLimits.GROUP_HEADER_BYTES));
    } catch (BatchRefused refused) {
      return;
    }
    GroupHeader header = GroupHeader.decode(view);
    if (header != null) {
      header.endPosition(view.sizeBytes());
    }
  }

  @Override
  public List<byte[]> seeds() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    byte[] segment = SegmentFuzz.journal();
    BatchView view = new BatchView();
    ByteBuffer all = ByteBuffer.wrap(segment);
    int sector = SegmentHeader.SECTOR_BYTES;
    for (int at = SegmentHeader.BYTES_LEAST; at + BatchView.HEADER_BYTES < segment.length; ) {
      view.wrap(all, at);
      int size = view.batchLength() + 12;
      if (view.magic() != 2 || size < BatchView.HEADER_BYTES || at + size > segment.length) {
        at = (at / sector + 1) * sector;
        continue;
      }
      if (view.isControl()) {
        byte[] seed = new byte[1 + size];
        System.arraycopy(segment, at, seed, 1, size);
        seeds.add(seed);
      }
      at += size;
    }
    return seeds;
  }
}
