package io.tributary.groups;

import io.tributary.store.Store;
import io.tributary.store.TopicStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.TopicImage;

/// The store's topics as Kafka's coordinator wants to know them: an image, and what has changed since the one before. Confined
/// to one thread.
final class TopicImages {
  private final Store store;
  private final GroupCoordinator coordinator;
  private final int nodeId;
  private MetadataImage image = MetadataImage.EMPTY;
  private long version;

  TopicImages(Store store, GroupCoordinator coordinator, int nodeId) {
    this.store = store;
    this.coordinator = coordinator;
    this.nodeId = nodeId;
  }

  /// Tells the coordinator of topics that came, grew or went since the last look. May wait for its answer when topics went,
  /// for it forgets what was committed of them.
  void look() {
    look(store.topics());
  }

  /// Tells the coordinator of topics that went while nobody told it, by showing them once more.
  ///
  /// @param topics names; those that are still there are passed over
  void forget(Set<String> topics) {
    Set<String> gone = new HashSet<>(topics);
    store.topics().forEach(topic -> gone.remove(topic.name()));
    if (gone.isEmpty()) {
      return;
    }
    MetadataDelta delta = delta();
    for (String name : gone) {
      add(delta, name, Uuid.randomUuid(), 0, 1);
    }
    publish(delta);
    look();
  }

  private void look(Collection<TopicStatus> topics) {
    Map<String, TopicStatus> byName = new HashMap<>();
    topics.forEach(topic -> byName.put(topic.name(), topic));
    MetadataDelta delta = delta();
    boolean isChanged = version == 0; // the first must be told in any case
    for (TopicImage known : image.topics().topicsById().values()) {
      TopicStatus topic = byName.get(known.name());
      if (topic == null || !uuid(topic.topicId()).equals(known.id())) {
        delta.replay(new RemoveTopicRecord().setTopicId(known.id()));
        isChanged = true;
      }
    }
    for (TopicStatus topic : byName.values()) {
      Uuid id = uuid(topic.topicId());
      TopicImage known = image.topics().getTopic(id);
      int before = known == null ? 0 : known.partitions().size();
      if (before < topic.partitions()) {
        add(delta, topic.name(), id, before, topic.partitions());
        isChanged = true;
      }
    }
    if (isChanged) {
      publish(delta);
    }
  }

  private MetadataDelta delta() {
    return new MetadataDelta.Builder().setImage(image).build();
  }

  private void publish(MetadataDelta delta) {
    version++;
    image = delta.apply(new MetadataProvenance(version, 1, version, true));
    coordinator.onMetadataUpdate(delta, image);
  }

  private void add(MetadataDelta delta, String name, Uuid id, int from, int to) {
    if (from == 0) {
      delta.replay(new TopicRecord().setName(name).setTopicId(id));
    }
    List<Integer> node = List.of(nodeId);
    for (int index = from; index < to; index++) {
      delta.replay(
          new PartitionRecord()
              .setTopicId(id)
              .setPartitionId(index)
              .setReplicas(node)
              .setIsr(node)
              .setLeader(nodeId)
              .setDirectories(List.of(DirectoryId.UNASSIGNED)));
    }
  }

  static Uuid uuid(UUID id) {
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
