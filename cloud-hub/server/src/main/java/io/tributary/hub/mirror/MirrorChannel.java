package io.tributary.hub.mirror;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.core.HubSession;
import io.tributary.core.IntakeDesk;
import io.tributary.core.Wire;
import io.tributary.link.TlsIdentity;
import io.tributary.session.BatchCheck;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// One edge's connection: bytes to frames for its session, and the session's frames to bytes.
///
/// ```
/// TLS ─ bytes ─▶ FrameReader ─ frames ─▶ HubSession
/// TLS ◀─ one buffer a flush ◀─ FrameCodec ◀─ Wire.send
/// ```
///
/// Reads only while the session wants to and the edge takes what it is sent: an edge that asks and
/// never listens does not grow our memory. When the session has ended, what still comes is thrown
/// away until the edge closes, for a while: closing at once would reset the connection, and the
/// edge would never read why it was refused.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a channel whose write or close fails tells it by channelInactive
final class MirrorChannel extends ChannelInboundHandlerAdapter implements Wire {
  private static final int OUT_BYTES = 512;

  private final IntakeDesk desk;
  private final MirrorLimits limits;
  private final MirrorCounters counters;
  private final BatchCheck check;
  private final FrameReader frames = new FrameReader();
  private @Nullable ChannelHandlerContext context;
  private @Nullable HubSession session;
  private @Nullable ByteBuf out;
  private @Nullable ScheduledFuture<?> ticks;
  private @Nullable List<String> provenNames;
  private String peer = "unknown";
  private boolean readingWanted = true;
  private boolean closing;
  private boolean malformed;
  private @Nullable String brokenBecause;

  MirrorChannel(IntakeDesk desk, MirrorLimits limits, MirrorCounters counters, BatchCheck check) {
    this.desk = desk;
    this.limits = limits;
    this.counters = counters;
    this.check = check;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    if (ctx.pipeline().get(SslHandler.class) == null) {
      arrive(ctx);
    }
    super.channelActive(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent shaken) {
      if (shaken.isSuccess()) {
        provenNames = provenNames(ctx);
        arrive(ctx);
      } else {
        counters.noHandshake(address(ctx), HubTls.inWords(text(rootOf(shaken.cause()))));
      }
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    try {
      HubSession arrived = session;
      if (arrived != null && !closing && !malformed && read instanceof ByteBuf bytes) {
        take(arrived, bytes.nioBuffer());
      }
    } finally {
      ReferenceCountUtil.release(read);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    HubSession arrived = session;
    if (arrived != null && !closing) {
      arrived.flush();
    }
    super.channelReadComplete(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    applyReading(ctx);
    super.channelWritabilityChanged(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    ByteBuf unsent = out;
    out = null;
    if (unsent != null) {
      unsent.release();
    }
    ScheduledFuture<?> scheduled = ticks;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    HubSession arrived = session;
    if (arrived != null) {
      String why = brokenBecause;
      if (why == null) {
        why = frames.isInFrame() ? "the connection ended within a frame" : "the connection ended";
      }
      arrived.closed(why);
    }
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean isWorlds = cause instanceof IOException || cause instanceof DecoderException;
    if (!isWorlds) {
      broken(ctx, cause);
      return;
    }
    if (brokenBecause == null) { // a reset, a TLS record that does not decrypt
      brokenBecause = "connection lost: " + text(rootOf(cause));
    }
    ctx.close();
  }

  // --- Wire

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public @Nullable List<String> provenNames() {
    return provenNames;
  }

  @Override
  public void send(Frame frame) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || closing || !ctx.channel().isActive()) {
      return;
    }
    int most = FrameCodec.sizeBytesMost(frame);
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer = ctx.alloc().buffer(Math.max(OUT_BYTES, most));
      out = buffer;
    }
    buffer.ensureWritable(most);
    ByteBuffer room = buffer.internalNioBuffer(buffer.writerIndex(), most);
    int start = room.position();
    FrameCodec.encode(frame, room);
    buffer.writerIndex(buffer.writerIndex() + room.position() - start);
  }

  @Override
  public void flush() {
    ChannelHandlerContext ctx = context;
    ByteBuf buffer = out;
    out = null;
    if (ctx != null && buffer != null) {
      ctx.writeAndFlush(buffer, ctx.voidPromise());
    }
  }

  @Override
  public void pauseReading() {
    reading(false);
  }

  @Override
  public void resumeReading() {
    reading(true);
  }

  @Override
  public void disconnect(String reason) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || closing) {
      return;
    }
    ByteBuf last = out == null ? ctx.alloc().buffer(0) : out;
    out = null;
    closing = true;
    ctx.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    applyReading(ctx);
    ctx.executor().schedule(() -> ctx.close(), limits.lingerMs(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void execute(Runnable task) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    try {
      ctx.executor().execute(() -> guarded(ctx, task));
    } catch (RejectedExecutionException e) {
      // the loops have ended, and every session with them
    }
  }

  // ---

  private void take(HubSession arrived, ByteBuffer bytes) {
    try {
      for (Frame frame = frames.next(bytes); frame != null; frame = frames.next(bytes)) {
        arrived.onFrame(frame);
        if (closing) {
          return;
        }
      }
    } catch (FrameRefused refused) {
      malformed = true;
      arrived.onMalformed(refused.refusal());
    }
  }

  /// The peer has proven whatever it has to: from now on there is a session.
  private void arrive(ChannelHandlerContext ctx) {
    peer = address(ctx);
    HubSession arrived = desk.connect(this, check);
    session = arrived;
    ticks =
        ctx.executor()
            .scheduleAtFixedRate(
                () -> guarded(ctx, arrived::tick),
                HubSession.TICK_MS,
                HubSession.TICK_MS,
                TimeUnit.MILLISECONDS);
  }

  /// What an event loop runs for itself would swallow what it throws.
  private void guarded(ChannelHandlerContext ctx, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      broken(ctx, bug);
    }
  }

  /// A bug: this session's state is not to be trusted any more, so its connection ends; the edge
  /// comes back with a new one.
  private void broken(ChannelHandlerContext ctx, Throwable bug) {
    counters.bug(peer, bug);
    brokenBecause = "a bug of this hub: " + bug;
    closing = true;
    ctx.close();
  }

  private void reading(boolean wanted) {
    readingWanted = wanted;
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      applyReading(ctx);
    }
  }

  private void applyReading(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(closing || (readingWanted && ctx.channel().isWritable()));
  }

  private static List<String> provenNames(ChannelHandlerContext ctx)
      throws SSLPeerUnverifiedException {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate edge
        ? TlsIdentity.dnsNames(edge)
        : List.of();
  }

  private static String address(ChannelHandlerContext ctx) {
    SocketAddress remote = ctx.channel().remoteAddress();
    return remote == null ? "unknown" : remote.toString().replaceFirst("^/", "");
  }

  private static Throwable rootOf(@Nullable Throwable cause) {
    Throwable root = cause == null ? new IllegalStateException("no cause") : cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
