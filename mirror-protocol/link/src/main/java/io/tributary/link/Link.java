package io.tributary.link;

import io.tributary.agent.Agent;
import io.tributary.agent.AgentRunner;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The edge's link to its hub: frames over one connection, from [#dial] to [#close]. A new dial is
/// a new link.
///
/// ```
///  uplink agent's thread                              reader thread
///  ─────────────────────                              ─────────────
///  send(frame) ─▶ gather buffer ─flush─▶ socket ─▶ read ─▶ FrameReader ─▶ inbox ─▶ wake
///  poll() ◀──────────────────────────────────────────────────────────────────┘
/// ```
///
/// [#dial], [#send], [#flush] and [#poll] belong to one thread; [#close] and the questions may come
/// from any. A blocked [#dial] or [#flush] is freed by a close, and by the reader when the hub
/// takes no byte for [LinkConfig#stuckAfter].
public final class Link implements AutoCloseable {
  /// How long the reader waits for room in the inbox before it looks after the writer again.
  private static final long INBOX_SLICE_MS = 20;

  /// The reader's thread ends as soon as the socket is closed; this only bounds a surprise.
  private static final Duration READER_END = Duration.ofSeconds(2);

  private final LinkConfig config;
  private final Runnable onInbox;
  private final Connection connection;
  private final ByteBuffer gather;
  private final BlockingQueue<Frame> inbox;
  private final AtomicReference<@Nullable String> closedBecause = new AtomicReference<>();
  private @Nullable AgentRunner reader;

  /// Frames may still come into the inbox, also when a write has found the link broken.
  private volatile boolean isReading;

  /// `onInbox` is called on the reader's thread when there is something to [#poll] or the link has
  /// broken: it wakes the agent that owns this link.
  public Link(LinkConfig config, Runnable onInbox) {
    this.config = config;
    this.onInbox = onInbox;
    this.connection = new Connection(config);
    this.gather = ByteBuffer.allocate(config.limits().gatherBytes());
    this.inbox = new ArrayBlockingQueue<>(config.limits().inboxFrames());
  }

  /// Makes a link and dials.
  public static Link dial(LinkConfig config, Runnable onInbox) throws DialFailed {
    Link link = new Link(config, onInbox);
    link.dial();
    return link;
  }

  /// Connects, shakes hands and starts to read. Blocks for at most the connect and the handshake
  /// timeout; may be called once.
  public void dial() throws DialFailed {
    if (reader != null) {
      throw new IllegalStateException("a link is dialled once");
    }
    try {
      connection.dial();
    } catch (DialFailed e) {
      closedBecause.compareAndSet(null, String.valueOf(e.getMessage()));
      throw e;
    }
    isReading = true;
    reader =
        new AgentRunner(new Reader(), bug -> readNoMore("a bug in the reader: " + bug)).start();
  }

  /// Puts a frame behind those sent before. It may go out only with [#flush]; when it does not fit
  /// the gather buffer, what is there goes out first, which may block. The frame's bytes are copied
  /// before this returns.
  public void send(Frame frame) throws IOException {
    if (gather.remaining() < FrameCodec.sizeBytesMost(frame)) {
      flush();
    }
    FrameCodec.encode(frame, gather);
  }

  /// Hands everything sent to the kernel; blocks until it has taken it, or the link is broken.
  public void flush() throws IOException {
    if (gather.position() == 0) {
      return;
    }
    String because = closedBecause.get();
    if (because != null) {
      throw new IOException(because);
    }
    try {
      connection.write(gather.array(), gather.arrayOffset(), gather.position());
      gather.clear();
    } catch (IOException e) {
      String problem = connection.problem(e);
      breakOff(problem);
      throw new IOException(problem, e);
    }
  }

  /// How many bytes were sent and wait for [#flush].
  public int unflushedBytes() {
    return gather.position();
  }

  /// The next frame from the hub, or null if there is none yet. Frames that came before the link
  /// broke are still handed out, also when a [#flush] has failed: a refusal's reason comes right
  /// before the end.
  public @Nullable Frame poll() {
    return inbox.poll();
  }

  /// Why the link is closed; null while it is open or still dialling, and while there is still
  /// something to [#poll].
  public @Nullable String closedBecause() {
    boolean mayBeMore = isReading; // first: nothing is put into the inbox after it is false
    return mayBeMore || !inbox.isEmpty() ? null : closedBecause.get();
  }

  /// Whether bytes go readable by anyone on the way.
  public boolean isPlain() {
    return config.tls() == null;
  }

  /// When the last byte came from the hub: any byte is a heartbeat.
  public long lastReadNanos() {
    return connection.lastReadNanos();
  }

  /// Whether a write waits for the hub to take bytes at this moment.
  public boolean isWriting() {
    return connection.isWriting();
  }

  /// Bytes read from the network, TLS included.
  public long bytesIn() {
    return connection.bytesIn();
  }

  /// Bytes handed to the network, TLS included.
  public long bytesOut() {
    return connection.bytesOut();
  }

  /// How long a write may stand still from now on: two of the heartbeats that were agreed on.
  public void stuckAfter(Duration duration) {
    connection.stuckAfter(duration);
  }

  @Override
  public void close() {
    close("closed by this edge");
  }

  /// Closes the link, from any thread, without blocking on the hub. The first reason given is the
  /// one that stays. What was flushed before is still delivered, as far as the network does.
  public void close(String reason) {
    breakOff(reason);
    AgentRunner running = reader;
    if (running != null) {
      running.close(READER_END);
    }
  }

  private void breakOff(String reason) {
    closedBecause.compareAndSet(null, reason);
    connection.close();
    onInbox.run();
  }

  /// The reader's last word: what came is in the inbox.
  private void readNoMore(String reason) {
    closedBecause.compareAndSet(null, reason);
    isReading = false;
    breakOff(reason);
  }

  private final class Reader implements Agent {
    private final FrameReader frames = new FrameReader();
    private final ByteBuffer bytes = ByteBuffer.allocate(config.limits().readBytes());

    @Override
    public String name() {
      return "link-reader";
    }

    @Override
    public int doWork(long nowNanos) {
      String because = closedBecause.get();
      if (because != null) {
        if (isReading) {
          readNoMore(because);
        }
        return 0; // the runner is about to be closed by the owner
      }
      try {
        int read = connection.read(bytes.array());
        if (read < 0) {
          readNoMore(
              frames.isInFrame() ? "the hub closed within a frame" : connection.closedByHub());
          return 0;
        }
        bytes.position(0).limit(read);
        return deliver();
      } catch (IOException e) {
        readNoMore(connection.problem(e));
      } catch (FrameRefused e) {
        readNoMore("the hub sent no frame: " + e.getMessage());
      } catch (InterruptedException e) {
        readNoMore("the reader was interrupted");
      }
      return 0;
    }

    @Override
    public void onClose() {
      isReading = false;
    }

    private int deliver() throws IOException, FrameRefused, InterruptedException {
      int delivered = 0;
      for (Frame frame = frames.next(bytes); frame != null; frame = frames.next(bytes)) {
        if (frame instanceof Data) {
          // Its slice would be a view of our buffer, which the next read overwrites.
          throw new FrameRefused("Data flows from edge to hub");
        }
        while (!inbox.offer(frame, INBOX_SLICE_MS, TimeUnit.MILLISECONDS)) {
          connection.check(); // the owner does not take: it may be stuck in a write
          if (closedBecause.get() != null) {
            return delivered;
          }
          onInbox.run();
        }
        delivered++;
      }
      if (delivered > 0) {
        onInbox.run();
      }
      return Math.max(1, delivered);
    }
  }
}
