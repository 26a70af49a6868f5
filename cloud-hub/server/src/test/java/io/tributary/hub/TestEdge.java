package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.link.DialFailed;
import io.tributary.link.Link;
import io.tributary.link.LinkConfig;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.GapFrame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Welcome;
import io.tributary.store.conformance.PretendStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An edge's end of the wire, frame by frame, over the real link: what an Uplink would never send as
/// well.
final class TestEdge implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(20);
  private static final int SLICE_BYTES = 16 * 1024;

  private final Semaphore woken = new Semaphore(0);
  private final Link link;

  TestEdge(LinkConfig config) throws DialFailed {
    link = Link.dial(config, woken::release);
  }

  Link link() {
    return link;
  }

  static Hello hello(String edgeId, UUID incarnation, UUID runId) {
    return new Hello(1, 1, 15_000, incarnation, runId, edgeId, "test 1");
  }

  Welcome greet(String edgeId, UUID incarnation, UUID runId)
      throws IOException, InterruptedException {
    send(hello(edgeId, incarnation, runId));
    return take(Welcome.class);
  }

  /// Opens a stream that has what `stream` has, and agrees to what the hub answers.
  Resume open(int alias, PretendStream stream) throws IOException, InterruptedException {
    send(
        new Open(
            alias,
            Direction.EDGE_TO_HUB,
            stream.id(),
            0,
            stream.next(),
            stream.digest(),
            stream.spec().topic(),
            stream.spec().className()));
    Resume resume = take(Resume.class);
    send(new Confirm(alias, Confirm.Kind.RESUME, resume.next()));
    return resume;
  }

  void send(int alias, PretendStream.Batch batch) throws IOException {
    ByteBuffer bytes = batch.bytes();
    for (int at = 0; at < bytes.limit(); at += SLICE_BYTES) {
      int length = Math.min(SLICE_BYTES, bytes.limit() - at);
      link.send(new Data(alias, bytes.limit(), at, bytes.slice(at, length)));
    }
    link.flush();
  }

  void send(int alias, PretendStream.Hole hole) throws IOException {
    send(new GapFrame(alias, hole.gap(), hole.digestAtTo()));
  }

  void send(Frame frame) throws IOException {
    link.send(frame);
    link.flush();
  }

  /// The next frame of the kind; credit that comes before it is passed over.
  <T extends Frame> T take(Class<T> kind) throws InterruptedException {
    while (true) {
      Frame frame = take();
      if (kind.isInstance(frame)) {
        return kind.cast(frame);
      }
      assertInstanceOf(Credit.class, frame);
    }
  }

  Frame take() throws InterruptedException {
    long deadlineNanos = System.nanoTime() + BOUND.toNanos();
    while (true) {
      Frame frame = link.poll();
      if (frame != null) {
        return frame;
      }
      assertTrue(System.nanoTime() < deadlineNanos, "no frame: " + link.closedBecause());
      boolean unused = woken.tryAcquire(100, TimeUnit.MILLISECONDS);
    }
  }

  /// Waits for the hub to end the link.
  String awaitEnd() throws InterruptedException {
    long deadlineNanos = System.nanoTime() + BOUND.toNanos();
    while (true) {
      @Nullable String because = link.closedBecause();
      if (because != null) {
        return because;
      }
      assertTrue(System.nanoTime() < deadlineNanos, "the hub does not close");
      boolean unused = woken.tryAcquire(100, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
