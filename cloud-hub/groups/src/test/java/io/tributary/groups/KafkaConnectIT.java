package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.log.FileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kafka Connect, standalone, writes a topic of the hub to a file with the file sink that comes with it.
@Timeout(240)
final class KafkaConnectIT {
  private static final int PARTITIONS = 2;
  private static final String SINK = "to-file";

  /// The bound of each wait for the sink.
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  @TempDir private Path folder;

  @Test
  void theFileSinkGoesOnWhereItCommitted() throws Exception {
    try (RealHub hub = new RealHub(new FileDisk(folder.resolve("hub")))) {
      hub.create("temperature", PARTITIONS);
      hub.produce("temperature", PARTITIONS, 0, 1_000);
      sinkUntil(hub, 1_000);
      assertEquals(1_000, committed(hub));
      hub.produce("temperature", PARTITIONS, 1_000, 1_500);
      sinkUntil(hub, 1_500);
      assertEquals(1_500, committed(hub));
    }
  }

  /// Runs Connect until the file holds the first `count` values, each once.
  private void sinkUntil(RealHub hub, int count) throws Exception {
    Path sunk = folder.resolve("sunk.txt");
    List<String> expected = IntStream.range(0, count).mapToObj(String::valueOf).sorted().toList();
    long end = System.nanoTime() + PATIENCE_NANOS;
    try (Program connect = connect(hub, sunk)) {
      while (values(sunk).size() < count && System.nanoTime() < end && !connect.endsSoon()) {
        // the next look
      }
      connect.terminate(); // it commits what it wrote
      assertEquals(expected, values(sunk), () -> String.join("\n", connect.printed()));
    }
  }

  private Program connect(RealHub hub, Path sunk) throws IOException {
    Path worker =
        Files.writeString(
            folder.resolve("worker.properties"),
            """
            bootstrap.servers=%s
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            offset.storage.file.filename=%s
            listeners=http://127.0.0.1:0
            plugin.discovery=service_load
            """
                .formatted(hub.address(), folder.resolve("offsets")));
    Path sink =
        Files.writeString(
            folder.resolve("sink.properties"),
            """
            name=%s
            connector.class=org.apache.kafka.connect.file.FileStreamSinkConnector
            tasks.max=1
            topics=temperature
            file=%s
            """
                .formatted(SINK, sunk));
    return new Program(
        folder,
        Program.java(
            "org.apache.kafka.connect.cli.ConnectStandalone",
            List.of(worker.toString(), sink.toString())),
        "");
  }

  private static List<String> values(Path sunk) throws IOException {
    return Files.exists(sunk) ? Files.readAllLines(sunk).stream().sorted().toList() : List.of();
  }

  private static long committed(RealHub hub) throws Exception {
    try (Admin admin = hub.admin()) {
      Collection<OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets("connect-" + SINK)
              .partitionsToOffsetAndMetadata()
              .get()
              .values();
      return offsets.stream().mapToLong(OffsetAndMetadata::offset).sum();
    }
  }
}
