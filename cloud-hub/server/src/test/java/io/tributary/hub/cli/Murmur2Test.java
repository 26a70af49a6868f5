package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against what `org.apache.kafka.common.utils.Utils.murmur2` of Kafka 4.3 gives, and partly Kafka's own tests of it.
class Murmur2Test {
  @ParameterizedTest
  @CsvSource({
    "'', 275646681",
    "a, -1563381124",
    "ab, 316155434",
    "abc, 479470107",
    "21, -973932308",
    "foobar, -790332482",
    "a-little-bit-long-string, -985981536",
    "a-little-bit-longer-string, -1486304829",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
    "schlüssel, 331429656"
  })
  void hashesAsKafkaDoes(String text, int hash) {
    byte[] bytes = text.getBytes(UTF_8);
    assertEquals(hash, Murmur2.hash(bytes, 0, bytes.length));
    byte[] amid = ("x" + text + "yz").getBytes(UTF_8);
    assertEquals(hash, Murmur2.hash(amid, 1, amid.length - 2));
  }

  @Test
  void aNegativeHashHasAPartitionToo() {
    byte[] bytes = "foobar".getBytes(UTF_8);
    assertEquals(1_357_151_166 % 7, Murmur2.partition(bytes, 0, bytes.length, 7));
  }
}
