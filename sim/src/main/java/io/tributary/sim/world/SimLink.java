package io.tributary.sim.world;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// One connection between an edge and the hub, as two pipes with a delay, a rate and a buffer. Bytes of one direction
/// arrive in their order, in whatever slices; or not at all.
///
/// OPEN --close of one side--> its bytes arrive, then the other side hears of it; OPEN --cut--> what is under way is lost, and
/// each side hears of it some time later, or never.
final class SimLink {
  /// Who stands at one end. Called in turns of its own.
  interface End {
    /// Valid only during the call.
    void received(ByteBuffer bytes);

    /// The other side has closed, or the connection was reset.
    void closed(String why);

    /// Bytes have arrived at the other side: there is room again.
    void drained();
  }

  /// What lies unsent before a sender has to wait.
  static final int BUFFER_BYTES = 64 * 1024;

  /// A slow link does not deliver in one go what it takes a second to carry.
  private static final int PIECES_PER_SECOND = 10;

  private final Timeline timeline;
  private final SplittableRandom random;
  private LinkQuality quality;
  private long spoiledNanos;
  private final Pipe toHub = new Pipe();
  private final Pipe toEdge = new Pipe();

  /// How a network behaves.
  ///
  /// @param sliceBytesMost what arrives at once at most
  record LinkQuality(long latencyNanos, long jitterNanos, long bytesPerSecond, int sliceBytesMost) {
    private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long LTE_BYTES_PER_SECOND = 64 * 1000 / 8;

    LinkQuality delayed() {
      return new LinkQuality(
          latencyNanos + DELAY_NANOS, jitterNanos, bytesPerSecond, sliceBytesMost);
    }

    LinkQuality sliced() {
      return new LinkQuality(latencyNanos, jitterNanos, bytesPerSecond, 1);
    }

    LinkQuality throttled() {
      return new LinkQuality(
          latencyNanos,
          jitterNanos,
          Math.min(bytesPerSecond, LTE_BYTES_PER_SECOND),
          sliceBytesMost);
    }
  }

  /// One direction.
  private static final class Pipe {
    private End sender = NOBODY;
    private End receiver = NOBODY;
    private long arrivalNanos;
    private int underWayBytes;
    private boolean isClosed;
    private boolean isLost;
  }

  private static final End NOBODY =
      new End() {
        @Override
        public void received(ByteBuffer bytes) {}

        @Override
        public void closed(String why) {}

        @Override
        public void drained() {}
      };

  SimLink(Timeline timeline, SplittableRandom random, LinkQuality quality) {
    this.timeline = timeline;
    this.random = random;
    this.quality = quality;
  }

  /// Whether it became slower, or dead in another direction, after that.
  boolean isSpoiledSince(long elapsedNanos) {
    return spoiledNanos > elapsedNanos;
  }

  /// From now on it behaves so.
  void become(LinkQuality changed) {
    spoiledNanos = timeline.elapsedNanos() + 1;
    quality = changed;
  }

  /// How long bytes that are handed over now may be under way at most.
  long queueNanosMost() {
    long behind = Math.max(toHub.arrivalNanos, toEdge.arrivalNanos) - timeline.elapsedNanos();
    long full = TimeUnit.SECONDS.toNanos(2L * BUFFER_BYTES) / quality.bytesPerSecond();
    return Math.max(0, behind) + full + 2 * (quality.latencyNanos() + quality.jitterNanos());
  }

  void connect(End edge, End hub) {
    toHub.sender = edge;
    toHub.receiver = hub;
    toEdge.sender = hub;
    toEdge.receiver = edge;
  }

  void sendToHub(byte[] bytes) {
    send(toHub, bytes);
  }

  void sendToEdge(byte[] bytes) {
    send(toEdge, bytes);
  }

  int roomToHub() {
    return BUFFER_BYTES - toHub.underWayBytes;
  }

  /// The edge closes: what it sent arrives, then the hub hears of it. It hears nothing more itself.
  void closeByEdge(String why) {
    close(toHub, toEdge, why);
  }

  void closeByHub(String why) {
    close(toEdge, toHub, why);
  }

  /// The edge's machine is gone without a word.
  void abandonByEdge() {
    toEdge.receiver = NOBODY;
    toHub.sender = NOBODY;
    toHub.isLost = true;
  }

  void abandonByHub() {
    toHub.receiver = NOBODY;
    toEdge.sender = NOBODY;
    toEdge.isLost = true;
  }

  /// The connection breaks; each side hears of it within a while, or not at all.
  void cut(long noticeNanosMost) {
    toHub.isLost = true;
    toEdge.isLost = true;
    tell(toHub.receiver, toEdge, noticeNanosMost);
    tell(toEdge.receiver, toHub, noticeNanosMost);
  }

  /// Bytes vanish from now on, in one direction or in both, and nobody is told.
  void loseSilently(boolean towardsHub, boolean towardsEdge) {
    spoiledNanos = Math.max(spoiledNanos, timeline.elapsedNanos());
    toHub.isLost |= towardsHub;
    toEdge.isLost |= towardsEdge;
  }

  /// Nothing arrives for a while; nothing is lost.
  void stall(long nanos) {
    spoiledNanos = timeline.elapsedNanos() + 1;
    long until = timeline.elapsedNanos() + nanos;
    toHub.arrivalNanos = Math.max(toHub.arrivalNanos, until);
    toEdge.arrivalNanos = Math.max(toEdge.arrivalNanos, until);
  }

  private void tell(End end, Pipe itsOwn, long nanosMost) {
    timeline.after(
        random.nextLong(nanosMost + 1),
        () -> {
          if (!itsOwn.isClosed) {
            end.closed("connection reset");
          }
        });
  }

  private void send(Pipe pipe, byte[] bytes) {
    if (pipe.isClosed) {
      return;
    }
    pipe.underWayBytes += bytes.length;
    int piece = Math.clamp(quality.bytesPerSecond() / PIECES_PER_SECOND, 1, BUFFER_BYTES);
    for (int at = 0; at < bytes.length; at += piece) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
      plan(pipe, part.length, () -> arrive(pipe, part));
    }
  }

  private void close(Pipe own, Pipe other, String why) {
    if (own.isClosed) {
      return;
    }
    own.isClosed = true;
    other.isClosed = true;
    End receiver = own.receiver;
    other.receiver = NOBODY;
    plan(
        own,
        0,
        () -> {
          if (!own.isLost) {
            receiver.closed(why);
          }
        });
  }

  private void plan(Pipe pipe, int bytes, Runnable arrival) {
    long jitter = quality.jitterNanos() == 0 ? 0 : random.nextLong(quality.jitterNanos());
    long due = timeline.elapsedNanos() + quality.latencyNanos() + jitter;
    long transfer = TimeUnit.SECONDS.toNanos(bytes) / quality.bytesPerSecond();
    pipe.arrivalNanos = Math.max(pipe.arrivalNanos + transfer, due + transfer);
    timeline.after(pipe.arrivalNanos - timeline.elapsedNanos(), arrival);
  }

  private void arrive(Pipe pipe, byte[] bytes) {
    if (pipe.isLost) {
      return; // and the sender's buffer stays full
    }
    pipe.underWayBytes -= bytes.length;
    for (int at = 0; at < bytes.length; ) {
      int slice = Math.min(bytes.length - at, 1 + random.nextInt(quality.sliceBytesMost()));
      pipe.receiver.received(ByteBuffer.wrap(bytes, at, slice).slice());
      at += slice;
    }
    pipe.sender.drained();
  }
}
