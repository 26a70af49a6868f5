package io.tributary.sim.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tributary.front.kafka.FrontConfig;
import io.tributary.front.kafka.KafkaFront;
import io.tributary.log.FileDisk;
import io.tributary.record.BatchCursor;
import io.tributary.record.GapReason;
import io.tributary.store.Layout;
import io.tributary.store.Store;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.conformance.StoreProbe;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A bit that flips in the hub's files where no checksum covers it: Kafka's own consumer sees what it saw before.
@Timeout(240)
final class FlippedOffsetTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final int BATCHES = 90;

  /// Above what a front copies, so that the bytes go from the file to the socket.
  private static final int FROM_THE_FILE_BYTES = 1 << 20;

  private static final int THROUGH_MEMORY_BYTES = 8 * 1024;
  private static final int QUIET_POLLS = 50;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConsumerSeesEveryRecordAtItsOffset(boolean isPerEdge) throws Exception {
    Layout layout = isPerEdge ? new Layout.PerEdge(1) : new Layout.Partitions(1);
    TopicLimits limits =
        new TopicLimits(
            TopicLimits.UNLIMITED,
            TopicLimits.UNLIMITED,
            TopicLimits.SEGMENT_BYTES_LEAST * 4,
            16 * 1024);
    PretendStream stream = new PretendStream("press-7", "t", 42);
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Store store = open();
        KafkaFront front = KafkaFront.start(FrontConfig.of(listen, "hub"), store, loops)) {
      StoreProbe probe = new StoreProbe(store);
      probe.open(stream, new TopicSpec("t", layout, true, limits));
      for (int i = 0; i < BATCHES; i++) {
        probe.append(stream, stream.batch(5 + i % 3, 500 + 20 * i));
        if (i % 20 == 7) {
          probe.append(stream, stream.hole(4, GapReason.DROP_OLDEST));
        }
      }
      List<Seen> whole = read(front, FROM_THE_FILE_BYTES);
      assertEquals(stream.records().size(), whole.size());
      List<Path> segments = segments();
      assertTrue(segments.size() > 2, "segments: " + segments.size());
      int flip = 0;
      for (Path segment : segments) {
        byte[] bytes = Files.readAllBytes(segment);
        List<Integer> batches = batches(bytes);
        for (int batch : new int[] {flip % batches.size(), batches.size() - 1}) {
          // Base offset and leader epoch in turn, and both ways of sending.
          int at = flip / 2 % 2 == 0 ? flip % 8 : 12 + flip % 4;
          flip(segment, batches.get(batch) + at, flip % 8);
          assertFalse(Arrays.equals(bytes, Files.readAllBytes(segment)));
          int fetchBytes = flip++ % 2 == 0 ? FROM_THE_FILE_BYTES : THROUGH_MEMORY_BYTES;
          assertEquals(whole, read(front, fetchBytes), segment + ", batch " + batch);
          assertArrayEquals(bytes, Files.readAllBytes(segment), "it is written again");
        }
      }
      Path first = segments.get(0);
      flip(first, batches(Files.readAllBytes(first)).get(3) + 6, 1);
      Seen sought = whole.get(19);
      assertEquals(sought.offset(), offsetOf(front, sought.timestampMs()));
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private Store open() throws IOException {
    return LogStore.open(
            new FileDisk(directory),
            LogStoreConfig.of(new UUID(1, 1)),
            InstantSource.system(),
            UUID::randomUUID)
        .start(bug -> {
          throw new AssertionError(bug);
        });
  }

  private record Seen(long offset, long timestampMs, int valueBytes) {}

  private static List<Seen> read(KafkaFront front, int fetchBytes) {
    List<Seen> seen = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(front, fetchBytes)) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
      for (int quiet = 0; quiet < QUIET_POLLS && consumer.position(PARTITION) < end; quiet++) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
          seen.add(new Seen(each.offset(), each.timestamp(), each.value().length));
          quiet = 0;
        }
      }
    }
    return seen;
  }

  private static long offsetOf(KafkaFront front, long timestampMs) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(front, FROM_THE_FILE_BYTES)) {
      Map<TopicPartition, OffsetAndTimestamp> found =
          consumer.offsetsForTimes(Map.of(PARTITION, timestampMs));
      return found.get(PARTITION).offset();
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaFront front, int fetchBytes) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            "127.0.0.1:" + front.address().getPort(),
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            fetchBytes,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// Of the topic, oldest first.
  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".segment"))
          .filter(file -> file.toString().contains("/t/") || file.toString().contains("/t-"))
          .sorted()
          .toList();
    }
  }

  private static List<Integer> batches(byte[] segment) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(segment);
    List<Integer> positions = new ArrayList<>();
    BatchCursor cursor = new BatchCursor().wrap(bytes.position(bytes.getInt(12)));
    while (cursor.next()) {
      positions.add(cursor.batch().position());
    }
    return positions;
  }

  private static void flip(Path file, int position, int bit) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ (1 << bit)));
      channel.write(one.flip(), position);
    }
  }
}
