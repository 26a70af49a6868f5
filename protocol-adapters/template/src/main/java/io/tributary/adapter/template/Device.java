package io.tributary.adapter.template;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/// The connection of one device: its lines in, its answers out, in the order of the lines. Confined to the listener's thread.
final class Device {
  /// A line that is longer is none; without it a device could fill the heap with one.
  static final int LINE_BYTES_MOST = 1024;

  /// Lines that may wait for their answers: beyond, nothing is read, and TCP makes the device wait.
  static final int WINDOW = 64;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(LINE_BYTES_MOST);
  private final Deque<Line> owed = new ArrayDeque<>();
  private ByteBuffer out = ByteBuffer.allocate(0);
  private final String address;
  private boolean hasEnded;
  private boolean hasLine;
  private boolean waitsForRoom;

  Device(SocketChannel channel, SelectionKey key) throws IOException {
    this.channel = channel;
    this.key = key;
    this.address = String.valueOf(channel.getRemoteAddress());
  }

  void read() throws IOException {
    hasEnded |= channel.read(in) < 0;
  }

  /// Takes the lines that are there and gives the answers that are due.
  ///
  /// @throws IOException when the connection is of no use any more
  void serve(Lines lines) throws IOException {
    take(lines);
    answer();
    boolean isFull = !in.hasRemaining();
    if (isFull && !hasLine) {
      throw new IOException("a line is longer than " + LINE_BYTES_MOST + " B");
    }
    if (isDone() && in.position() > 0) {
      throw new IOException("it ended within a line");
    }
    int reads = isFull || hasEnded ? 0 : SelectionKey.OP_READ;
    key.interestOps(reads | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0));
  }

  private void take(Lines lines) {
    waitsForRoom = false;
    in.flip();
    int end = lineEnd();
    while (end >= 0 && owed.size() < WINDOW) {
      String text =
          new String(in.array(), in.position(), end - in.position(), StandardCharsets.UTF_8);
      Line line = lines.take(text.strip());
      if (line == null) {
        waitsForRoom = true;
        break;
      }
      owed.add(line);
      in.position(end + 1);
      end = lineEnd();
    }
    in.compact();
    hasLine = end >= 0;
  }

  private int lineEnd() {
    for (int i = in.position(); i < in.limit(); i++) {
      if (in.get(i) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void answer() throws IOException {
    StringBuilder due = new StringBuilder();
    Line head = owed.peek();
    while (!out.hasRemaining() && head != null && head.isAnswered()) {
      due.append(head.answer()).append('\n');
      owed.remove();
      head = owed.peek();
    }
    if (!due.isEmpty()) {
      out = ByteBuffer.wrap(due.toString().getBytes(StandardCharsets.UTF_8));
    }
    channel.write(out);
    if (!out.hasRemaining() && head != null && head.isForTheDeviceToKeep()) {
      throw new IOException("the journal did not keep a line; the device has to send it again");
    }
  }

  /// Whether the device sends no more and has all its answers.
  boolean isDone() {
    return hasEnded && !hasLine && owed.isEmpty() && !out.hasRemaining();
  }

  boolean isOwed() {
    return !owed.isEmpty();
  }

  boolean waitsForRoom() {
    return waitsForRoom;
  }

  /// Whether nothing more is taken from it before a completion.
  boolean isBlocked() {
    return owed.size() >= WINDOW;
  }

  void hangUp() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }

  @Override
  public String toString() {
    return address;
  }
}
