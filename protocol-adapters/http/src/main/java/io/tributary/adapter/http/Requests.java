package io.tributary.adapter.http;

import io.tributary.adapter.Counts;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes whole requests in: unpacks, checks, asks whether it is known, and submits. Event loop only.
final class Requests {
  private final Limits limits;
  private final Outlet outlet;
  private final Keys keys;
  private final Ingest ingest;
  private final Counts<Counter> counts;

  Requests(Limits limits, Outlet outlet, Keys keys, Ingest ingest, Counts<Counter> counts) {
    this.limits = limits;
    this.outlet = outlet;
    this.keys = keys;
    this.ingest = ingest;
    this.counts = counts;
  }

  /// @param share of the memory, which is given back when it is over
  /// @param client told once, unless the request is refused
  /// @throws RequestRefused when nothing of it is taken
  void take(Head head, Body body, WaitingBytes.Share share, Consumer<Answer> client)
      throws RequestRefused {
    Body plain = body;
    if (head.isGzip()) {
      plain = new Body(share, limits.bodyBytes());
      Gunzip.unpack(body, plain);
      body.close();
    }
    long nowMs = System.currentTimeMillis();
    long digest = head.key() == null ? 0 : digest(head, plain);
    String topic = head.topic().target().name();
    KnownRequest known = head.key() == null ? null : keys.find(topic, head.key(), digest);
    List<Reading> readings = Readings.read(head, plain, limits.readings(), share, nowMs);
    plain.close();
    if (known != null) {
      counts.count(Counter.REPEATED, Math.min(known.decided, readings.size()));
    }
    int decided = known == null ? 0 : known.decided;
    if (decided >= readings.size()) {
      share.close();
      client.accept(Answer.decided(topic, known == null ? Tally.EMPTY : known.tally));
      return;
    }
    String className = outlet.classOf(topic);
    KnownRequest begun = begun(known, head, className, digest, nowMs);
    long nowNanos = System.nanoTime();
    ingest.submit(
        new Submission(topic, className, readings, share, begun, counts, client, nowNanos),
        nowNanos);
  }

  private @Nullable KnownRequest begun(
      @Nullable KnownRequest known, Head head, String className, long digest, long nowMs)
      throws RequestRefused {
    if (head.key() == null) {
      return null;
    }
    KnownRequest begun =
        known != null
            ? known
            : keys.admit(head.topic().target().name(), className, head.key(), digest, nowMs);
    begun.isUnderWay = true;
    return begun;
  }

  /// Of all that its readings come from.
  private static long digest(Head head, Body body) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(
          (head.form().isRaw() ? Form.BYTES : head.form()).name().getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      sha.update(head.source().getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      sha.update(body.array(), 0, body.length());
      return ByteBuffer.wrap(sha.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
