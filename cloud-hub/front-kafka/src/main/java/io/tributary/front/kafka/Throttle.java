package io.tributary.front.kafka;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the quotas make of one connection's requests (KIP-219). Who its client is, is found with the first Produce or Fetch,
/// since it may log in before; where nothing bounds it, that is all that is done. Confined to the connection's event loop.
///
/// A Produce is counted when it has come, and taken whatever is counted by then: its answer says how long the producer must
/// rest. A Fetch is counted when it is answered; one that comes while its client must rest finds nothing.
final class Throttle {
  private final Quotas quotas;
  private final Login login;
  private boolean isKnown;
  private TokenBuckets.@Nullable Share producer;
  private TokenBuckets.@Nullable Share consumer;

  /// Of all clients.
  static final class Quotas {
    private final TokenBuckets producers;
    private final TokenBuckets consumers;
    private final FrontCounters counters;

    Quotas(List<ClientQuota> quotas, FrontCounters counters) {
      this.producers = new TokenBuckets(quotas, ClientQuota::producerByteRate);
      this.consumers = new TokenBuckets(quotas, ClientQuota::consumerByteRate);
      this.counters = counters;
    }
  }

  /// @param login who the client is
  Throttle(Quotas quotas, Login login) {
    this.quotas = quotas;
    this.login = login;
  }

  /// A Produce has come.
  ///
  /// @return for how many milliseconds nothing more may come; 0: anything may
  int produced(String clientId, Request.Produce request) {
    identify(clientId);
    TokenBuckets.Share share = producer;
    if (share == null) {
      return 0;
    }
    long nowNanos = System.nanoTime();
    share.bucket().take(request.sizeBytes(), nowNanos);
    return counted(share.bucket().throttleMs(nowNanos));
  }

  /// A Fetch has come.
  ///
  /// @return for how many milliseconds there is nothing for it; 0: there may be
  int fetching(String clientId) {
    identify(clientId);
    TokenBuckets.Share share = consumer;
    return share == null ? 0 : counted(share.bucket().throttleMs(System.nanoTime()));
  }

  /// What of a Fetch may be answered at once.
  Request.Fetch bounded(Request.Fetch request) {
    TokenBuckets.Share share = consumer;
    return share == null ? request : request.within(share.bucket().sizeBytes());
  }

  /// A Fetch is being answered.
  void fetched(Answer.Fetch answer) {
    TokenBuckets.Share share = consumer;
    if (share != null) {
      share.bucket().take(answer.sizeBytes(), System.nanoTime());
    }
  }

  /// The client is gone, or may become another one.
  void leave() {
    TokenBuckets.Share ofProducer = producer;
    if (ofProducer != null) {
      quotas.producers.leave(ofProducer);
    }
    TokenBuckets.Share ofConsumer = consumer;
    if (ofConsumer != null) {
      quotas.consumers.leave(ofConsumer);
    }
    producer = null;
    consumer = null;
    isKnown = false;
  }

  private void identify(String clientId) {
    if (!isKnown) {
      isKnown = true;
      long nowNanos = System.nanoTime();
      producer = quotas.producers.join(login.name(), clientId, nowNanos);
      consumer = quotas.consumers.join(login.name(), clientId, nowNanos);
    }
  }

  private int counted(int throttleMs) {
    if (throttleMs > 0) {
      quotas.counters.throttled.increment();
    }
    return throttleMs;
  }
}
