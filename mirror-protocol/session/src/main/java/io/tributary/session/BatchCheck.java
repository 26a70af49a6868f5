package io.tributary.session;

import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Looks at every byte of a batch that came from an edge, before anything is done with it. Reusable and confined to one
/// thread, so all Intakes of a thread share one: it holds the buffer for decompression.
public final class BatchCheck {
  /// The header that says which edge a record comes from.
  private static final byte[] EDGE_HEADER = "edge".getBytes(StandardCharsets.UTF_8);

  private final Limits limits;
  private final BatchView view = new BatchView();
  private final RecordCursor records;

  public BatchCheck(Limits limits) {
    this.limits = limits;
    this.records = new RecordCursor(limits);
  }

  public BatchCheck() {
    this(Limits.FROM_EDGE);
  }

  /// Checks the batch from position to limit: it is whole and alone there, it passes {@link
  /// BatchView#checkFromEdge}, it belongs to the stream, and each record names the edge.
  ///
  /// @return the batch, valid until the next call
  BatchView check(ByteBuffer batch, long streamId, byte[] edgeId) throws BatchRefused {
    view.wrap(batch, batch.position());
    view.checkFromEdge(limits);
    if (view.sizeBytes() != batch.remaining()) {
      throw new BatchRefused(
          BatchRefused.Reason.LENGTH,
          view.sizeBytes() + " B in slices of together " + batch.remaining() + " B");
    }
    if (view.streamId() != streamId) {
      throw new BatchRefused(
          BatchRefused.Reason.IDENTITY,
          "stream " + view.streamId() + " in the place of stream " + streamId);
    }
    records.wrap(view);
    while (records.next()) {
      if (!records.hasHeader(EDGE_HEADER, edgeId)) {
        throw new BatchRefused(
            BatchRefused.Reason.HEADERS,
            "the record at offset " + records.offset() + " does not name this edge");
      }
    }
    return view;
  }
}
