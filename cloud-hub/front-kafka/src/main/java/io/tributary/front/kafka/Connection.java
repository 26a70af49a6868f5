package io.tributary.front.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client. Its requests are answered one at a time, in the order in which they came, as Kafka's
/// protocol promises; the next is read when the answer before it is on its way, so a client that
/// does not read its answers costs one answer, and one that sends ahead is not listened to.
///
/// Nothing is read from the socket while a request is being answered; what one read of it brought
/// waits in `waiting`. Confined to one event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes, and closing cannot fail
final class Connection extends ChannelInboundHandlerAdapter {
  private final Catalog catalog;
  private final FrontCounters counters;
  private final FrontLimits limits;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private @Nullable FetchPoll poll;
  private final RequestDecoder decoder;
  private final Runnable greeted;
  private @Nullable ScheduledFuture<?> watch;
  private boolean answering;
  private boolean serving;
  private boolean hasAsked;
  private long listeningSinceNanos;

  /// @param decoder the handler before this one
  /// @param greeted called with the first request
  Connection(
      Catalog catalog,
      FrontCounters counters,
      FrontLimits limits,
      RequestDecoder decoder,
      Runnable greeted) {
    this.catalog = catalog;
    this.counters = counters;
    this.limits = limits;
    this.decoder = decoder;
    this.greeted = greeted;
  }

  @Override
  public void channelActive(ChannelHandlerContext client) {
    listeningSinceNanos = System.nanoTime();
    long everyMs = Math.max(1, limits.requestMs() / 4);
    watch =
        client
            .executor()
            .scheduleAtFixedRate(() -> watch(client), everyMs, everyMs, TimeUnit.MILLISECONDS);
    client.read();
  }

  /// Looks whether the client takes too long over a request. Time in which we did not listen is not
  /// its own.
  private void watch(ChannelHandlerContext client) {
    if (answering || (hasAsked && !decoder.isInRequest())) {
      return;
    }
    long sinceNanos =
        hasAsked ? Math.max(listeningSinceNanos, decoder.partialSinceNanos()) : listeningSinceNanos;
    if (System.nanoTime() - sinceNanos > TimeUnit.MILLISECONDS.toNanos(limits.requestMs())) {
      refuse(client, "no whole request within " + limits.requestMs() + " ms");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext client, Object frame) {
    if (!hasAsked) {
      hasAsked = true;
      greeted.run();
    }
    waiting.add((ByteBuf) frame);
    serve(client);
  }

  /// Serves what waits, one after the other, and reads on when nothing does. An answer that is sent
  /// at once comes back here from within; the outermost call goes on then.
  private void serve(ChannelHandlerContext client) {
    if (serving) {
      return;
    }
    serving = true;
    try {
      while (!answering && !waiting.isEmpty()) {
        ByteBuf frame = waiting.remove();
        try {
          if (client.channel().isActive()) {
            answering = true;
            serve(client, frame);
          }
        } finally {
          frame.release();
        }
      }
    } finally {
      serving = false;
    }
    if (!answering) {
      client.read();
    }
  }

  private void serve(ChannelHandlerContext client, ByteBuf frame) {
    KafkaWire.Call call;
    try {
      call = KafkaWire.read(frame.nioBuffer());
    } catch (MalformedRequest e) {
      refuse(client, String.valueOf(e.getMessage()));
      return;
    }
    switch (call.request()) {
      case Request.ApiVersions asked ->
          answer(client, call, new Answer.ApiVersions(asked.understood()));
      case Request.Metadata asked -> answer(client, call, catalog.metadata(asked, cluster(client)));
      case Request.DescribeCluster asked ->
          answer(client, call, new Answer.DescribeCluster(cluster(client)));
      case Request.DescribeConfigs asked -> answer(client, call, catalog.describeConfigs(asked));
      case Request.ListOffsets asked -> answer(client, call, catalog.listOffsets(asked));
      case Request.DeleteTopics asked ->
          new TopicDeletions(catalog, asked)
              .start(
                  client.executor(),
                  answer -> {
                    if (client.channel().isActive()) {
                      answer(client, call, answer);
                    }
                  });
      case Request.InitProducerId asked -> answer(client, call, catalog.initProducerId());
      case Request.Produce asked -> {
        if (asked.wantsAnswer()) {
          answer(client, call, catalog.produce(asked));
        } else {
          // With acks=0 the end of the connection is the only refusal that there is.
          refuse(client, "a producer with acks=0");
        }
      }
      case Request.Fetch asked -> {
        FetchPoll fetch =
            new FetchPoll(
                catalog,
                counters,
                limits,
                asked,
                client.executor(),
                client.alloc(),
                found -> {
                  poll = null;
                  answer(client, call, found);
                },
                bug -> exceptionCaught(client, bug));
        poll = fetch;
        fetch.start();
      }
    }
  }

  private Answer.Cluster cluster(ChannelHandlerContext client) {
    InetSocketAddress reached = (InetSocketAddress) client.channel().localAddress();
    String host = reached.getAddress().getHostAddress();
    int scope = host.indexOf('%'); // the interface of a link-local address means nothing elsewhere
    return catalog.cluster(scope < 0 ? host : host.substring(0, scope), reached.getPort());
  }

  private void answer(ChannelHandlerContext client, KafkaWire.Call call, Answer answer) {
    List<Object> parts;
    try {
      parts = KafkaWire.write(call, answer, client.alloc());
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
    client.writeAndFlush(parts.get(last)).addListener((ChannelFuture sent) -> next(client, sent));
  }

  private void next(ChannelHandlerContext client, ChannelFuture sent) {
    answering = false;
    listeningSinceNanos = System.nanoTime();
    if (sent.isSuccess()) {
      serve(client);
    } else {
      client.close();
    }
  }

  private void refuse(ChannelHandlerContext client, String why) {
    counters.refused(client.channel().remoteAddress() + ": " + why);
    client.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext client, Object event) {
    if (event instanceof IdleStateEvent) {
      client.close();
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext client) {
    ScheduledFuture<?> watching = watch;
    if (watching != null) {
      watching.cancel(false);
    }
    FetchPoll fetch = poll;
    poll = null;
    if (fetch != null) {
      fetch.cancel();
    }
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
