package io.tributary.sim.device;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// One TCP connection that cuts its bytes into MQTT packets and never blocks. Belongs to the thread of its selector.
final class MqttConnection {
  /// No packet that a publisher is sent comes near; prevents a peer that is no broker from filling the memory.
  private static final int PACKET_BYTES_MOST = 64 << 10;

  private static final int LENGTH_BYTES_MOST = 4;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Listener listener;
  private final ByteBuffer shared;
  private final Outbox out = new Outbox();
  private ByteBuffer rest = NOTHING;

  /// Who is told; all calls come from the selector's thread.
  interface Listener {
    /// TCP has connected.
    void opened() throws IOException;

    /// A packet is whole.
    ///
    /// @param body behind its fixed header; valid during the call
    void packet(int type, ByteBuffer body) throws IOException;

    /// Everything that has come was taken.
    void taken() throws IOException;

    /// The connection has broken.
    void broken(String why);
  }

  /// Begins to connect.
  ///
  /// @param shared where bytes are read to; of at least twice the largest packet
  MqttConnection(Selector selector, InetSocketAddress address, ByteBuffer shared, Listener listener)
      throws IOException {
    this.listener = listener;
    this.shared = shared;
    this.channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      key = channel.register(selector, SelectionKey.OP_CONNECT, this);
      if (channel.connect(address)) {
        // On loopback it may be connected at once: told by the selector all the same.
        key.interestOps(SelectionKey.OP_WRITE);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  static ByteBuffer sharedBuffer() {
    return ByteBuffer.allocateDirect(2 * PACKET_BYTES_MOST);
  }

  Outbox out() {
    return out;
  }

  /// What the selector has found.
  void ready() {
    if (!key.isValid()) {
      return; // closed a moment ago
    }
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        listener.opened();
      } else if (key.isWritable() && (key.interestOps() & SelectionKey.OP_READ) == 0) {
        key.interestOps(SelectionKey.OP_READ);
        listener.opened();
      }
      if (channel.isOpen() && key.isReadable()) {
        read();
      }
      if (channel.isOpen() && key.isWritable()) {
        flush();
      }
    } catch (IOException e) {
      close();
      listener.broken(String.valueOf(e.getMessage()));
    }
  }

  private void read() throws IOException {
    shared.clear().put(rest);
    rest = NOTHING;
    int count = channel.read(shared);
    if (count < 0) {
      throw new IOException("the server has closed the connection");
    }
    shared.flip();
    while (channel.isOpen() && packet()) {
      // until the last one that is whole
    }
    if (channel.isOpen()) {
      if (shared.hasRemaining()) {
        rest = ByteBuffer.allocate(shared.remaining()).put(shared).flip();
      }
      listener.taken();
    }
  }

  private boolean packet() throws IOException {
    int from = shared.position();
    int at = from + 1;
    int length = 0;
    int shift = 0;
    byte part;
    do {
      if (at >= shared.limit()) {
        return false;
      }
      if (at > from + LENGTH_BYTES_MOST) {
        throw new IOException("what the server sends is not MQTT");
      }
      part = shared.get(at++);
      length |= (part & 0x7f) << shift;
      shift += 7;
    } while (part < 0);
    if (length > PACKET_BYTES_MOST) {
      throw new IOException("the server sends a packet of " + length + " bytes to a publisher");
    }
    if (at + length > shared.limit()) {
      return false;
    }
    int type = (shared.get(from) & 0xf0) >>> 4;
    ByteBuffer body = shared.slice(at, length);
    shared.position(at + length);
    listener.packet(type, body);
    return true;
  }

  /// Sends what is waiting, as far as the kernel takes it now; the rest when it takes more.
  void flush() throws IOException {
    if (!channel.isConnected()) {
      return;
    }
    out.drainTo(channel);
    int ops = SelectionKey.OP_READ | (out.waitingBytes() > 0 ? SelectionKey.OP_WRITE : 0);
    if (key.interestOps() != ops) {
      key.interestOps(ops);
    }
  }

  /// Closes it without a word.
  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // A fault of the world without a cure: whoever closes wants it gone, and gone it is.
      out.clear();
    }
  }
}
