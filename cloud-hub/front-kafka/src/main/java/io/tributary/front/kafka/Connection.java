package io.tributary.front.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.front.kafka.access.Rights;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client. Its requests are answered in the order in which they came, as Kafka's protocol promises, and one at a time;
/// but for Produce, of which a few may be under way at once: a producer would wait for the disk each time.
///
/// ```
/// read ─▶ waiting ─▶ next ─▶ turns: begun ─▶ answered ─▶ being sent ─▶ gone
/// ```
///
/// The next is read when the answer before it is on its way, so a client that does not read its answers costs one answer,
/// and one that sends ahead is not listened to: nothing is read from the socket while nothing more may begin. What one read
/// of it brought waits. Nor is a producer listened to while the store is crowded, nor a client beyond its quota while it must
/// rest. Confined to one event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes, and closing cannot fail
final class Connection extends ChannelInboundHandlerAdapter {
  /// As many as Kafka's producers have on their way when they number their batches.
  private static final int PRODUCING_MOST = 5;

  private final Catalog catalog;
  private final FrontCounters counters;
  private final FrontLimits limits;
  private final ProducedBatch produced;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();

  /// Read, but not begun: it waits for those before it.
  private KafkaWire.@Nullable Call next;

  /// In the order of the requests.
  private final ArrayDeque<Turn> turns = new ArrayDeque<>();

  private final Fetching fetching;
  private final RequestDecoder decoder;
  private final Login login;
  private final Throttle throttle;
  private final Runnable greeted;
  private @Nullable ScheduledFuture<?> watch;
  private boolean isListening;
  private boolean isCrowded;
  private boolean isMuted;
  private boolean serving;
  private boolean hasAsked;
  private boolean isGreeted;
  private boolean hasRefused;
  private long listeningSinceNanos;
  private long connectedNanos;

  /// A request that has begun.
  private static final class Turn {
    private final KafkaWire.Call call;
    private @Nullable Answer answer;
    private boolean isSent;

    /// How long the client rests after it.
    private int throttleMs;

    private Turn(KafkaWire.Call call) {
      this.call = call;
    }

    private boolean isProduce() {
      return call.request() instanceof Request.Produce;
    }
  }

  /// @param fetching this client's
  /// @param produced shared by all clients of an event loop
  /// @param decoder the handler before this one
  /// @param login who the client is
  /// @param throttle this client's
  /// @param greeted called with the first request of a client that may ask something
  Connection(
      Catalog catalog,
      FrontCounters counters,
      FrontLimits limits,
      Fetching fetching,
      ProducedBatch produced,
      RequestDecoder decoder,
      Login login,
      Throttle throttle,
      Runnable greeted) {
    this.catalog = catalog;
    this.counters = counters;
    this.limits = limits;
    this.fetching = fetching;
    this.produced = produced;
    this.decoder = decoder;
    this.login = login;
    this.throttle = throttle;
    this.greeted = greeted;
  }

  @Override
  public void channelActive(ChannelHandlerContext client) {
    connectedNanos = System.nanoTime();
    long everyMs = Math.max(1, limits.requestMs() / 4);
    watch =
        client
            .executor()
            .scheduleAtFixedRate(() -> watch(client), everyMs, everyMs, TimeUnit.MILLISECONDS);
    listen(client);
  }

  private void listen(ChannelHandlerContext client) {
    if (!isListening) {
      isListening = true;
      listeningSinceNanos = System.nanoTime();
    }
    client.read();
  }

  /// Looks whether the client takes too long over a request. Time in which we did not listen is not
  /// its own.
  private void watch(ChannelHandlerContext client) {
    long mostNanos = TimeUnit.MILLISECONDS.toNanos(limits.requestMs());
    long nowNanos = System.nanoTime();
    long loggingInNanos = nowNanos - connectedNanos - login.workedNanos(nowNanos);
    if (!isGreeted && login.isStranger() && loggingInNanos > mostNanos) {
      refuse(client, "has not logged in within " + limits.requestMs() + " ms");
      return;
    }
    if (!isListening || (hasAsked && !decoder.isInRequest())) {
      return;
    }
    long sinceNanos =
        hasAsked ? Math.max(listeningSinceNanos, decoder.partialSinceNanos()) : listeningSinceNanos;
    if (System.nanoTime() - sinceNanos > mostNanos) {
      refuse(client, "no whole request within " + limits.requestMs() + " ms");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext client, Object frame) {
    hasAsked = true;
    if (!isGreeted && !login.isStranger()) {
      isGreeted = true;
      greeted.run();
    }
    waiting.add((ByteBuf) frame);
    serve(client);
  }

  /// Begins what may begin, one after the other, and reads on when nothing waits. An answer that is given at once comes
  /// back here from within; the outermost call goes on then.
  private void serve(ChannelHandlerContext client) {
    if (serving) {
      return;
    }
    serving = true;
    try {
      while (mayBegin(client) && (next != null || !waiting.isEmpty())) {
        beginNext(client);
      }
    } finally {
      serving = false;
    }
    if (next == null && waiting.isEmpty() && mayBegin(client)) {
      listen(client);
    } else {
      isListening = false;
    }
  }

  /// Whether one more may begin, be it only a Produce.
  private boolean mayBegin(ChannelHandlerContext client) {
    KafkaWire.Call call = next;
    boolean isProduce = call == null || call.request() instanceof Request.Produce;
    return client.channel().isActive()
        && !isCrowded
        && !isMuted
        && (turns.isEmpty()
            || (isProduce && turns.getLast().isProduce() && turns.size() < PRODUCING_MOST));
  }

  private void beginNext(ChannelHandlerContext client) {
    KafkaWire.Call call = next;
    if (call != null) {
      next = null;
      begin(client, call);
      return;
    }
    ByteBuf frame = waiting.remove();
    try {
      if (login.isStranger() && !KafkaWire.isOfLogin(frame.nioBuffer())) {
        refuse(client, login.objection());
        return;
      }
      call = KafkaWire.read(frame.nioBuffer());
      if (turns.isEmpty() || call.request() instanceof Request.Produce) {
        begin(client, call);
      } else {
        next = call; // holds nothing of the frame: only a Produce does
      }
    } catch (MalformedRequest e) {
      refuse(client, String.valueOf(e.getMessage()));
    } finally {
      frame.release();
    }
  }

  private void begin(ChannelHandlerContext client, KafkaWire.Call call) {
    Turn turn = new Turn(call);
    turns.add(turn);
    Rights known = login.rights();
    Rights rights = known == null ? Rights.NONE : known;
    switch (call.request()) {
      case Request.ApiVersions asked ->
          answer(client, turn, new Answer.ApiVersions(asked.understood()));
      case Request.SaslHandshake asked -> answer(client, turn, login.handshake(asked));
      case Request.SaslAuthenticate asked -> {
        throttle.leave();
        login.authenticate(asked, client.executor(), answer -> answer(client, turn, answer));
      }
      case Request.Metadata asked ->
          new TopicLookup(
                  catalog,
                  rights,
                  asked,
                  cluster(client),
                  client.executor(),
                  answer -> answer(client, turn, answer))
              .start();
      case Request.DescribeCluster asked ->
          answer(client, turn, new Answer.DescribeCluster(cluster(client)));
      case Request.DescribeConfigs asked ->
          answer(client, turn, catalog.describeConfigs(asked, rights));
      case Request.ListOffsets asked -> answer(client, turn, catalog.listOffsets(asked, rights));
      case Request.CreateTopics asked ->
          new TopicCreations(
                  catalog, rights, asked, client.executor(), answer -> answer(client, turn, answer))
              .start();
      case Request.DeleteTopics asked ->
          new TopicDeletions(catalog, rights, asked)
              .start(client.executor(), answer -> answer(client, turn, answer));
      case Request.FindCoordinator asked ->
          answer(client, turn, catalog.findCoordinator(asked, cluster(client), rights));
      case Request.OfGroup asked -> ask(client, turn, asked, rights);
      case Request.CreatePartitions asked ->
          new PartitionCreations(catalog, rights, asked)
              .start(client.executor(), answer -> answer(client, turn, answer));
      case Request.AlterConfigs asked ->
          new ConfigAlterations(catalog, rights, asked)
              .start(client.executor(), answer -> answer(client, turn, answer));
      case Request.IncrementalAlterConfigs asked ->
          new ConfigAlterations(catalog, rights, asked.changes())
              .start(
                  client.executor(),
                  answer -> answer(client, turn, new Answer.IncrementalAlterConfigs(answer)));
      case Request.DeleteRecords asked ->
          new RecordDeletions(catalog, rights, asked)
              .start(client.executor(), answer -> answer(client, turn, answer));
      case Request.OffsetForLeaderEpoch asked ->
          answer(client, turn, new LeaderEpochs(catalog, rights).ends(asked));
      case Request.DescribeLogDirs asked ->
          answer(client, turn, new LogDirs(catalog, rights).describe(asked));
      case Request.DescribeTopicPartitions asked ->
          answer(client, turn, new TopicPages(catalog, rights).page(asked));
      case Request.ListConfigResources asked ->
          answer(client, turn, catalog.configResources(asked, rights));
      case Request.DescribeClientQuotas asked ->
          answer(client, turn, new ClientQuotas(catalog.quotas(), rights).describe(asked));
      case Request.AlterClientQuotas asked ->
          answer(client, turn, new ClientQuotas(catalog.quotas(), rights).alter(asked));
      case Request.InitProducerId asked ->
          answer(client, turn, catalog.initProducerId(asked, rights));
      case Request.Produce asked -> {
        mute(client, turn, throttle.produced(call.clientId(), asked));
        new Producing(
                catalog, rights, asked, client.executor(), answer -> answer(client, turn, answer))
            .start(produced);
        waitUntilRelieved(client);
      }
      case Request.Fetch asked -> {
        mute(client, turn, throttle.fetching(call.clientId()));
        if (turn.throttleMs > 0) {
          answer(client, turn, fetching.putOff(asked));
        } else {
          fetch(client, turn, throttle.bounded(asked), rights);
        }
      }
    }
  }

  private void fetch(ChannelHandlerContext client, Turn turn, Request.Fetch asked, Rights rights) {
    fetching.start(
        asked,
        rights,
        client.executor(),
        client.alloc(),
        found -> {
          throttle.fetched(found);
          answer(client, turn, found);
        },
        bug -> exceptionCaught(client, bug));
  }

  /// Begins nothing more for so long, and reads nothing; what has begun is answered (KIP-219).
  private void mute(ChannelHandlerContext client, Turn turn, int throttleMs) {
    if (throttleMs > 0) {
      isMuted = true;
      turn.throttleMs = throttleMs;
      client
          .executor()
          .schedule(
              () -> {
                isMuted = false;
                serve(client);
              },
              throttleMs,
              TimeUnit.MILLISECONDS);
    }
  }

  /// The coordinator answers on a thread of its own.
  private void ask(ChannelHandlerContext client, Turn turn, Request.OfGroup asked, Rights rights) {
    InetSocketAddress from = (InetSocketAddress) client.channel().remoteAddress();
    Groups.Call call =
        new Groups.Call(
            asked.request(),
            turn.call.correlationId(),
            turn.call.clientId(),
            from.getAddress(),
            rights);
    catalog
        .ask(call)
        .whenCompleteAsync(
            (body, bug) -> {
              if (bug == null) {
                answer(client, turn, new Answer.OfGroup(body));
              } else {
                exceptionCaught(client, bug);
              }
            },
            client.executor());
  }

  private void waitUntilRelieved(ChannelHandlerContext client) {
    if (!isCrowded && catalog.isCrowded()) {
      isCrowded = true;
      catalog.whenRelieved(() ->
          client
              .executor()
              .execute(() -> {
                isCrowded = false;
                serve(client);
              }));
    }
  }

  private Answer.Cluster cluster(ChannelHandlerContext client) {
    InetSocketAddress reached = (InetSocketAddress) client.channel().localAddress();
    String host = reached.getAddress().getHostAddress();
    int scope = host.indexOf('%'); // the interface of a link-local address means nothing elsewhere
    return catalog.cluster(scope < 0 ? host : host.substring(0, scope), reached.getPort());
  }

  /// The answer goes when all before it have gone.
  private void answer(ChannelHandlerContext client, Turn turn, Answer answer) {
    if (!client.channel().isActive()) {
      if (answer instanceof Answer.Fetch fetch) {
        fetch.drop();
      }
      return;
    }
    turn.answer = answer;
    for (Turn first : List.copyOf(turns)) {
      Answer due = first.answer;
      if (due == null) {
        return;
      }
      if (!first.isSent) {
        first.isSent = true;
        send(client, first, due);
      }
    }
  }

  private void send(ChannelHandlerContext client, Turn turn, Answer answer) {
    if (turn.call.request() instanceof Request.Produce asked && !asked.wantsAnswer()) {
      String refusal = answer instanceof Answer.Produce written ? written.refusal() : null;
      if (refusal != null) {
        // With acks=0 the end of the connection is the only refusal that there is.
        refuse(client, "a batch with acks=0: " + refusal);
      } else {
        turns.remove(turn);
        serve(client);
      }
      return;
    }
    List<Object> parts;
    try {
      parts = KafkaWire.write(turn.call, answer, turn.throttleMs, client.alloc());
    } catch (RuntimeException e) {
      if (answer instanceof Answer.Fetch fetch) {
        fetch.drop();
      }
      throw e;
    }
    counters.requests.increment();
    int last = parts.size() - 1;
    for (Object part : parts.subList(0, last)) {
      client.write(part, client.voidPromise());
    }
    client
        .writeAndFlush(parts.get(last))
        .addListener((ChannelFuture sent) -> gone(client, turn, sent));
  }

  private void gone(ChannelHandlerContext client, Turn turn, ChannelFuture sent) {
    turns.remove(turn);
    if (sent.isSuccess() && !login.isOver()) {
      serve(client);
    } else {
      client.close();
    }
  }

  private void refuse(ChannelHandlerContext client, String why) {
    if (!hasRefused) {
      hasRefused = true;
      counters.refused(client.channel().remoteAddress() + ": " + why);
    }
    client.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext client, Object event) {
    if (event instanceof IdleStateEvent) {
      client.close();
    }
    if (event instanceof SslHandshakeCompletionEvent shaken) {
      shaken(client, shaken);
    }
    ReferenceCountUtil.release(event);
  }

  private void shaken(ChannelHandlerContext client, SslHandshakeCompletionEvent handshake) {
    if (handshake.isSuccess()) {
      login.certified(
          CertificateName.of(client.pipeline().get(SslHandler.class).engine().getSession()));
    } else if (!(handshake.cause() instanceof ClosedChannelException)) { // it went away
      refuse(client, "no TLS: " + handshake.cause().getMessage());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext client) {
    ScheduledFuture<?> watching = watch;
    if (watching != null) {
      watching.cancel(false);
    }
    fetching.close();
    throttle.leave();
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
    switch (cause) {
      case IOException gone -> client.close(); // the client went away: nobody's fault
      case DecoderException lie -> refuse(client, "no frame: " + lie.getMessage());
      default -> {
        System.getLogger(Connection.class.getName())
            .log(System.Logger.Level.ERROR, "a request of a Kafka client failed", cause);
        refuse(client, cause.toString());
      }
    }
  }
}
