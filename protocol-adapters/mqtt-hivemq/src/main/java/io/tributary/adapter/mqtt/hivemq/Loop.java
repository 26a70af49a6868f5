package io.tributary.adapter.mqtt.hivemq;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The event loop of one connection: one thread. The library is given it as its Netty executor, and registers its channel there, as
/// every program of Netty does; that is where our handlers come before the library's.
final class Loop extends MultiThreadIoEventLoopGroup {
  /// The longest that its end may take; it has nothing to wait for.
  private static final int END_SECONDS = 10;

  private final Consumer<Channel> prepare;
  private volatile @Nullable Channel channel;

  /// @param prepare puts handlers before the library's; called before a channel is registered, on the thread that connects
  Loop(String name, Consumer<Channel> prepare) {
    super(1, new DefaultThreadFactory(name, true), ioHandlers());
    this.prepare = prepare;
  }

  /// Runs something on the loop; does nothing when it has ended.
  void run(Runnable task) {
    try {
      execute(task);
    } catch (RejectedExecutionException e) {
      // The connection is over, and the loop with it.
    }
  }

  /// Closes the channel and ends the thread, after what was given to it before. Does not wait.
  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
  void end() {
    run(() -> {
      Channel open = channel;
      if (open != null) {
        open.close();
      }
    });
    shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  protected EventLoop newChild(Executor executor, Object... all) {
    return new SingleThreadIoEventLoop(this, executor, (IoHandlerFactory) all[0]) {
      @Override
      public ChannelFuture register(Channel registered) {
        channel = registered;
        prepare.accept(registered);
        return super.register(registered);
      }
    };
  }

  /// The library takes sockets of epoll where its classes are there, by the same question.
  private static IoHandlerFactory ioHandlers() {
    try {
      Class.forName("io.netty.channel.epoll.Epoll", false, Loop.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return NioIoHandler.newFactory();
    }
    return OfEpoll.ioHandlers();
  }

  /// A class of its own, so that its absence is no error.
  private static final class OfEpoll {
    static IoHandlerFactory ioHandlers() {
      return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }
  }
}
