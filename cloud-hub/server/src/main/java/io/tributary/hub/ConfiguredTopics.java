package io.tributary.hub;

import io.tributary.store.Layout;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Brings the store's topics to what the configuration says, when the hub starts.
///
/// What exists gets the bounds that are configured by now. It gets more partitions when more are configured, and keeps those that
/// it has when fewer are: somebody may have given it more (CreatePartitions), and none is ever taken away. Where the configuration
/// says anything else, that is told and nothing is changed.
final class ConfiguredTopics {
  private static final Logger LOG = System.getLogger(ConfiguredTopics.class.getName());

  private final Store store;
  private final List<String> remarks = new ArrayList<>();

  private ConfiguredTopics(Store store) {
    this.store = store;
  }

  /// @return what was left as it is although the configuration says something else
  /// @throws IOException when the store refuses; says which topic
  static List<String> create(Store store, List<TopicSpec> topics) throws IOException {
    ConfiguredTopics configured = new ConfiguredTopics(store);
    for (TopicSpec spec : topics) {
      try {
        configured.create(spec);
      } catch (StoreRefused e) {
        throw new IOException(
            "the topic '" + spec.name() + "' cannot be created as configured: " + e.getMessage(),
            e);
      }
    }
    configured.remarks.forEach(remark -> LOG.log(Level.WARNING, remark));
    return List.copyOf(configured.remarks);
  }

  private void create(TopicSpec spec) throws StoreRefused {
    TopicStatus existing = store.topic(spec.name());
    if (existing == null) {
      store.createTopic(spec);
      return;
    }
    TopicSpec there = existing.spec();
    boolean isShapedSo =
        there.mirrored() == spec.mirrored() && there.layout().equals(spec.layout());
    if (!isShapedSo && there.provisional() && isCreatedInstead(spec)) {
      return;
    }
    Integer more = isShapedSo ? Integer.valueOf(0) : partitionsMore(there, spec);
    if (more == null) {
      remarks.add(
          "the topic '%s' exists and keeps its layout: it is %s, the configuration says %s"
              .formatted(spec.name(), there, spec));
      return;
    }
    store.changeLimits(spec.name(), spec.limits());
    if (more > 0 && spec.layout() instanceof Layout.Partitions wanted) {
      createPartitions(spec.name(), wanted.count());
    }
  }

  /// How many partitions more are configured than there are, negative when it is fewer; null when that is not the whole
  /// difference.
  private static @Nullable Integer partitionsMore(TopicSpec there, TopicSpec spec) {
    return there.mirrored() == spec.mirrored()
            && there.layout() instanceof Layout.Partitions has
            && spec.layout() instanceof Layout.Partitions wanted
        ? Integer.valueOf(wanted.count() - has.count())
        : null;
  }

  /// Whether a provisional topic has made way.
  private boolean isCreatedInstead(TopicSpec spec) throws StoreRefused {
    try {
      store.createTopic(spec);
      return true;
    } catch (StoreRefused e) {
      if (e.code() == StoreRefused.Code.TOPIC_EXISTS) {
        return false;
      }
      throw e;
    }
  }

  private void createPartitions(String topic, int count) throws StoreRefused {
    CompletableFuture<TopicStatus> reply = new CompletableFuture<>();
    store.createPartitions(
        topic,
        count,
        new TopicChanged() {
          @Override
          public void changed(TopicStatus now) {
            reply.complete(now);
          }

          @Override
          public void refused(StoreRefused why) {
            reply.completeExceptionally(why);
          }
        });
    try {
      reply.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreRefused why) {
        throw why;
      }
      throw e;
    }
  }
}
