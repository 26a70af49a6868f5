package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.log.FileDisk;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.Limits;
import io.tributary.store.AppendReply;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamOpened;
import io.tributary.store.StreamSpec;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A mirror of thousands of edges, each with a partition of its own.
@Timeout(180)
class LargeTopicTest {
  private static final int EDGES = 5_000;
  private static final int RESERVE = 4;
  private static final TopicSpec SPEC =
      new TopicSpec("edges", new Layout.PerEdge(RESERVE), true, TopicLimits.DEFAULT);
  private static final UUID HUB_ID = new UUID(5, 6);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @TempDir private Path data;
  private LogStore store;
  private KafkaFront front;

  @BeforeEach
  void start() throws Exception {
    store =
        LogStore.open(
                new FileDisk(data), LogStoreConfig.of(HUB_ID), Clock.systemUTC(), UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    front = KafkaFront.start(FrontConfig.of(listen, HUB_ID.toString()), store, loops);
  }

  @AfterEach
  void stop() {
    front.close();
    store.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /// The stream of an edge, which is open or refused.
  private CompletableFuture<Void> open(int edge) {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    StreamSpec stream = new StreamSpec(1 + edge, "edge-" + edge, new UUID(1, edge), "edges", "a");
    store.openStream(
        stream,
        0,
        SPEC,
        new StreamOpened() {
          @Override
          public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
            opened.complete(null);
          }

          @Override
          public void refused(StoreRefused why) {
            opened.completeExceptionally(why);
          }
        });
    return opened;
  }

  /// One reading of an edge, at an offset of its stream.
  private void append(int edge, long offset) throws Exception {
    BatchBuilder batch = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
    byte[] value = ("edge-" + edge).getBytes(StandardCharsets.UTF_8);
    batch.tryAppend(1_700_000_000_000L, null, value, List.of());
    ByteBuffer built = batch.build(new BatchIdentity(1 + edge, offset));
    ByteBuffer copy = ByteBuffer.allocate(built.remaining()).put(built).flip();
    CompletableFuture<Long> durable = new CompletableFuture<>();
    store.append(
        1 + edge,
        offset,
        offset + 1,
        copy,
        new AppendReply() {
          @Override
          public void durable(long end) {
            durable.complete(end);
          }

          @Override
          public void refused(StoreRefused why) {
            durable.completeExceptionally(why);
          }
        });
    durable.get();
  }

  /// A consumer that took all partitions beforehand does not look at Metadata for that: the reserve is there already.
  @Test
  void theFirstReadingsOfNewEdgesReachARunningConsumer() throws Exception {
    List<CompletableFuture<Void>> opened = new ArrayList<>();
    for (int edge = 0; edge < EDGES; edge++) {
      opened.add(open(edge));
    }
    for (CompletableFuture<Void> each : opened) {
      each.get();
    }
    int partitions = EDGES + RESERVE;
    Map<String, Object> settings =
        Map.of("bootstrap.servers", "127.0.0.1:" + front.address().getPort());
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      assertEquals(partitions, consumer.partitionsFor("edges").size());
      List<TopicPartition> all =
          IntStream.range(0, partitions).mapToObj(i -> new TopicPartition("edges", i)).toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      append(17, 0);
      assertEquals(List.of("edge-17"), read(consumer));
      for (int more = 0; more < RESERVE; more++) {
        int edge = EDGES + more;
        open(edge).get();
        append(edge, 0);
        assertEquals(List.of("edge-" + edge), read(consumer));
        append(4_321, more);
        assertEquals(List.of("edge-4321"), read(consumer));
      }
    }
  }

  private static List<String> read(KafkaConsumer<String, String> consumer) {
    List<String> values = new ArrayList<>();
    while (values.isEmpty()) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(5))) {
        values.add(record.value());
      }
    }
    return values;
  }
}
