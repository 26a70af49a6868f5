package io.tributary.front.kafka;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The buckets of one kind of quota: those of the connected clients, and those that clients which went left behind, so that
/// a new connection is no new allowance. Any thread.
final class TokenBuckets {
  /// Clients choose their ids; of more that are gone nothing is remembered, or new ids could use up the memory.
  static final int LEFT_MOST = 1_000;

  /// Those that name most come first.
  private final List<ClientQuota> quotas;

  private final Function<ClientQuota, @Nullable Long> rate;
  private final Map<Owner, Share> present = new HashMap<>();

  /// In the order in which they were left.
  private final LinkedHashMap<Owner, Share> left = new LinkedHashMap<>();

  /// Who has a bucket.
  ///
  /// @param clientId null: all clients of the user together
  private record Owner(String user, @Nullable String clientId) {}

  /// A connection's share in the bucket of its client.
  static final class Share {
    private final Owner owner;
    private final TokenBucket bucket;
    private int connections;

    private Share(Owner owner, TokenBucket bucket) {
      this.owner = owner;
      this.bucket = bucket;
    }

    TokenBucket bucket() {
      return bucket;
    }
  }

  TokenBuckets(List<ClientQuota> quotas, Function<ClientQuota, @Nullable Long> rate) {
    this.quotas =
        quotas.stream()
            .filter(quota -> rate.apply(quota) != null)
            .sorted(Comparator.comparingInt(ClientQuota::weight).reversed())
            .toList();
    this.rate = rate;
  }

  /// A connection of the client has come, which leaves later.
  ///
  /// @return null: nothing bounds it
  @Nullable Share join(String user, String clientId, long nowNanos) {
    for (ClientQuota quota : quotas) {
      Long byteRate = rate.apply(quota);
      if (byteRate != null && quota.holdsFor(user, clientId)) {
        return byteRate == ClientQuota.UNLIMITED
            ? null
            : join(new Owner(user, quota.isOfWholeUser() ? null : clientId), byteRate, nowNanos);
      }
    }
    return null;
  }

  private synchronized Share join(Owner owner, long byteRate, long nowNanos) {
    Share share = present.get(owner);
    if (share == null) {
      share = left.remove(owner);
      if (share == null) {
        share = new Share(owner, new TokenBucket(byteRate, nowNanos));
      }
      present.put(owner, share);
    }
    share.connections++;
    return share;
  }

  synchronized void leave(Share share) {
    share.connections--;
    if (share.connections == 0) {
      present.remove(share.owner);
      left.put(share.owner, share);
      if (left.size() > LEFT_MOST) {
        left.pollFirstEntry();
      }
    }
  }
}
