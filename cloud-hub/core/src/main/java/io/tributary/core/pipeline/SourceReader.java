package io.tributary.core.pipeline;

import io.tributary.record.BatchCursor;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.store.Partition;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoredBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Takes records out of a partition in their order, a bounded number at a time. Passes over control batches. Confined to one
/// thread.
final class SourceReader {
  /// Whatever a store holds; it has checked the batches when they came.
  private static final Limits ANY = Limits.produced(1 << 30);

  private final Partition partition;
  private final int readBytes;
  private final BatchCursor batches = new BatchCursor();
  private final RecordCursor records = new RecordCursor(ANY);

  /// Everything below was given.
  private long next;

  private boolean isInBatch;
  private long batchEnd;

  SourceReader(Partition partition, long from, int readBytes) {
    this.partition = partition;
    this.next = from;
    this.readBytes = readBytes;
  }

  /// Everything below this offset was given: records, and what is none.
  long next() {
    return next;
  }

  /// The next records; none at the end, and where damage may be healed yet, before which readers wait.
  ///
  /// @throws StoreRefused OFFSET_OUT_OF_RANGE when what comes next is gone, and what a read throws
  /// @throws BatchRefused when a batch cannot be decoded: it begins at {@link #next} or contains it
  List<PipelineRun.Input> take(int most, int mostBytes)
      throws StoreRefused, IOException, BatchRefused {
    List<PipelineRun.Input> taken = new ArrayList<>();
    long bytes = 0;
    while (taken.size() < most && bytes < mostBytes) {
      if (!isInBatch && !nextBatch() && !(taken.isEmpty() && read())) {
        return taken;
      }
      if (isInBatch) {
        if (!records.next()) {
          isInBatch = false;
          next = batchEnd;
        } else if (records.offset() >= next) {
          taken.add(new PipelineRun.Input(records.offset(), records.toRecord()));
          bytes += Math.max(0, records.keyBytes()) + (long) Math.max(0, records.valueBytes());
          next = records.offset() + 1;
        }
      }
    }
    return taken;
  }

  private boolean nextBatch() throws BatchRefused {
    while (batches.next()) {
      BatchView batch = batches.batch();
      batchEnd = batch.nextOffset();
      if (batchEnd <= next) {
        continue;
      }
      if (batch.isControl()) {
        next = batchEnd;
        continue;
      }
      records.wrap(batch);
      isInBatch = true;
      return true;
    }
    return false;
  }

  private boolean read() throws StoreRefused, IOException {
    try (StoredBatches stored = partition.read(next, readBytes)) {
      ByteBuffer chunk = ByteBuffer.allocate(stored.length());
      while (chunk.hasRemaining()) {
        stored.readInto(chunk, chunk.position());
      }
      batches.wrap(chunk.flip());
      return chunk.hasRemaining();
    }
  }
}
