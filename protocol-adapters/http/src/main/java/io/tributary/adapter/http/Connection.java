package io.tributary.adapter.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One client: its requests, one after the other, and their answers in the same order. Event loop only.
///
/// ```
///        a head            the whole body            answered            sent
///  HEAD ────────▶ BODY ────────────────────▶ BUSY ───────────▶ ANSWERING ────▶ HEAD
///    │              │ refused                                      │ the last one
///    └──────────────┴─▶ DISCARDING: answered, the rest is thrown   └▶ LINGERING ─▶ closed
///                       away ─▶ HEAD, or LINGERING
/// ```
///
/// While a request is under way the socket is not read. What the decoder has brought by then waits in `early`: what one read can
/// hold at most.
final class Connection extends ChannelInboundHandlerAdapter {
  private enum Phase {
    HEAD,
    BODY,
    DISCARDING,
    BUSY,
    ANSWERING,
    LINGERING
  }

  private final Endpoint endpoint;
  private final Deque<Object> early = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private Phase phase = Phase.HEAD;
  private long sinceNanos = System.nanoTime();
  private boolean isTaking;
  private boolean isKeptAlive = true;
  private boolean isHeadMethod;
  private long discardedBytes;

  /// Answers that the socket has not taken yet: two at most, when the first refused a request.
  private int unsent;

  // Of the request whose body comes.
  private @Nullable Head head;
  private WaitingBytes.Share share;
  private Body body;

  Connection(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.share = endpoint.memory().open();
    this.body = new Body(share, 0);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    endpoint.connected(this);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    early.add(read);
    goOn();
  }

  /// Takes what has come, until a request is under way; then reads no more.
  private void goOn() {
    ChannelHandlerContext ctx = context;
    if (isTaking || ctx == null) {
      return;
    }
    isTaking = true;
    try {
      while (isReady() && !early.isEmpty()) {
        Object next = early.remove();
        try {
          take(next);
        } finally {
          ReferenceCountUtil.release(next);
        }
      }
    } finally {
      isTaking = false;
    }
    ctx.channel().config().setAutoRead(isReady());
  }

  private boolean isReady() {
    return phase != Phase.BUSY && phase != Phase.ANSWERING;
  }

  private void take(Object next) {
    switch (phase) {
      case HEAD -> {
        if (next instanceof HttpRequest request) {
          takeHead(request);
        }
      }
      case BODY -> {
        if (next instanceof HttpContent content) {
          takeContent(content);
        }
      }
      case DISCARDING, LINGERING -> {
        if (next instanceof HttpContent content) {
          discard(content);
        }
      }
      case BUSY, ANSWERING -> throw new IllegalStateException("taken too early in " + phase);
    }
  }

  private void takeHead(HttpRequest request) {
    endpoint.counts().count(Counter.REQUESTS);
    isKeptAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
    isHeadMethod = request.method().equals(HttpMethod.HEAD);
    discardedBytes = 0;
    enter(Phase.BODY);
    share = endpoint.memory().open();
    body = new Body(share, endpoint.limits().bodyBytes());
    try {
      Head read = endpoint.read(request);
      share.check(Math.max(0, read.lengthBytes()) + Bounds.REQUEST_BYTES);
      share.take(Bounds.REQUEST_BYTES);
      head = read;
      if (read.isContinueExpected()) {
        write(Answer.goOn(), false, false);
      }
    } catch (RequestRefused refused) {
      isKeptAlive = isKeptAlive && mayGoOn(request);
      refuse(refused, false);
    }
  }

  /// Whether the body of a refused request can be thrown away, and the next follow. Who waits for a 100 may or may not send it after
  /// the answer; nobody can tell.
  private static boolean mayGoOn(HttpRequest request) {
    return !HttpUtil.is100ContinueExpected(request)
        && HttpUtil.getContentLength(request, 0L) <= Bounds.DISCARDED_BYTES;
  }

  private void takeContent(HttpContent content) {
    boolean isLast = content instanceof LastHttpContent;
    try {
      if (!content.decoderResult().isSuccess()) {
        isKeptAlive = false;
        throw RequestRefused.malformed(
            "its chunks are no HTTP: " + content.decoderResult().cause());
      }
      body.add(content.content());
      Head whole = head;
      if (isLast && whole != null) {
        enter(Phase.BUSY);
        endpoint.requests().take(whole, body, share, this::answer);
        head = null;
      }
    } catch (RequestRefused refused) {
      refuse(refused, isLast);
    } catch (RuntimeException bug) {
      endpoint.failed(peer(), bug);
      isKeptAlive = false;
      refuse(RequestRefused.bug(bug), isLast);
    }
  }

  /// Answers a request of which nothing is taken.
  ///
  /// @param isWhole whether all of it has come
  private void refuse(RequestRefused refused, boolean isWhole) {
    endpoint.counts().count(refused.counter(), peer() + ": " + refused.text());
    share.close();
    head = null;
    if (isWhole) {
      answer(refused.answer());
    } else {
      enter(Phase.DISCARDING);
      send(refused.answer());
    }
  }

  private void answer(Answer answer) {
    enter(Phase.ANSWERING);
    send(answer);
  }

  private void send(Answer answer) {
    unsent++;
    write(answer.response(isKeptAlive, !isHeadMethod), true, !isKeptAlive);
  }

  private void write(FullHttpResponse response, boolean isAnswer, boolean isLast) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    ctx.writeAndFlush(response)
        .addListener(sent -> {
          if (!sent.isSuccess()) {
            var unused = ctx.close();
          } else if (isAnswer) {
            sent(isLast);
          }
        });
  }

  /// An answer has left.
  private void sent(boolean isLast) {
    unsent--;
    if (isLast) {
      linger();
    } else if (phase == Phase.ANSWERING && unsent == 0) {
      enter(Phase.HEAD);
    }
    goOn();
  }

  /// No more answers: the client hangs up when it has read the last, and what it sends until then is thrown away. To close at
  /// once, with bytes that nobody has read, would destroy the answer on its way.
  private void linger() {
    enter(Phase.LINGERING);
    ChannelHandlerContext ctx = context;
    if (ctx != null
        && ctx.channel() instanceof SocketChannel socket
        && ctx.pipeline().get(SslHandler.class) == null) {
      var unused = socket.shutdownOutput();
    }
  }

  private void discard(HttpContent content) {
    discardedBytes += content.content().readableBytes();
    if (discardedBytes > Bounds.DISCARDED_BYTES || !content.decoderResult().isSuccess()) {
      close();
    } else if (content instanceof LastHttpContent && phase == Phase.DISCARDING && isKeptAlive) {
      enter(Phase.HEAD);
    }
  }

  private void enter(Phase next) {
    phase = next;
    sinceNanos = System.nanoTime();
  }

  /// Looks for clients that are too slow, or silent.
  void sweep(long nowNanos) {
    long nanos = nowNanos - sinceNanos;
    boolean isTooSlow = nanos > endpoint.limits().requestTimeout().toNanos();
    switch (phase) {
      case BUSY -> {} // the journal has its own time-out
      case LINGERING -> {
        if (nanos > Bounds.LINGER.toNanos()) {
          close();
        }
      }
      case HEAD -> {
        if (isTooSlow) {
          endpoint.counts().count(Counter.CONNECTIONS_IDLE);
          close();
        }
      }
      case BODY -> {
        if (isTooSlow) {
          isKeptAlive = false;
          refuse(tooSlow(), false);
        }
      }
      case DISCARDING, ANSWERING -> {
        if (isTooSlow) {
          endpoint.counts().count(Counter.TIMED_OUT, peer() + ": does not read its answer");
          close();
        }
      }
    }
  }

  private RequestRefused tooSlow() {
    return RequestRefused.of(
        Counter.TIMED_OUT,
        HttpResponseStatus.REQUEST_TIMEOUT,
        "the request did not come whole within %d s (request-timeout): %d B of its body came"
            .formatted(endpoint.limits().requestTimeout().toSeconds(), body.length()));
  }

  void close() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      var unused = ctx.close();
    }
  }

  private String peer() {
    ChannelHandlerContext ctx = context;
    return ctx == null ? "nowhere" : String.valueOf(ctx.channel().remoteAddress());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (phase == Phase.BODY) {
      endpoint
          .counts()
          .count(
              Counter.CONNECTIONS_LOST,
              peer() + ": ended within a request, after %d B of its body".formatted(body.length()));
      share.close();
    }
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    phase = Phase.LINGERING;
    endpoint.disconnected(this);
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object happened) {
    if (happened instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
      endpoint
          .counts()
          .count(Counter.HANDSHAKES_FAILED, peer() + ": no TLS: " + tls.cause().getMessage());
    }
    ctx.fireUserEventTriggered(happened);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean isCountedAsItsEnd = phase == Phase.BODY && cause instanceof IOException;
    if (!isCountedAsItsEnd) {
      endpoint.failed(peer(), cause);
    }
    var unused = ctx.close();
  }
}
