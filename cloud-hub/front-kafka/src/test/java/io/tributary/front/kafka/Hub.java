package io.tributary.front.kafka;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.ControlBatch;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import io.tributary.store.Layout;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A front over a {@link FileStore} on a free port of the loopback, and a way to fill it.
final class Hub implements AutoCloseable {
  static final String CLUSTER = "hub-of-the-test";

  final FileStore store;
  final KafkaFront front;
  private final EventLoopGroup loops;

  Hub(Path directory, FrontLimits limits, List<ClientQuota> quotas) throws IOException {
    store = new FileStore(directory);
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    FrontConfig config =
        new FrontConfig(
            listen,
            null,
            CLUSTER,
            FrontConfig.NODE_ID,
            limits,
            2,
            TopicLimits.DEFAULT,
            false,
            GroupsConfig.of(FrontConfig.NODE_ID),
            quotas);
    front = KafkaFront.start(config, store, loops);
  }

  Hub(Path directory, FrontLimits limits) throws IOException {
    this(directory, limits, List.of());
  }

  Hub(Path directory) throws IOException {
    this(directory, FrontLimits.DEFAULT);
  }

  String address() {
    return front.address().getAddress().getHostAddress() + ":" + front.address().getPort();
  }

  void topic(String name, Layout layout) {
    store.createTopic(new TopicSpec(name, layout, true, TopicLimits.DEFAULT));
  }

  /// Appends one batch of readings `value-FROM` and on, one a millisecond from `timestampMs`.
  void put(
      String topic, int partition, long streamId, long from, int count, Compression compression)
      throws RecordRefused {
    BatchBuilder batch = new BatchBuilder(compression, Limits.FROM_EDGE);
    for (long offset = from; offset < from + count; offset++) {
      batch.tryAppend(
          timestampMs(offset),
          bytes("key-" + offset),
          bytes("value-" + offset),
          List.of(new Header("edge", bytes("edge-" + streamId))));
    }
    ByteBuffer built = batch.build(new BatchIdentity(streamId, from));
    store.file(topic, partition).put(copy(built));
  }

  void put(String topic, int partition, long streamId, long from, int count) throws RecordRefused {
    put(topic, partition, streamId, from, count, Compression.none());
  }

  /// A hole as the layout `per-edge` keeps it: as many offsets as are missing.
  void putGap(String topic, int partition, long streamId, long from, long to, int span) {
    Gap gap = new Gap(from, to, GapReason.DROP_OLDEST);
    store
        .file(topic, partition)
        .put(ControlBatch.gapBatch(from, span, streamId, gap, Digest.UNKNOWN, timestampMs(from)));
  }

  static long timestampMs(long offset) {
    return 1_700_000_000_000L + offset;
  }

  private static ByteBuffer copy(ByteBuffer batch) {
    ByteBuffer copy = ByteBuffer.allocate(batch.remaining());
    copy.put(batch.duplicate());
    return copy.flip();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    front.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    store.close();
  }
}
