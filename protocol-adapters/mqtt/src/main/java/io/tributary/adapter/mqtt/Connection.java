package io.tributary.adapter.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// One client's bytes: it cuts them into packets for a {@link Conversation}, stops reading while that can take nothing more,
/// and closes. Event loop only.
///
/// Bytes are taken straight from the read buffer that all connections share; only what is not a whole packet, or cannot be
/// taken yet, is kept here.
final class Connection extends ChannelInboundHandlerAdapter {
  private static final byte[] NOTHING = {};

  private final Endpoint endpoint;
  private final Server server;
  private final LoopClock clock;
  private final ListenerSettings listener;
  private final long number;
  private final Conversation conversation;
  private final Fields fields;

  private @Nullable ChannelHandlerContext context;
  private byte[] kept = NOTHING;
  private int keptFrom;
  private int keptTo;
  private boolean taking;
  private boolean sending;
  private boolean paused;
  private boolean closed;

  /// Whether the endpoint counts this connection among those that wait, and among those that are blocked.
  boolean countedWaiting;

  boolean countedBlocked;

  /// Whether it is in the endpoint's queue of those that found no room.
  boolean starving;

  private long connectedNanos;
  private long heardNanos;

  /// Whether a task waits until the client may publish again.
  private boolean isWaitingForRate;

  Connection(Endpoint endpoint, ListenerSettings listener) {
    this.endpoint = endpoint;
    this.server = endpoint.server();
    this.clock = server.clock();
    this.listener = listener;
    this.number = endpoint.nextNumber();
    this.fields = server.fields();
    this.conversation = new Conversation(server, this);
  }

  Conversation conversation() {
    return conversation;
  }

  boolean isNewerThan(Connection other) {
    return number > other.number;
  }

  /// Where it was accepted.
  ListenerSettings listener() {
    return listener;
  }

  /// Null without TLS.
  @Nullable SSLSession tlsSession() {
    ChannelHandlerContext of = context;
    SslHandler tls = of == null ? null : of.pipeline().get(SslHandler.class);
    return tls == null ? null : tls.engine().getSession();
  }

  @Nullable SocketAddress peerAddress() {
    ChannelHandlerContext of = context;
    return of == null ? null : of.channel().remoteAddress();
  }

  String peer() {
    ChannelHandlerContext of = context;
    return of == null ? "nowhere" : String.valueOf(of.channel().remoteAddress());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    connectedNanos = clock.nowNanos();
    heardNanos = connectedNanos;
    endpoint.connected(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf buffer = (ByteBuf) read;
    try {
      clock.read();
      heardNanos = clock.nowNanos();
      int from = buffer.arrayOffset() + buffer.readerIndex();
      onBytes(buffer.array(), from, from + buffer.readableBytes());
      server.broker().feed();
    } finally {
      buffer.release();
    }
  }

  private void onBytes(byte[] bytes, int from, int to) {
    if (closed) {
      return;
    }
    if (keptTo > keptFrom) {
      keep(bytes, from, to);
      takeKept();
    } else {
      int next = take(bytes, from, to);
      keep(bytes, next, to);
    }
    goOn();
    ChannelHandlerContext ctx = context;
    if (!closed && !paused && isStalled() && ctx != null) {
      paused = true;
      server.counters().count(Counter.PAUSES);
      ctx.channel().config().setAutoRead(false);
    }
    waitForRate();
    endpoint.account(this);
  }

  /// A client that has published as much as it may is not read from until it may again.
  private void waitForRate() {
    ChannelHandlerContext ctx = context;
    long waitNanos = conversation.rateWaitNanos();
    if (waitNanos > 0 && paused && !isWaitingForRate && !closed && ctx != null) {
      isWaitingForRate = true;
      server.counters().count(Counter.RATE_PAUSES);
      var unused = ctx.executor().schedule(this::rateAllows, waitNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void rateAllows() {
    isWaitingForRate = false;
    clock.read();
    resume();
    server.broker().feed();
  }

  /// Sends what is due, and takes what that makes room for, until neither brings anything more.
  private void goOn() {
    int before;
    do {
      sendDue();
      before = keptTo - keptFrom;
      takeKept();
    } while (!closed && keptTo - keptFrom != before);
  }

  /// Takes packets until they end or the conversation can take no more, and answers how far it came.
  private int take(byte[] bytes, int from, int to) {
    int at = from;
    Framing framing = server.framing();
    taking = true;
    try {
      int maxPacketBytes = server.settings().maxPacketBytes();
      while (at < to && !closed && !isStalled()) {
        conversation.checkBeginning(bytes[at]);
        if (!framing.next(bytes, at, to, maxPacketBytes)) {
          break;
        }
        at = framing.bodyTo();
        fields.over(bytes, framing.bodyFrom(), at);
        conversation.onPacket(framing.header(), fields);
      }
    } catch (PacketRefused refused) {
      refuse(refused.reason(), refused.text());
    } finally {
      taking = false;
    }
    return closed ? to : at;
  }

  private void takeKept() {
    if (keptTo == keptFrom) {
      return;
    }
    keptFrom = take(kept, keptFrom, keptTo);
    if (keptFrom >= keptTo) {
      keptFrom = 0;
      keptTo = 0;
      if (kept.length > Bounds.SMALL_BUFFER_BYTES) {
        hold(NOTHING);
      }
    }
  }

  /// Keeps bytes for later, behind those that are kept already.
  private void keep(byte[] bytes, int from, int to) {
    int more = to - from;
    if (closed || more == 0) {
      return;
    }
    if (keptTo + more > kept.length && !makeRoom(more)) {
      refuse(Reason.QUOTA_EXCEEDED, "too many bytes are waiting in all connections together");
      return;
    }
    System.arraycopy(bytes, from, kept, keptTo, more);
    keptTo += more;
  }

  private boolean makeRoom(int more) {
    int before = keptTo - keptFrom;
    if (before + more <= kept.length) {
      System.arraycopy(kept, keptFrom, kept, 0, before);
    } else {
      int doubled = Math.min(2 * kept.length, Bounds.READ_BYTES);
      byte[] larger = new byte[Math.max(before + more, doubled)];
      System.arraycopy(kept, keptFrom, larger, 0, before);
      if (!hold(larger)) {
        return false;
      }
    }
    keptFrom = 0;
    keptTo = before;
    return true;
  }

  private boolean hold(byte[] buffer) {
    if (!server.hold(buffer.length - kept.length)) {
      return false;
    }
    kept = buffer;
    return true;
  }

  /// Sends the answers that are due, then goes on with what is kept, if it can.
  void resume() {
    if (closed || taking) {
      return;
    }
    sendDue();
    if (paused) {
      conversation.retryHeld();
      goOn();
      ChannelHandlerContext ctx = context;
      if (!closed && ctx != null && !isStalled()) {
        paused = false;
        heardNanos = clock.nowNanos();
        ctx.channel().config().setAutoRead(true);
      }
    }
    waitForRate();
    endpoint.account(this);
  }

  /// The journals had no room for what it brought.
  void starved() {
    endpoint.starved(this);
  }

  /// There is something new to be sent.
  void feed() {
    if (!closed && !taking) {
      sendDue();
      endpoint.account(this);
    }
  }

  private void sendDue() {
    conversation.drain();
    sendWritten();
    if (sending) {
      return; // a write that was flushed at once tells so from within
    }
    sending = true;
    try {
      while (!closed && isWritable() && conversation.send(Bounds.SEND_BYTES)) {
        sendWritten();
      }
    } finally {
      sending = false;
    }
  }

  private boolean isWritable() {
    ChannelHandlerContext ctx = context;
    return ctx != null && ctx.channel().isWritable();
  }

  private void sendWritten() {
    Output output = server.output();
    ChannelHandlerContext ctx = context;
    if (output.size() > 0 && ctx != null) {
      byte[] packets = output.take();
      if (!closed) {
        var unused = ctx.writeAndFlush(Unpooled.wrappedBuffer(packets), ctx.voidPromise());
      }
    }
  }

  private boolean isStalled() {
    ChannelHandlerContext ctx = context;
    return conversation.isStalled() || (ctx != null && !ctx.channel().isWritable());
  }

  boolean isBlocked() {
    return conversation.isBlocked(keptTo > keptFrom);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      resume();
    }
  }

  /// Looks for silence.
  void sweep(long nowNanos) {
    if (closed) {
      return;
    }
    long silence = nowNanos - heardNanos;
    if (conversation.isChecking()) {
      connectedNanos = nowNanos;
    } else if (conversation.isGreeting()) {
      // From the beginning, not from the last byte: who sends one byte at a time does not keep a
      // place for ever.
      if (nowNanos - connectedNanos > server.settings().connectTimeout().toNanos()) {
        server.counters().count(Counter.TIMEOUTS);
        refuse(Reason.SERVER_UNAVAILABLE, "no CONNECT was answered in time");
      }
    } else if (!paused
        && conversation.silenceNanos() > 0
        && silence > conversation.silenceNanos()) {
      server.counters().count(Counter.TIMEOUTS);
      refuse(Reason.KEEP_ALIVE_TIMEOUT, "nothing was heard for 1.5 times the keep-alive");
    }
  }

  /// Tells the client why, as far as its version of MQTT has a word for it, and closes.
  void refuse(Reason reason, String text) {
    if (closed) {
      return;
    }
    endpoint.endings().refused(this, reason, text);
    byte[] last = {};
    if (conversation.isGreeting()) {
      last = Welcome.refuse(conversation.version(), reason, text);
    } else if (conversation.version() == 5) {
      Output packet = new Output();
      packet.disconnect(reason, text);
      last = packet.take();
    }
    sendWritten();
    closeAfter(last);
  }

  /// Closes without a word.
  void close() {
    sendDue();
    closeAfter(NOTHING);
  }

  private void closeAfter(byte[] last) {
    ChannelHandlerContext ctx = context;
    if (closed || ctx == null) {
      return;
    }
    closed = true;
    over();
    if (last.length == 0) {
      var unused = ctx.close();
    } else {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(last)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!closed) {
      closed = true;
      over();
    }
    endpoint.disconnected(this);
    server.broker().feed();
  }

  private void over() {
    if (keptTo > keptFrom) {
      server.counters().count(Counter.UNREAD_BYTES_AT_CLOSE, keptTo - keptFrom);
    }
    keptFrom = 0;
    keptTo = 0;
    hold(NOTHING);
    conversation.close();
    endpoint.account(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object happened) {
    if (happened instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
      endpoint.endings().handshakeFailed(this, tls.cause());
    }
    ctx.fireUserEventTriggered(happened);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    endpoint.endings().failed(this, cause);
    if (!closed) {
      closed = true;
      over();
    }
    var unused = ctx.close();
    server.broker().feed();
  }
}
