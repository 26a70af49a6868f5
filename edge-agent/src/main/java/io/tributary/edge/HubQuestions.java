package io.tributary.edge;

import io.tributary.record.Digest;
import io.tributary.session.Effects;
import io.tributary.session.Uplink;
import io.tributary.session.UplinkEffect;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Fetched;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The questions beside the mirroring, and their answers: what the scrub fetches from the hub and reads for it, and where a
/// fork parts. Whoever asks does so from any thread; the session belongs to the uplink agent's, to which this hands over.
final class HubQuestions {
  private final Uplink uplink;
  private final Effects<UplinkEffect> effects;
  private final Queue<Consumer<Long>> answers;
  private final Runnable wake;
  private @Nullable ScrubAgent scrub;
  private @Nullable CompletableFuture<Fetched> fetching;
  private @Nullable CompletableFuture<UplinkEffect.ForkFound> seeking;

  /// @param answers what is to be done on the uplink agent's thread
  HubQuestions(
      Uplink uplink, Effects<UplinkEffect> effects, Queue<Consumer<Long>> answers, Runnable wake) {
    this.uplink = uplink;
    this.effects = effects;
    this.answers = answers;
    this.wake = wake;
  }

  /// Who reads the journals for the hub. Set once, before the uplink agent starts.
  void readBy(ScrubAgent reader) {
    scrub = reader;
  }

  /// Asks the hub for the batch of a stream that begins at an offset. Any thread; one at a time.
  CompletableFuture<Fetched> fetch(long streamId, long from) {
    CompletableFuture<Fetched> reply = new CompletableFuture<>();
    answers.add(nowNanos -> {
      if (fetching == null && uplink.fetch(streamId, from, nowNanos, effects)) {
        fetching = reply;
      } else {
        reply.complete(
            Fetched.without(fetching == null ? Fetched.Outcome.GONE : Fetched.Outcome.BUSY));
      }
    });
    wake.run();
    return reply;
  }

  /// Looks for the place where a forked stream and the hub's part. Any thread; one at a time.
  ///
  /// @param trustsAcks as of {@link Uplink#seekFork}
  CompletableFuture<UplinkEffect.ForkFound> seekFork(long streamId, boolean trustsAcks) {
    CompletableFuture<UplinkEffect.ForkFound> reply = new CompletableFuture<>();
    answers.add(nowNanos -> {
      if (seeking == null && uplink.seekFork(streamId, trustsAcks, nowNanos, effects)) {
        seeking = reply;
      } else {
        reply.completeExceptionally(new IOException("the stream is not refused as a fork now"));
      }
    });
    wake.run();
    return reply;
  }

  /// The journal has sealed a stream that the hub refused: both ends look at it again. Any thread.
  void reopen(long streamId) {
    answers.add(nowNanos -> uplink.reopen(streamId, effects));
    wake.run();
  }

  void sought(UplinkEffect.@Nullable ForkFound found, String why) {
    CompletableFuture<UplinkEffect.ForkFound> reply = seeking;
    seeking = null;
    if (reply == null) {
      return;
    }
    if (found == null) {
      reply.completeExceptionally(new IOException("where it parts cannot be found now: " + why));
    } else {
      reply.complete(found);
    }
  }

  void fetched(Fetched fetched) {
    CompletableFuture<Fetched> reply = fetching;
    fetching = null;
    if (reply != null) {
      reply.complete(fetched);
    }
  }

  /// The hub heals its log: the scrub reads for it, and the answer comes back here.
  void supply(Want want, long streamId) {
    ScrubAgent reader = scrub;
    if (reader == null) {
      uplink.onNotSuppliedNow(want, System.nanoTime(), effects);
      return;
    }
    reader.supply(
        want,
        streamId,
        read -> {
          answers.add(nowNanos -> {
            if (read.outcome() == Fetched.Outcome.BUSY) {
              uplink.onNotSuppliedNow(want, nowNanos, effects);
            } else {
              uplink.onSupplied(want, read.batch(), nowNanos, effects);
            }
          });
          wake.run();
        });
  }

  void tellDigest(DigestAsk ask, long streamId) {
    ScrubAgent reader = scrub;
    if (reader == null) {
      uplink.onDigestTold(ask, Digest.NOT_NOW, System.nanoTime(), effects);
      return;
    }
    reader.digest(
        ask,
        streamId,
        digest -> {
          answers.add(nowNanos -> uplink.onDigestTold(ask, digest, nowNanos, effects));
          wake.run();
        });
  }
}
