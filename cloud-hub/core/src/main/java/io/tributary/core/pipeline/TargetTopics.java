package io.tributary.core.pipeline;

import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Creates the topics that a pipeline writes, and lets them grow with its source. Confined to the agent's thread.
final class TargetTopics {
  /// A dead letter is a record and its headers, so that its topic takes a little more than the source.
  private static final int MORE_BYTES = 64 << 10;

  private final LaneOwner owner;

  /// What the store has not answered yet.
  private final Set<String> underWay = new HashSet<>();

  /// Topics that a Kafka client's asking has created, and that hold something: they are taken as they are.
  private final Set<String> taken = new HashSet<>();

  private @Nullable String refusal;

  TargetTopics(LaneOwner owner) {
    this.owner = owner;
  }

  /// Sees to it that the topics have so many partitions, soon.
  ///
  /// @return why they cannot be had for now, or null
  @Nullable String ensure(int partitions) {
    PipelineSpec spec = owner.spec();
    TopicLimits limits = spec.limits();
    ensure(spec.to(), partitions, limits);
    String letters = spec.deadLetters();
    if (letters != null) {
      int bytes =
          (int) Math.min(limits.segmentBytes(), (long) limits.maxMessageBytes() + MORE_BYTES);
      ensure(
          letters,
          partitions,
          new TopicLimits(
              limits.retentionMs(),
              limits.retentionBytes(),
              limits.segmentBytes(),
              bytes,
              limits.cleanup()));
    }
    return refusal;
  }

  private void ensure(String name, int partitions, TopicLimits limits) {
    TopicStatus topic = owner.store().topic(name);
    if (underWay.contains(name) || (topic != null && topic.spec().mirrored())) {
      return; // the lanes say what is wrong with a mirror
    }
    int most = Math.min(partitions, Layout.PARTITIONS_MOST);
    if (topic == null || (topic.spec().provisional() && !taken.contains(name))) {
      create(new TopicSpec(name, new Layout.Partitions(most), false, limits));
    } else if (topic.partitions() < most) {
      grow(name, most);
    } else if (partitions > most) {
      refusal =
          "a topic has %d partitions at most, and %s has %d"
              .formatted(most, owner.spec().from(), partitions);
    }
  }

  private void create(TopicSpec topic) {
    underWay.add(topic.name());
    owner
        .store()
        .createTopic(
            topic,
            new TopicCreated() {
              @Override
              public void created(TopicStatus now) {
                answered(topic.name(), null);
              }

              @Override
              public void refused(StoreRefused why) {
                answered(topic.name(), why);
              }
            });
  }

  private void grow(String name, int partitions) {
    underWay.add(name);
    owner
        .store()
        .createPartitions(
            name,
            partitions,
            new TopicChanged() {
              @Override
              public void changed(TopicStatus now) {
                answered(name, null);
              }

              @Override
              public void refused(StoreRefused why) {
                answered(name, why);
              }
            });
  }

  /// On the store's thread.
  private void answered(String name, @Nullable StoreRefused why) {
    owner.hand(nowNanos -> {
      underWay.remove(name);
      if (why == null) {
        refusal = null;
      } else if (why.code() == StoreRefused.Code.TOPIC_EXISTS) {
        taken.add(name);
      } else {
        refusal = "the topic %s: %s".formatted(name, why.getMessage());
        owner.tell(refusal);
      }
    });
  }
}
