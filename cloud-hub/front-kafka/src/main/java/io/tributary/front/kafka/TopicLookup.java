package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicName;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// One Metadata, from its arrival to its answer. A topic that it names and that is not there is created first, as in Kafka
/// (`auto.create.topics.enable`), where the hub and the request allow it: provisionally, since a consumer that waits for the
/// first reading of an edge names its topic as well. What runs here runs on the connection's event loop; the store answers
/// on its own thread.
final class TopicLookup {
  private final Catalog catalog;
  private final Rights rights;
  private final Request.Metadata request;
  private final Answer.Cluster cluster;
  private final EventExecutor loop;
  private final Consumer<Answer.Metadata> reply;

  /// @param cluster as this client reaches it
  TopicLookup(
      Catalog catalog,
      Rights rights,
      Request.Metadata request,
      Answer.Cluster cluster,
      EventExecutor loop,
      Consumer<Answer.Metadata> reply) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
    this.cluster = cluster;
    this.loop = loop;
    this.reply = reply;
  }

  void start() {
    List<String> missing = missing();
    Gathered<KafkaError> results =
        new Gathered<>(missing.size(), loop, errors -> finish(missing, errors));
    for (int i = 0; i < missing.size(); i++) {
      create(i, missing.get(i), results);
    }
  }

  /// The topics that are to be created.
  private List<String> missing() {
    List<String> missing = new ArrayList<>();
    List<TopicRef> asked = request.topics();
    if (asked != null && request.mayCreate() && catalog.createsTopicsOnFirstUse()) {
      for (TopicRef ref : asked) {
        String name = ref.name();
        if (name != null
            && catalog.find(ref) == null
            && TopicName.objection(name) == null
            && !TopicName.isHubsOwn(name)
            && rights.mayCreate(name)) {
          missing.add(name);
        }
      }
    }
    return missing;
  }

  private void create(int index, String name, Gathered<KafkaError> results) {
    TopicSpec spec =
        new TopicSpec(
            name,
            new Layout.Partitions(catalog.partitionsByDefault()),
            false,
            catalog.limitsByDefault(),
            true);
    catalog.createTopic(
        spec,
        new TopicCreated() {
          @Override
          public void created(TopicStatus topic) {
            var unused = catalog.tellGroups(); // nobody waits
            results.putLater(index, KafkaError.NONE);
          }

          @Override
          public void refused(StoreRefused why) {
            results.putLater(index, KafkaError.ofCreation(why));
          }
        });
  }

  private void finish(List<String> created, List<KafkaError> errors) {
    Map<String, KafkaError> refused = new HashMap<>();
    for (int i = 0; i < created.size(); i++) {
      // Whoever came first has created it, as something else maybe.
      if (errors.get(i) != KafkaError.NONE && errors.get(i) != KafkaError.TOPIC_ALREADY_EXISTS) {
        refused.put(created.get(i), errors.get(i));
      }
    }
    reply.accept(catalog.metadata(request, cluster, rights, refused));
  }
}
