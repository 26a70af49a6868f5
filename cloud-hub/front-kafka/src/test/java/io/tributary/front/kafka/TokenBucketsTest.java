package io.tributary.front.kafka;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
  private static final int BYTES_PER_RATE = 10;

  private static ClientQuota producing(
      @Nullable String user, @Nullable String clientId, long byteRate) {
    return new ClientQuota(user, clientId, byteRate, null);
  }

  private static TokenBuckets producers(ClientQuota... quotas) {
    return new TokenBuckets(List.of(quotas), ClientQuota::producerByteRate);
  }

  private static TokenBucket bucket(TokenBuckets buckets, String user, String clientId) {
    return requireNonNull(buckets.join(user, clientId, 0)).bucket();
  }

  private static long rate(TokenBuckets buckets, String user, String clientId) {
    return bucket(buckets, user, clientId).sizeBytes() / BYTES_PER_RATE;
  }

  @Test
  void theQuotaThatNamesMostDecidesWhereverItStands() {
    TokenBuckets buckets =
        producers(
            producing(null, null, 1_000),
            producing(null, "reports", 2_000),
            producing("line-7", null, 3_000),
            producing("line-7", "reports", 4_000),
            producing("admin", null, ClientQuota.UNLIMITED));
    assertEquals(1_000, rate(buckets, "line-8", "other"));
    assertEquals(2_000, rate(buckets, "line-8", "reports"));
    assertEquals(3_000, rate(buckets, "line-7", "other"));
    assertEquals(4_000, rate(buckets, "line-7", "reports"));
    assertNull(buckets.join("admin", "reports", 0));
  }

  @Test
  void eachRateIsDecidedForItself() {
    List<ClientQuota> quotas =
        List.of(
            producing(null, null, 1_000),
            new ClientQuota("line-7", null, null, 2_000L),
            new ClientQuota("line-7", "c", null, 3_000L));
    TokenBuckets producers = new TokenBuckets(quotas, ClientQuota::producerByteRate);
    TokenBuckets consumers = new TokenBuckets(quotas, ClientQuota::consumerByteRate);
    assertEquals(1_000, rate(producers, "line-7", "c"));
    assertEquals(3_000, rate(consumers, "line-7", "c"));
    assertNull(consumers.join("line-8", "c", 0));
  }

  @Test
  void connectionsShareTheBucketOfTheirClient() {
    TokenBuckets buckets =
        producers(
            producing(null, null, 1_000),
            producing(null, "reports", 1_000),
            producing("line-7", null, 1_000),
            producing("line-7", "own", 1_000));
    assertSame(bucket(buckets, "a", "c"), bucket(buckets, "a", "c"));
    assertNotSame(bucket(buckets, "a", "c"), bucket(buckets, "a", "d"));
    assertNotSame(bucket(buckets, "a", "c"), bucket(buckets, "b", "c"));
    assertNotSame(bucket(buckets, "a", "reports"), bucket(buckets, "b", "reports"));
    // Under another client id it is still the same user.
    assertSame(bucket(buckets, "line-7", "c"), bucket(buckets, "line-7", "d"));
    assertNotSame(bucket(buckets, "line-7", "c"), bucket(buckets, "line-7", "own"));
  }

  @Test
  void whoConnectsAnewIsRemembered() {
    TokenBuckets buckets = producers(producing(null, null, 1_000));
    TokenBuckets.Share first = requireNonNull(buckets.join("a", "c", 0));
    TokenBuckets.Share second = requireNonNull(buckets.join("a", "c", 0));
    buckets.leave(first);
    assertSame(second, buckets.join("a", "c", 0));
    buckets.leave(second);
    buckets.leave(second);
    for (int i = 1; i < TokenBuckets.LEFT_MOST; i++) {
      buckets.leave(requireNonNull(buckets.join("a", "c" + i, 0)));
    }
    assertSame(second, buckets.join("a", "c", 0));
    buckets.leave(second);
    for (int i = 0; i < TokenBuckets.LEFT_MOST; i++) {
      buckets.leave(requireNonNull(buckets.join("b", "c" + i, 0)));
    }
    assertNotSame(second, buckets.join("a", "c", 0), "so many have left since");
  }

  @Test
  void aQuotaHasARateThatIsOfUse() {
    assertThrows(IllegalArgumentException.class, () -> new ClientQuota("line-7", null, null, null));
    assertThrows(IllegalArgumentException.class, () -> producing(null, null, 999));
  }
}
