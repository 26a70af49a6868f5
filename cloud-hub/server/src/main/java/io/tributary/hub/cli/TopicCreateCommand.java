package io.tributary.hub.cli;

import com.grack.nanojson.JsonWriter;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `topic create`: Kafka's CreateTopics in version 2, whose few fields are written by hand.
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = {
      "Creates a topic for Kafka producers to write.",
      "",
      "A topic that edges mirror is created when the first of them writes to it, or by the hub's"
          + " configuration.",
      ""
    },
    footer = {"", "Exit status: 0 created, 1 refused, 2 wrong usage, 3 no hub there."})
public final class TopicCreateCommand implements Callable<Integer> {
  private static final short CREATE_TOPICS = 19;
  private static final short VERSION = 2;
  private static final int BY_DEFAULT = -1;
  private static final int TIMEOUT_MS = 30_000;

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic's name.")
  private String topic = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "How many partitions. Default: as the hub's configuration says.")
  private int partitions = BY_DEFAULT;

  @Option(
      names = "--config",
      paramLabel = "NAME=VALUE",
      description = "A setting under Kafka's name, such as retention.ms=3600000; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--dry-run", description = "Only tells whether it could be created.")
  private boolean dryRun;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  private record Result(short error, String text) {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Result result;
    try (BrokerConnection broker = kafka.dialer().dial(kafka.hub)) {
      broker.send(CREATE_TOPICS, VERSION, this::write);
      result = read(broker.receive(TIMEOUT_MS));
    } catch (Failure e) {
      err.println("topic create: " + e.getMessage());
      return e.status();
    } catch (LoginRefused e) {
      err.println("topic create: " + e.getMessage());
      return Failure.CHECK;
    } catch (IOException | BufferUnderflowException e) {
      err.println("topic create: no hub answers there: " + e.getMessage());
      return Failure.WORLD;
    }
    boolean isCreated = result.error() == KafkaErrors.NONE;
    if (json) {
      out.println(
          JsonWriter.string()
              .object()
              .value("topic", topic)
              .value("created", isCreated && !dryRun)
              .value("error", result.error())
              .value("text", result.text())
              .end()
              .done());
    } else if (isCreated) {
      out.printf(dryRun ? "the topic '%s' could be created%n" : "created the topic '%s'%n", topic);
    } else {
      err.printf("topic create: '%s': %s%n", topic, result.text());
    }
    out.flush();
    return isCreated ? 0 : Failure.CHECK;
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeInt(1);
    RequestFields.string(out, topic);
    out.writeInt(partitions);
    out.writeShort(BY_DEFAULT); // replicas
    out.writeInt(0); // assignments
    out.writeInt(settings.size());
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      RequestFields.string(out, setting.getKey());
      RequestFields.string(out, setting.getValue());
    }
    out.writeInt(TIMEOUT_MS);
    out.writeBoolean(dryRun);
  }

  private static Result read(ByteBuffer in) throws IOException {
    in.getInt(); // throttle time
    if (in.getInt() != 1) {
      throw new IOException("an answer for other topics");
    }
    AnswerFields.string(in); // the name
    short error = in.getShort();
    return new Result(error, AnswerFields.string(in));
  }
}
