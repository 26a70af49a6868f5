package io.tributary.adapter.template;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A device at the other end of a real socket.
final class TestDevice implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final BufferedReader answers;

  TestDevice(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    answers =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The next answer; null when the adapter has hung up.
  @Nullable String answer() throws IOException {
    return answers.readLine();
  }

  List<String> answers(int count) throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(String.valueOf(answer()));
    }
    return all;
  }

  boolean hasAnswers() throws IOException {
    return answers.ready();
  }

  /// Says that no more comes, and still reads.
  void endOfLines() throws IOException {
    socket.shutdownOutput();
  }

  /// Goes without a word, as when its cable is pulled and its peer finds out.
  void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
