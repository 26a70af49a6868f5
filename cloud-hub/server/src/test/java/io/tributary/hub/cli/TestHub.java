package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.front.kafka.FrontConfig;
import io.tributary.front.kafka.KafkaFront;
import io.tributary.log.FileDisk;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.settings.HostAndPort;
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
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A hub as far as readers see it: the embedded store on a real disk, and the Kafka front.
final class TestHub implements AutoCloseable {
  private static final UUID HUB_ID = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final UUID INCARNATION = UUID.fromString("66666666-7777-8888-9999-000000000000");

  private final LogStore store;
  private final KafkaFront front;
  private final EventLoopGroup loops;
  private final Map<Long, Long> next = new HashMap<>();

  /// @param port 0: any free one
  TestHub(Path directory, int port) throws Exception {
    store =
        LogStore.open(
                new FileDisk(directory),
                LogStoreConfig.of(HUB_ID),
                InstantSource.system(),
                UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    front = KafkaFront.start(FrontConfig.of(listen, HUB_ID.toString()), store, loops);
  }

  HostAndPort address() {
    return new HostAndPort("127.0.0.1", front.address().getPort());
  }

  void topic(String name, Layout layout) throws StoreRefused {
    store.createTopic(new TopicSpec(name, layout, true, TopicLimits.DEFAULT));
  }

  /// A topic that Kafka producers write.
  void topicOfProducers(String name, int partitions) throws StoreRefused {
    store.createTopic(
        new TopicSpec(name, new Layout.Partitions(partitions), false, TopicLimits.DEFAULT));
  }

  /// The end offsets of a topic's partitions together.
  long offsets(String topic) throws StoreRefused {
    long sum = 0;
    for (int i = 0; i < partitions(topic); i++) {
      sum += Objects.requireNonNull(store.partition(topic, i), topic).endOffset();
    }
    return sum;
  }

  int partitions(String topic) {
    return Objects.requireNonNull(store.topic(topic), topic).partitions();
  }

  /// Gives a stream its place in the topic.
  void open(long streamId, String edge, String topic) throws Exception {
    CompletableFuture<Long> opened = new CompletableFuture<>();
    store.openStream(
        new StreamSpec(streamId, edge, INCARNATION, topic, "normal"),
        0,
        null,
        new StreamOpened() {
          @Override
          public void opened(long from, long digestAtNext, long digestAtEdgeEnd) {
            opened.complete(from);
          }

          @Override
          public void refused(StoreRefused why) {
            opened.completeExceptionally(why);
          }
        });
    next.put(streamId, opened.get(10, TimeUnit.SECONDS));
  }

  /// Appends one batch of readings with the values `VALUE-OFFSET`, one a millisecond.
  void put(long streamId, String edge, int count, String value, Compression compression)
      throws Exception {
    long from = next(streamId);
    BatchBuilder batch = new BatchBuilder(compression, Limits.FROM_EDGE);
    for (long offset = from; offset < from + count; offset++) {
      batch.tryAppend(
          timestampMs(streamId, offset),
          ("key-" + offset).getBytes(UTF_8),
          (value + "-" + offset).getBytes(UTF_8),
          List.of(
              new Header("edge", edge.getBytes(UTF_8)),
              new Header("source", "mqtt".getBytes(UTF_8))));
    }
    ByteBuffer built = batch.build(new BatchIdentity(streamId, from));
    ByteBuffer copy = ByteBuffer.allocate(built.remaining()).put(built).flip();
    Done done = new Done();
    store.append(streamId, from, from + count, copy, done);
    next.put(streamId, done.end.get(10, TimeUnit.SECONDS));
  }

  void put(long streamId, String edge, int count) throws Exception {
    put(streamId, edge, count, "value", Compression.none());
  }

  /// Declares that the next `count` readings do not exist.
  void putGap(long streamId, int count) throws Exception {
    long from = next(streamId);
    Done done = new Done();
    store.appendGap(
        streamId, new Gap(from, from + count, GapReason.DROP_OLDEST), Digest.UNKNOWN, done);
    next.put(streamId, done.end.get(10, TimeUnit.SECONDS));
  }

  /// The offset of the stream's next reading.
  long next(long streamId) {
    return next.getOrDefault(streamId, 0L);
  }

  /// Streams take turns, so that their records interleave in time.
  static long timestampMs(long streamId, long offset) {
    return 1_700_000_000_000L + offset * 10 + streamId;
  }

  private static final class Done implements AppendReply {
    final CompletableFuture<Long> end = new CompletableFuture<>();

    @Override
    public void durable(long to) {
      end.complete(to);
    }

    @Override
    public void refused(StoreRefused why) {
      end.completeExceptionally(why);
    }
  }

  @Override
  public void close() {
    front.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    store.close();
  }
}
