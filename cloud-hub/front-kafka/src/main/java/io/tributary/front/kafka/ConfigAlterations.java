package io.tributary.front.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.tributary.front.kafka.access.Rights;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicName;
import io.tributary.store.TopicStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One AlterConfigs or IncrementalAlterConfigs, from its arrival to its answer, which is given once and waits for the slowest
/// of its topics. What runs here runs on the connection's event loop; the store answers on its own thread, where the new
/// bounds are made of those that hold by then, so that two clients do not undo each other's changes. When the client goes
/// meanwhile, the settings are changed all the same, as in Kafka.
final class ConfigAlterations {
  /// Kafka's `AlterConfigOp.OpType`.
  static final byte SET = 0;

  static final byte DELETE = 1;
  static final byte APPEND = 2;
  static final byte SUBTRACT = 3;

  private final Catalog catalog;
  private final Rights rights;
  private final Request.AlterConfigs request;

  ConfigAlterations(Catalog catalog, Rights rights, Request.AlterConfigs request) {
    this.catalog = catalog;
    this.rights = rights;
    this.request = request;
  }

  void start(EventExecutor loop, Consumer<Answer.AlterConfigs> reply) {
    List<Request.AlterConfigs.Resource> resources = request.resources();
    Gathered<Answer.AlterConfigs.Result> results =
        new Gathered<>(resources.size(), loop, all -> reply.accept(new Answer.AlterConfigs(all)));
    for (int i = 0; i < resources.size(); i++) {
      int index = i;
      alter(resources.get(i), result -> results.putLater(index, result));
    }
  }

  private void alter(
      Request.AlterConfigs.Resource asked, Consumer<Answer.AlterConfigs.Result> result) {
    TopicStatus topic;
    try {
      topic = topic(asked);
      checkOperations(asked);
      apply(asked, topic.spec().limits()); // says what is wrong before the store is asked
      if (request.isDryRun()) {
        result.accept(result(asked, KafkaError.NONE, null));
        return;
      }
    } catch (Refused e) {
      result.accept(result(asked, e.error(), e.getMessage()));
      return;
    } catch (IllegalArgumentException e) {
      result.accept(result(asked, KafkaError.INVALID_CONFIG, e.getMessage()));
      return;
    }
    catalog
        .store()
        .changeLimits(
            topic.name(),
            limits -> apply(asked, limits),
            new TopicChanged() {
              @Override
              public void changed(TopicStatus now) {
                result.accept(result(asked, KafkaError.NONE, null));
              }

              @Override
              public void refused(StoreRefused why) {
                result.accept(result(asked, KafkaError.ofChange(why), why.getMessage()));
              }
            });
  }

  private TopicStatus topic(Request.AlterConfigs.Resource asked) throws Refused {
    if (asked.type() != Catalog.TOPIC) {
      throw new Refused(
          KafkaError.INVALID_REQUEST,
          "only the settings of topics can be changed; those of the hub are in its own file");
    }
    if (!rights.mayAlter(asked.name())) {
      throw new Refused(KafkaError.TOPIC_AUTHORIZATION_FAILED, "no right to alter the topic");
    }
    TopicStatus topic = catalog.find(TopicRef.named(asked.name()));
    if (topic == null) {
      throw new Refused(KafkaError.UNKNOWN_TOPIC_OR_PARTITION, "no topic " + asked.name());
    }
    if (TopicName.isHubsOwn(topic.name())) {
      throw new Refused(
          KafkaError.POLICY_VIOLATION,
          "the topic " + topic.name() + " is the hub's own, and keeps its settings");
    }
    return topic;
  }

  private static void checkOperations(Request.AlterConfigs.Resource asked) throws Refused {
    for (Request.AlterConfigs.Alteration alteration : asked.alterations()) {
      byte operation = alteration.operation();
      String name = alteration.name();
      boolean isOfList = operation == APPEND || operation == SUBTRACT;
      if (isOfList && !TopicConfigs.isList(name)) {
        throw new Refused(KafkaError.INVALID_CONFIG, name + " is no list that could be added to");
      }
      if (operation != SET && operation != DELETE && !isOfList) {
        throw new Refused(
            KafkaError.INVALID_REQUEST, "no operation on a setting has the number " + operation);
      }
      if (operation != DELETE && alteration.value() == null) {
        throw new Refused(KafkaError.INVALID_REQUEST, name + " is to be changed, and to nothing");
      }
    }
  }

  /// The bounds that a topic has then.
  ///
  /// @throws IllegalArgumentException with the reason
  private TopicLimits apply(Request.AlterConfigs.Resource asked, TopicLimits limits) {
    TopicLimits defaults = catalog.limitsByDefault();
    TopicLimits before = asked.isWhole() ? defaults : limits;
    Map<String, String> settings = new LinkedHashMap<>();
    for (Request.AlterConfigs.Alteration alteration : asked.alterations()) {
      String name = alteration.name();
      byte operation = alteration.operation();
      String value = alteration.value();
      String now =
          operation == DELETE || value == null
              ? TopicConfigs.byDefault(name, defaults)
              : operation == SET
                  ? value
                  : TopicConfigs.ofList(
                      settings.getOrDefault(name, before.cleanup().words()),
                      value,
                      operation == APPEND);
      settings.put(name, now);
    }
    return TopicConfigs.apply(settings, before);
  }

  private static Answer.AlterConfigs.Result result(
      Request.AlterConfigs.Resource asked, KafkaError error, @Nullable String text) {
    return new Answer.AlterConfigs.Result(asked.type(), asked.name(), error, text);
  }
}
