package io.tributary.hub.cli;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `topic alter`.
@Command(
    name = "alter",
    mixinStandardHelpOptions = true,
    description = {
      "Changes settings of a topic, or gives it more partitions.",
      "",
      "With more partitions, records of a key that are written from then on may go to another one"
          + " than those before.",
      ""
    },
    footer = {
      "",
      "  ./tributary topic alter orders --config retention.ms=3600000 --config retention.bytes=-1",
      "  ./tributary topic alter orders --partitions 12 --dry-run",
      "",
      "Exit status: 0 changed, 1 refused (settings come first, and stay changed when the partitions are"
          + " refused), 2 wrong usage or no such topic, 3 no hub there."
    })
public final class TopicAlterCommand implements Callable<Integer> {
  private static final int TIMEOUT_MS = 30_000;

  @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
  private String topic = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "A setting under Kafka's name, such as retention.ms=3600000; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "How many partitions it is to have, with those that it has.")
  private @Nullable Integer partitions;

  @Option(names = "--dry-run", description = "Only tells whether it could be changed.")
  private boolean dryRun;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (settings.isEmpty() && partitions == null) {
      throw new ParameterException(
          spec.commandLine(), "nothing to change: say --config NAME=VALUE or --partitions N");
    }
    return Work.exitStatus(this::alter);
  }

  private void alter() throws IOException, Failure {
    try (KafkaReader reader = new KafkaReader(kafka.dialer(), kafka.hub);
        BrokerConnection broker = kafka.dialer().dial(kafka.hub)) {
      TopicByName.find(topic, reader, kafka.hub);
      if (!settings.isEmpty()) {
        broker.send(
            AlterTopicApi.INCREMENTAL_ALTER_CONFIGS,
            AlterTopicApi.INCREMENTAL_ALTER_CONFIGS_VERSION,
            out -> AlterTopicApi.writeConfigs(out, topic, settings, dryRun));
        check(
            AnswerFields.parse(kafka.hub, broker.receive(TIMEOUT_MS), AlterTopicApi::readConfigs));
      }
      Integer wanted = partitions;
      if (wanted != null) {
        broker.send(
            AlterTopicApi.CREATE_PARTITIONS,
            AlterTopicApi.CREATE_PARTITIONS_VERSION,
            out -> AlterTopicApi.writePartitions(out, topic, wanted, TIMEOUT_MS, dryRun));
        check(
            AnswerFields.parse(
                kafka.hub, broker.receive(TIMEOUT_MS), AlterTopicApi::readPartitions));
      }
    }
    show();
  }

  private void check(AlterTopicApi.Answer answer) throws Failure {
    if (answer.error() != KafkaErrors.NONE) {
      throw new Failure(
          Failure.CHECK,
          "topic '%s' is not changed: %s"
              .formatted(topic, KafkaErrors.words(answer.error(), answer.text())));
    }
  }

  private void show() {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonStringWriter writer = JsonWriter.string();
      writer.object().value("topic", topic).value("altered", !dryRun).object("settings");
      settings.forEach(writer::value);
      out.println(writer.end().value("partitions", partitions).end().done());
    } else {
      out.printf(
          dryRun ? "the topic '%s' could be changed so%n" : "changed the topic '%s'%n", topic);
    }
    out.flush();
  }
}
