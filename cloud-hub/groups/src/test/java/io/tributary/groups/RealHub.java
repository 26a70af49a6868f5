package io.tributary.groups;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.front.kafka.ClientQuota;
import io.tributary.front.kafka.FrontConfig;
import io.tributary.front.kafka.FrontStatus;
import io.tributary.front.kafka.KafkaFront;
import io.tributary.log.Disk;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A front with groups over a real store, which can be stopped and started again on the same port, and clients of it.
final class RealHub implements AutoCloseable {
  private static final UUID HUB_ID = new UUID(5, 6);

  private final Disk disk;
  private final List<ClientQuota> quotas;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private int port;
  private LogStore store;
  private KafkaFront front;

  RealHub(Disk disk, ClientQuota... quotas) throws IOException {
    this.disk = disk;
    this.quotas = List.of(quotas);
    start();
  }

  void start() throws IOException {
    store =
        LogStore.open(disk, LogStoreConfig.of(HUB_ID), Clock.systemUTC(), UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    FrontConfig usual = FrontConfig.of(listen, HUB_ID.toString());
    FrontConfig config =
        new FrontConfig(
            usual.listen(),
            usual.advertised(),
            usual.clusterId(),
            usual.nodeId(),
            usual.limits(),
            usual.partitions(),
            usual.topicLimits(),
            usual.createsTopics(),
            usual.groups(),
            quotas);
    front = KafkaFront.start(config, store, loops);
    port = front.address().getPort();
  }

  void stop() {
    front.close();
    store.close();
  }

  LogStore store() {
    return store;
  }

  FrontStatus status() {
    return front.status();
  }

  /// What `bootstrap.servers` is set to.
  String address() {
    return "127.0.0.1:" + port;
  }

  Map<String, Object> clients(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", address());
    settings.putAll(more);
    return settings;
  }

  Admin admin() {
    return Admin.create(clients(Map.of()));
  }

  void create(String topic, int partitions) throws Exception {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  /// Writes `from` to `to` - 1, spread over the partitions.
  void produce(String topic, int partitions, int from, int to) throws Exception {
    try (var producer =
        new KafkaProducer<>(clients(Map.of()), new StringSerializer(), new StringSerializer())) {
      for (int i = from; i < to; i++) {
        var unused =
            producer.send(new ProducerRecord<>(topic, i % partitions, null, String.valueOf(i)));
      }
      producer.flush();
    }
  }

  KafkaConsumer<String, String> consumer(String group, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("group.id", group);
    settings.putIfAbsent("enable.auto.commit", "false");
    settings.putIfAbsent("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(
        clients(settings), new StringDeserializer(), new StringDeserializer());
  }

  /// Polls all consumers in turn until they have `count` values together, and commits each time.
  static List<String> read(Collection<KafkaConsumer<String, String>> consumers, int count) {
    List<String> values = new ArrayList<>();
    while (values.size() < count) {
      for (KafkaConsumer<String, String> consumer : consumers) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50))) {
          values.add(record.value());
        }
        consumer.commitSync();
      }
    }
    return values;
  }

  @Override
  public void close() {
    stop();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
