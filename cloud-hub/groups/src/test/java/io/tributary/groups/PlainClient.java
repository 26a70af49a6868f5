package io.tributary.groups;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/// A program that writes numbers to a topic, or reads as many of them in a group, commits and prints them.
///
/// It knows nothing but Kafka's clients, and of these what has been there since 2.0, so that it runs with any version.
final class PlainClient {
  private PlainClient() {}

  /// `write ADDRESS TOPIC FROM TO` or `read ADDRESS TOPIC COUNT`.
  public static void main(String[] arguments) throws Exception {
    System.out.println("kafka-clients " + AppInfoParser.getVersion());
    String address = arguments[1];
    String topic = arguments[2];
    switch (arguments[0]) {
      case "write" ->
          write(address, topic, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
      case "read" -> read(address, topic, Integer.parseInt(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /// Keys are the numbers, so that the client's own partitioner spreads them.
  private static void write(String address, String topic, int from, int to) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", address, "enable.idempotence", true, "compression.type", "gzip");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = from; i < to - 1; i++) {
        var unused =
            producer.send(new ProducerRecord<>(topic, String.valueOf(i), String.valueOf(i)));
      }
      var last =
          producer.send(
              new ProducerRecord<>(topic, String.valueOf(to - 1), String.valueOf(to - 1)));
      producer.flush();
      System.out.println("acknowledged " + last.get().topic());
    }
  }

  private static void read(String address, String topic, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            address,
            "group.id",
            "readers",
            "enable.auto.commit",
            false,
            "max.poll.records",
            100,
            "auto.offset.reset",
            "earliest");
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      for (int read = 0; read < count; consumer.commitSync()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          System.out.println("value " + record.value());
          read++;
        }
      }
    }
  }
}
