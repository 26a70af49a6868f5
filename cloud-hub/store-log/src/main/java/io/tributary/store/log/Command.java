package io.tributary.store.log;

import io.tributary.record.Gap;
import io.tributary.store.AppendReply;
import io.tributary.store.ProduceReply;
import io.tributary.store.RecordsDeleted;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamOpened;
import io.tributary.store.StreamSpec;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What other threads ask of the store's thread.
sealed interface Command {
  /// What a command without a batch counts for in the queue.
  int SMALL_BYTES = 256;

  /// The memory that the command holds while it waits.
  default int sizeBytes() {
    return SMALL_BYTES;
  }

  void refuse(StoreRefused why);

  record CreateTopic(TopicSpec spec, TopicCreated reply) implements Command {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  record ChangeLimits(String topic, UnaryOperator<TopicLimits> change, TopicChanged reply)
      implements Command {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  /// What is done while nothing else is under way: it parts a group in two.
  sealed interface Alone extends Command {}

  record DeleteTopic(String topic, TopicDeleted reply) implements Alone {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  record CreatePartitions(String topic, int count, TopicChanged reply) implements Alone {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  /// @param offset or `Store.END`
  record DeleteRecords(String topic, int partition, long offset, RecordsDeleted reply)
      implements Alone {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  record OpenStream(
      StreamSpec stream, long edgeEnd, @Nullable TopicSpec ifMissing, StreamOpened reply)
      implements Command {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  /// `sizeBytes` is kept apart, since reading a buffer moves it.
  record Append(
      long streamId, long from, long to, ByteBuffer batch, int sizeBytes, AppendReply reply)
      implements Command {
    Append(long streamId, long from, long to, ByteBuffer batch, AppendReply reply) {
      this(streamId, from, to, batch, SMALL_BYTES + batch.remaining(), reply);
    }

    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  /// `sizeBytes` as above.
  record Produce(String topic, int partition, ByteBuffer batch, int sizeBytes, ProduceReply reply)
      implements Command {
    Produce(String topic, int partition, ByteBuffer batch, ProduceReply reply) {
      this(topic, partition, batch, SMALL_BYTES + batch.remaining(), reply);
    }

    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  /// A hole below the stream's end.
  record TellGap(long streamId, Gap gap, AppendReply reply) implements Command {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }

  record AppendGap(long streamId, Gap gap, long digestAtTo, AppendReply reply) implements Command {
    @Override
    public void refuse(StoreRefused why) {
      reply.refused(why);
    }
  }
}
