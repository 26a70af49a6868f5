package io.tributary.store.log;

import io.tributary.store.Partition;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreRefused.Code;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/// What is done to a topic between two groups: what was asked before is durable and answered, and nothing is staged.
/// Confined to the store's thread.
final class Alterations {
  private static final Logger LOG = System.getLogger(Alterations.class.getName());

  private final Catalog catalog;
  private final GapsLog gaps;
  private final Consumer<TopicStatus> deletions;

  /// @param deletions told of each topic that is deleted
  Alterations(Catalog catalog, GapsLog gaps, Consumer<TopicStatus> deletions) {
    this.catalog = catalog;
    this.gaps = gaps;
    this.deletions = deletions;
  }

  void run(Command.Alone command, long nowMs) {
    try {
      switch (command) {
        case Command.DeleteTopic delete -> delete(delete);
        case Command.CreatePartitions create -> {
          TopicStatus topic =
              catalog.createPartitions(create.topic(), create.count(), nowMs).status();
          Replies.quietly(() -> create.reply().changed(topic));
        }
        case Command.DeleteRecords delete -> {
          long startOffset = deleteRecords(delete, nowMs);
          Replies.quietly(() -> delete.reply().deleted(startOffset));
        }
      }
    } catch (StoreRefused why) {
      Replies.quietly(() -> command.refuse(why));
    }
  }

  private void delete(Command.DeleteTopic delete) throws StoreRefused {
    TopicStatus topic = delete(delete.topic());
    Replies.quietly(() -> delete.reply().deleted(topic));
  }

  private TopicStatus delete(String name) throws StoreRefused {
    TopicStatus topic = catalog.deleteTopic(name, gaps.endOffset()).status();
    deletions.accept(topic);
    return topic;
  }

  /// Deletes a provisional topic in favour of another of its name. Where that fails, whoever wants the other one is told
  /// that there is one.
  void makeWay(String name) {
    try {
      delete(name);
    } catch (StoreRefused why) {
      LOG.log(Level.WARNING, "the topic " + name + " does not make way", why);
    }
  }

  /// First the registry says where the partition begins, then it does: a crash in between deletes no less.
  ///
  /// @return the first offset that is kept
  private long deleteRecords(Command.DeleteRecords delete, long nowMs) throws StoreRefused {
    LogTopic topic = catalog.topic(delete.topic());
    LogPartition partition = topic == null ? null : topic.partition(delete.partition());
    if (topic == null || partition == null) {
      throw new StoreRefused(
          Code.TOPIC_UNKNOWN,
          "there is no partition %d of a topic '%s'".formatted(delete.partition(), delete.topic()));
    }
    if (!topic.spec().takesProducers()) {
      throw new StoreRefused(
          Code.TOPIC_MIRRORED,
          "records of the topic '%s' go by its retention alone: it is not written by producers"
              .formatted(delete.topic()));
    }
    partition.checkNotFailed();
    long offset = wanted(delete.offset(), partition);
    if (offset <= partition.startOffset()) {
      return partition.startOffset();
    }
    catalog.moveStart(topic, partition, offset, nowMs);
    try {
      partition.deleteBelow(offset, nowMs);
    } catch (IOException e) { // nobody is given them all the same; retention tries again
      partition.troubled(Refusals.of(partition.toString(), e));
      LOG.log(Level.WARNING, "deleted records of " + partition + " still take room", e);
    }
    partition.advanced();
    return offset;
  }

  private static long wanted(long offset, Partition partition) throws StoreRefused {
    long end = partition.endOffset();
    if (offset == Store.END) {
      return end;
    }
    if (offset < 0 || offset > end) {
      throw new StoreRefused(
          Code.OFFSET_OUT_OF_RANGE,
          partition + " ends at " + end + ": nothing can be deleted up to " + offset);
    }
    return offset;
  }
}
