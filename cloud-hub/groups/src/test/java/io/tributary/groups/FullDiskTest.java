package io.tributary.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.log.FileDisk;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What groups commit is acknowledged when it is on disk, and never otherwise.
@Timeout(120)
final class FullDiskTest {
  private static final TopicPartition PLACE = new TopicPartition("temperature", 0);

  @TempDir private Path data;

  private static void commit(Admin admin, long offset, int timeoutMs) throws Exception {
    admin
        .alterConsumerGroupOffsets(
            "readers",
            Map.of(PLACE, new OffsetAndMetadata(offset)),
            new AlterConsumerGroupOffsetsOptions().timeoutMs(timeoutMs))
        .all()
        .get();
  }

  private static long committed(Admin admin) throws Exception {
    return admin
        .listConsumerGroupOffsets("readers")
        .partitionsToOffsetAndMetadata()
        .get()
        .get(PLACE)
        .offset();
  }

  @Test
  void aCommitThatFoundNoSpaceIsRefusedAndForgotten() throws Exception {
    FullDisk full = new FullDisk(new FileDisk(data), "topics/__consumer_offsets");
    try (RealHub hub = new RealHub(full.disk());
        Admin admin = hub.admin()) {
      hub.create("temperature", 1);
      commit(admin, 7, 30_000);
      full.fill(true);
      for (long offset = 8; offset < 12; offset++) {
        long refused = offset;
        assertThrows(ExecutionException.class, () -> commit(admin, refused, 3_000));
      }
      assertEquals(7, committed(admin));
      full.fill(false);
      commit(admin, 20, 30_000);
      assertEquals(20, committed(admin));
      hub.stop();
      hub.start();
      assertEquals(20, committed(admin));
    }
  }
}
