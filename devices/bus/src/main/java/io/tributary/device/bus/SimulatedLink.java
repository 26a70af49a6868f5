package io.tributary.device.bus;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The line to a simulator that plays a bus or a chip of pins, over a socket of its machine. Each request is a line of text and so is
/// its answer; numbers of chips, registers and bytes are hexadecimal, those of pins are decimal.
///
/// ```
///  i2c read 76 88 1a      data 6e8f…          spi 0 018000         data 0002ff
///  i2c write 76 f4 25     ok                  input 17 up 0 20000  ok        pull, active low, µs of debounce
///  level 17               level 1             output 27 0 1        ok        active low, active
///  set 27 1               ok                  anything             error TEXT
///
///  edge 17 1 1764400000000000000 0            told by the simulator: active, ns since 1970, how many were lost before it
/// ```
final class SimulatedLink implements AutoCloseable {
  static final String PREFIX = "simulated:";

  private static final String EDGE = "edge ";
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int BUFFER_BYTES = 4096;
  private static final int LINE_CHARACTERS = 1024;

  private final String path;
  private final SocketChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final StringBuilder begun = new StringBuilder();
  private final Deque<String> answers = new ArrayDeque<>();
  private final Deque<String> edges = new ArrayDeque<>();

  private SimulatedLink(String path, SocketChannel channel, Selector selector) {
    this.path = path;
    this.channel = channel;
    this.selector = selector;
  }

  /// The socket of an address; null when it means the kernel's.
  static @Nullable String socket(String address) {
    return address.startsWith(PREFIX) ? address.substring(PREFIX.length()) : null;
  }

  static SimulatedLink connect(String path) throws IOException {
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      return new SimulatedLink(path, channel, selector);
    } catch (IOException e) {
      if (channel != null) {
        channel.close();
      }
      throw new IOException("no simulator listens at " + path + ": " + e.getMessage(), e);
    }
  }

  /// Asks, and waits for the answer.
  ///
  /// @param expected how the answer begins
  /// @return the rest of it
  /// @throws IOException when it is an error, or does not come
  String ask(String request, String expected) throws IOException {
    answers.clear();
    ByteBuffer out = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        throw new IOException("the simulator at " + path + " reads nothing");
      }
    }
    long deadlineNanos = System.nanoTime() + ANSWER_NANOS;
    while (answers.isEmpty()) {
      long leftNanos = deadlineNanos - System.nanoTime();
      if (leftNanos <= 0) {
        throw new IOException("the simulator at " + path + " does not answer");
      }
      receive(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
    }
    String answer = answers.remove();
    if (answer.startsWith("error ")) {
      throw new IOException(answer.substring("error ".length()));
    }
    if (!answer.startsWith(expected)) {
      throw new IOException("the simulator at " + path + " answers '" + answer + "'");
    }
    return answer.substring(expected.length()).strip();
  }

  /// What the simulator told of edges, one line each without its first word; waits for the first, and then takes what is there.
  List<String> edges(long waitMs) throws IOException {
    if (edges.isEmpty()) {
      receive(waitMs);
    }
    List<String> taken = List.copyOf(edges);
    edges.clear();
    return taken;
  }

  private void receive(long waitMs) throws IOException {
    int ready = waitMs <= 0 ? selector.selectNow() : selector.select(waitMs);
    if (ready == 0) {
      return;
    }
    selector.selectedKeys().clear();
    buffer.clear();
    if (channel.read(buffer) < 0) {
      throw new IOException("the simulator at " + path + " is gone");
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      take((char) (buffer.get() & 0xff));
    }
  }

  private void take(char character) throws IOException {
    if (character != '\n') {
      if (begun.length() == LINE_CHARACTERS) {
        throw new IOException("the simulator at " + path + " sends a line without an end");
      }
      begun.append(character);
      return;
    }
    String line = begun.toString();
    begun.setLength(0);
    if (line.startsWith(EDGE)) {
      edges.add(line.substring(EDGE.length()));
    } else {
      answers.add(line);
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      // A socket that cannot be closed is gone already.
    }
  }
}
