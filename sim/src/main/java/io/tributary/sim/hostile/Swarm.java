package io.tributary.sim.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Many connections to one port that all say the same, at once or one byte at a time, and then wait
/// to be thrown out. One thread, one selector.
final class Swarm {
  private static final int DIALS_PER_TURN = 100;
  private static final long TURN_MS = 20;

  /// @param connections how many
  /// @param says what each says
  /// @param byteMs the pause between two bytes; 0: all at once
  /// @param patience how long they wait to be thrown out, counted from the last dial
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Plan(int connections, byte[] says, int byteMs, Duration patience) {}

  /// @param opened connections that the kernel or the program took in
  /// @param refused those that were thrown out, or never taken in by the program
  /// @param open those that the program still holds at the end
  record Result(int opened, int refused, int open) {}

  private final InetSocketAddress target;
  private final Plan plan;
  private final List<Peer> peers = new ArrayList<>();
  private int opened;
  private int refused;

  private static final class Peer {
    final SocketChannel channel;
    final ByteBuffer left;
    long nextByteNanos;

    Peer(SocketChannel channel, byte[] says) {
      this.channel = channel;
      this.left = ByteBuffer.wrap(says);
    }
  }

  private Swarm(InetSocketAddress target, Plan plan) {
    this.target = target;
    this.plan = plan;
  }

  /// @param held how many connections the attacked program holds on behalf of these peers
  static Result attack(InetSocketAddress target, Plan plan, LongSupplier held)
      throws IOException, InterruptedException {
    return new Swarm(target, plan).run(held);
  }

  private Result run(LongSupplier held) throws IOException, InterruptedException {
    try (Selector selector = Selector.open()) {
      int dialled = 0;
      long deadlineNanos = Long.MAX_VALUE;
      while (dialled < plan.connections() || (refused < dialled && isBefore(deadlineNanos))) {
        for (int i = 0; i < DIALS_PER_TURN && dialled < plan.connections(); i++) {
          dial(selector);
          dialled++;
          if (dialled == plan.connections()) {
            deadlineNanos = System.nanoTime() + plan.patience().toNanos();
          }
        }
        selector.select(TURN_MS);
        for (SelectionKey key : selector.selectedKeys()) {
          serve(key, (Peer) key.attachment());
        }
        selector.selectedKeys().clear();
        if (plan.byteMs() > 0) {
          drip();
        }
      }
      int open = Math.clamp(held.getAsLong(), 0, dialled - refused);
      return new Result(opened, dialled - open, open);
    } finally {
      for (Peer peer : peers) {
        peer.channel.close();
      }
    }
  }

  private static boolean isBefore(long deadlineNanos) {
    return deadlineNanos == Long.MAX_VALUE || System.nanoTime() - deadlineNanos < 0;
  }

  private void dial(Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    Peer peer = new Peer(channel, plan.says());
    peers.add(peer);
    try {
      channel.register(selector, SelectionKey.OP_CONNECT, peer);
      if (channel.connect(target)) {
        connected(channel.keyFor(selector));
      }
    } catch (IOException e) {
      thrownOut(channel.keyFor(selector), peer);
    }
  }

  private void serve(SelectionKey key, Peer peer) throws IOException {
    if (!key.isValid()) {
      return;
    }
    try {
      if (key.isConnectable() && peer.channel.finishConnect()) {
        connected(key);
      }
      if (key.isValid() && key.isReadable()) {
        ByteBuffer answer = ByteBuffer.allocate(4096);
        if (peer.channel.read(answer) < 0) {
          thrownOut(key, peer);
          return;
        }
      }
      if (key.isValid() && key.isWritable()) {
        say(key, peer, plan.byteMs() == 0 ? peer.left.remaining() : 0);
      }
    } catch (IOException e) {
      thrownOut(key, peer);
    }
  }

  private void connected(SelectionKey key) {
    opened++;
    boolean talks = plan.byteMs() == 0 && plan.says().length > 0;
    key.interestOps(SelectionKey.OP_READ | (talks ? SelectionKey.OP_WRITE : 0));
  }

  private void say(SelectionKey key, Peer peer, int count) throws IOException {
    ByteBuffer part = peer.left.slice(peer.left.position(), count);
    int written = peer.channel.write(part);
    peer.left.position(peer.left.position() + written);
    if (!peer.left.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  private void drip() throws IOException {
    long nowNanos = System.nanoTime();
    for (Peer peer : peers) {
      if (peer.channel.isConnected() && peer.left.hasRemaining() && nowNanos > peer.nextByteNanos) {
        peer.nextByteNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(plan.byteMs());
        try {
          peer.left.position(
              peer.left.position() + peer.channel.write(peer.left.slice(peer.left.position(), 1)));
        } catch (IOException e) {
          continue; // the selector tells that it was thrown out
        }
      }
    }
  }

  private void thrownOut(SelectionKey key, Peer peer) throws IOException {
    refused++;
    key.cancel();
    peer.channel.close();
  }
}
