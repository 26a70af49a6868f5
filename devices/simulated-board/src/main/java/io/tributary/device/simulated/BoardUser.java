package io.tributary.device.simulated;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/// One edge at the board: a line of text is a request, and its answer another.
final class BoardUser implements AutoCloseable, SimulatedPin.Listener {
  private final SimulatedBoard board;
  private final SocketChannel channel;
  private final Set<Integer> watched = new HashSet<>();

  BoardUser(SimulatedBoard board, SocketChannel channel) {
    this.board = board;
    this.channel = channel;
  }

  void serve() throws IOException {
    BufferedReader lines =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      send(answer(line));
    }
  }

  private String answer(String line) {
    String[] words = line.split(" ", -1);
    try {
      return switch (words[0]) {
        case "i2c" -> i2c(words);
        case "spi" -> "data " + spi(number(words[1]), HexFormat.of().parseHex(words[2]));
        case "input" -> input(number(words[1]), is(words[3]), Long.parseLong(words[4]));
        case "output" -> output(number(words[1]), is(words[2]), is(words[3]));
        case "level" -> "level " + level(number(words[1]));
        case "set" -> set(number(words[1]), is(words[2]));
        default -> "error what is '" + line + "'?";
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return "error what is '" + line + "'?";
    }
  }

  private String i2c(String[] words) {
    int address = Integer.parseInt(words[2], 16);
    int register = Integer.parseInt(words[3], 16);
    boolean isRead = words[1].equals("read");
    byte[] read = isRead ? board.read(address, register, Integer.parseInt(words[4], 16)) : null;
    boolean isThere =
        isRead ? read != null : board.write(address, register, HexFormat.of().parseHex(words[4]));
    if (!isThere) {
      return "error chip 0x%02x: nobody answers".formatted(address);
    }
    return read == null ? "ok" : "data " + HexFormat.of().formatHex(read);
  }

  private String spi(int chipSelect, byte[] out) {
    return HexFormat.of().formatHex(board.transfer(chipSelect, out));
  }

  private String input(int pin, boolean isActiveLow, long debounceMicros) {
    synchronized (board) {
      board.pin(pin).watch(isActiveLow, debounceMicros, this);
      watched.add(pin);
    }
    return "ok";
  }

  private String output(int pin, boolean isActiveLow, boolean isActive) {
    synchronized (board) {
      board.pin(pin).watch(isActiveLow, 0, this);
      watched.add(pin);
      board.pin(pin).set(isActive);
    }
    return "ok";
  }

  private int level(int pin) {
    synchronized (board) {
      return board.pin(pin).isActive() ? 1 : 0;
    }
  }

  private String set(int pin, boolean active) {
    synchronized (board) {
      board.pin(pin).set(active);
    }
    return "ok";
  }

  @Override
  public void changed(int pin, boolean isActive, long timeNanos) {
    try {
      send("edge %d %d %d %d".formatted(pin, isActive ? 1 : 0, timeNanos, board.takeLost()));
    } catch (IOException e) {
      // Its edge is gone; the reader finds it out.
    }
  }

  private void send(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
    synchronized (channel) {
      while (bytes.hasRemaining()) {
        var unused = channel.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    synchronized (board) {
      watched.forEach(each -> board.pin(each).forget(this));
    }
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }

  private static boolean is(String word) {
    return word.equals("1");
  }
}
