package io.tributary.sim.field.modbus;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Any number of slaves at addresses of their own, on one thread (Modbus messaging on TCP/IP 1.0b).
///
/// ```
///  0    2      4        6      7
///  id   0      length   unit   pdu ...
/// ```
final class TcpStation implements AutoCloseable {
  private static final int UNIT_AT = 6;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_MOST = 254;
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int WRONG_ID = 0x5555;

  private final Selector selector;
  private final FaultDice faults;
  private final long lateNanos;
  private final SentRecord record;
  private final Map<InetSocketAddress, Slave> slaves = new LinkedHashMap<>();
  private final PriorityQueue<Late> late =
      new PriorityQueue<>(Comparator.comparingLong(Late::dueNanos));
  private final Thread thread = new Thread(this::run, "modbus-tcp-station");
  private volatile long awayUntilNanos;
  private volatile boolean isAway;
  private volatile boolean isClosed;

  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Late(long dueNanos, Connection to, byte[] request, byte[] frame) {}

  private static final class Connection {
    final SocketChannel channel;
    final Slave slave;
    final ByteBuffer in = ByteBuffer.allocate(4 * (HEADER_BYTES + LENGTH_MOST));

    Connection(SocketChannel channel, Slave slave) {
      this.channel = channel;
      this.slave = slave;
    }
  }

  TcpStation(FaultDice faults, long lateNanos, SentRecord record) throws IOException {
    this.selector = Selector.open();
    this.faults = faults;
    this.lateNanos = lateNanos;
    this.record = record;
  }

  /// One more slave. Before the start.
  ///
  /// @return where it listens: port 0 is given one
  InetSocketAddress add(InetSocketAddress wanted, Slave slave) throws IOException {
    ServerSocketChannel server = listen(wanted, slave);
    InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
    slaves.put(address, slave);
    return address;
  }

  private ServerSocketChannel listen(InetSocketAddress address, Slave slave) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address);
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT, slave);
      return server;
    } catch (IOException e) {
      server.close();
      throw new IOException(address.getHostString() + ":" + address.getPort() + ": " + e, e);
    }
  }

  void start() {
    thread.start();
  }

  /// Closes all sockets, and listens again after that time.
  void vanish(long nanos) {
    awayUntilNanos = System.nanoTime() + nanos;
    isAway = true;
    selector.wakeup();
  }

  private void run() {
    try {
      boolean listens = true;
      while (!isClosed) {
        long nowNanos = System.nanoTime();
        if (isAway && listens) {
          closeAll();
          listens = false;
        } else if (isAway && nowNanos - awayUntilNanos >= 0) {
          for (Map.Entry<InetSocketAddress, Slave> each : slaves.entrySet()) {
            var unused = listen(each.getKey(), each.getValue());
          }
          isAway = false;
          listens = true;
        }
        selector.select(this::ready, Math.max(1, waitNanos(nowNanos) / 1_000_000));
        sendLate(System.nanoTime());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private long waitNanos(long nowNanos) {
    Late next = late.peek();
    return next == null ? TURN_NANOS : Math.min(TURN_NANOS, next.dueNanos() - nowNanos);
  }

  private void sendLate(long nowNanos) {
    for (Late next = late.peek();
        next != null && nowNanos - next.dueNanos() >= 0;
        next = late.peek()) {
      late.remove();
      record.sent(next.frame[UNIT_AT] & 0xff, next.request, pdu(next.frame));
      write(next.to(), next.frame());
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isValid() && key.isAcceptable() && key.attachment() instanceof Slave slave) {
        SocketChannel taken = ((ServerSocketChannel) key.channel()).accept();
        if (taken != null) {
          taken.configureBlocking(false);
          taken.setOption(StandardSocketOptions.TCP_NODELAY, true);
          taken.register(selector, SelectionKey.OP_READ, new Connection(taken, slave));
        }
      } else if (key.isValid() && key.attachment() instanceof Connection connection) {
        read(connection);
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private void read(Connection connection) throws IOException {
    ByteBuffer in = connection.in;
    if (connection.channel.read(in) < 0) {
      throw new IOException("the client has ended the connection");
    }
    in.flip();
    while (in.remaining() > HEADER_BYTES) {
      int length = in.getShort(in.position() + 4) & 0xffff;
      if (in.getShort(in.position() + 2) != 0 || length < 2 || length > LENGTH_MOST) {
        throw new IOException("no frame of Modbus");
      }
      if (in.remaining() < UNIT_AT + length) {
        break;
      }
      byte[] frame = new byte[UNIT_AT + length];
      in.get(frame);
      answer(connection, frame);
    }
    in.compact();
  }

  private void answer(Connection to, byte[] asked) {
    byte[] request = pdu(asked);
    int unit = asked[UNIT_AT] & 0xff;
    byte[] answer = to.slave.answer(unit, request);
    if (answer == null) {
      return;
    }
    int id = Pdu.word(asked, 0);
    Fault fault = faults.next();
    byte[] right = frame(id, unit, answer);
    switch (fault) {
      case LATE -> late.add(new Late(System.nanoTime() + lateNanos, to, request, right));
      case WRONG_ID -> write(to, frame(id ^ WRONG_ID, unit, faults.wrong(answer)));
      case OTHER_UNIT -> write(to, frame(id, (unit + 1) & 0xff, faults.wrong(answer)));
      case HALF -> write(to, java.util.Arrays.copyOf(right, right.length / 2));
      case NONE, CHECKSUM, NOISE -> {
        record.sent(unit, request, answer);
        write(to, right);
      }
    }
  }

  private static byte[] pdu(byte[] frame) {
    return java.util.Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
  }

  private static byte[] frame(int id, int unit, byte[] pdu) {
    byte[] frame = new byte[HEADER_BYTES + pdu.length];
    Pdu.putWord(frame, 0, id);
    Pdu.putWord(frame, 4, 1 + pdu.length);
    frame[UNIT_AT] = (byte) unit;
    System.arraycopy(pdu, 0, frame, HEADER_BYTES, pdu.length);
    return frame;
  }

  /// A client that asks and does not read is cut off.
  private void write(Connection to, byte[] frame) {
    try {
      if (to.channel.isOpen() && to.channel.write(ByteBuffer.wrap(frame)) < frame.length) {
        to.channel.close();
      }
    } catch (IOException e) {
      close(to.channel.keyFor(selector));
    }
  }

  private static void close(@Nullable SelectionKey key) {
    if (key != null) {
      try {
        key.channel().close();
      } catch (IOException e) {
        System.getLogger(TcpStation.class.getName())
            .log(System.Logger.Level.WARNING, "a socket did not close", e);
      }
    }
  }

  private void closeAll() {
    List<SelectionKey> keys = new ArrayList<>(selector.keys());
    keys.forEach(TcpStation::close);
    late.clear();
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeAll();
    selector.close();
  }
}
