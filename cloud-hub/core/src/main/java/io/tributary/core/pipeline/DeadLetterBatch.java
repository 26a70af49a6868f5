package io.tributary.core.pipeline;

import io.tributary.record.BatchBuilder;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import io.tributary.record.Record;
import io.tributary.record.RecordRefused;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.PipelineRun;
import java.nio.ByteBuffer;

/// Gathers dead letters. What no batch can hold goes without its value, or, if it must be, with its headers alone: its place in
/// the source is told in any case.
final class DeadLetterBatch {
  /// What the topic of dead letters takes at least: our headers alone.
  static final int BYTES_LEAST = DeadLetter.HEADER_BYTES_MOST + 1_024;

  private final String pipeline;
  private final String topic;
  private final int partition;
  private final int bytesMost;
  private final BatchBuilder builder;

  /// @param bytesMost of the batch
  DeadLetterBatch(String pipeline, String topic, int partition, int bytesMost) {
    this.pipeline = pipeline;
    this.topic = topic;
    this.partition = partition;
    this.bytesMost = bytesMost;
    this.builder = new BatchBuilder(Compression.none(), Limits.produced(bytesMost));
  }

  int count() {
    return builder.count();
  }

  /// Whether it is certain that it takes one more.
  boolean hasRoom(PipelineRun.Input input) {
    Record record = input.record();
    byte[] key = record.key();
    byte[] value = record.value();
    long bytes =
        (key == null ? 0 : key.length)
            + (value == null ? 0L : value.length)
            + EncodedHeaders.of(record.headers()).sizeBytes();
    return builder.isEmpty()
        || builder.sizeBytes() + bytes + DeadLetter.HEADER_BYTES_MOST <= bytesMost;
  }

  /// @return false when the batch is full: build it, and append again
  boolean tryAppend(PipelineRun.Input input, DeadLetter why) {
    DeadLetter.Place place = new DeadLetter.Place(pipeline, topic, partition, input.offset());
    for (Record letter : why.letters(input.record(), place)) {
      try {
        return builder.tryAppend(
            Math.max(0, letter.timestampMs()),
            letter.key(),
            letter.value(),
            EncodedHeaders.of(letter.headers()));
      } catch (RecordRefused tooLarge) {
        continue;
      }
    }
    throw new IllegalStateException("the headers alone fit into any batch");
  }

  /// The batch, its own copy; begins anew.
  ByteBuffer build() {
    ByteBuffer built = PipelineLog.copy(builder.build(0, -1, (short) -1, -1));
    builder.reset();
    return built;
  }
}
