package io.tributary.sim.clients;

import io.tributary.sim.plant.KafkaJars;
import io.tributary.sim.plant.Plant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// A topic of a hub that Kafka's verifiable clients write and read.
record VerifiableTopic(Plant plant, KafkaJars jars, String bootstrap, String name) {
  void create(int partitions) throws IOException, InterruptedException {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    } catch (ExecutionException e) {
      throw new IOException("the topic is not created: " + e.getCause(), e);
    }
  }

  /// Behind the last offset of each partition.
  Map<Integer, Long> ends(int partitions) throws IOException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      asked.put(new TopicPartition(name, i), OffsetSpec.latest());
    }
    try (Admin admin = admin()) {
      Map<Integer, Long> ends = new HashMap<>();
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach((at, end) -> ends.put(at.partition(), end.offset()));
      return ends;
    } catch (ExecutionException e) {
      throw new IOException("the hub does not tell where the topic ends: " + e.getCause(), e);
    }
  }

  private Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
  }

  /// Starts a producer of 0, 1, 2, …
  Tool producer(List<String> options, Tool.Lines lines) throws IOException {
    return tool("VerifiableProducer", List.of(), options, lines);
  }

  /// Starts a member of a group, which begins where nobody has read.
  Tool consumer(String group, List<String> options, Tool.Lines lines) throws IOException {
    return tool(
        "VerifiableConsumer",
        List.of("--group-id", group, "--reset-policy", "earliest"),
        options,
        lines);
  }

  private Tool tool(String tool, List<String> own, List<String> options, Tool.Lines lines)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("--bootstrap-server", bootstrap, "--topic", name));
    arguments.addAll(own);
    arguments.addAll(options);
    return plant.closes(
        new Tool(
            jars.classPath(), tool, arguments, plant.directory().resolve(tool + ".err"), lines));
  }
}
