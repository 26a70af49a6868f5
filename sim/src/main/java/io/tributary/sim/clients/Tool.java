package io.tributary.sim.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One of Kafka's command-line tools in a process of its own. What it prints is read line by line, on a thread of its own,
/// and not kept; what it complains of goes to a file.
final class Tool implements AutoCloseable {
  private static final int READ_BYTES = 1 << 16;
  private static final int PATIENCE_SECONDS = 120;

  private final String name;
  private final Process process;
  private final Thread reader;
  private final Path complaints;

  /// Takes each line that the tool prints, in order, on one thread.
  interface Lines {
    /// @param buffer where the line lies, valid until this returns
    void line(byte[] buffer, int from, int to);
  }

  /// Starts `org.apache.kafka.tools.NAME`.
  ///
  /// @param classPath that has Kafka's tools
  Tool(String classPath, String name, List<String> arguments, Path complaints, Lines lines)
      throws IOException {
    this.name = name;
    this.complaints = complaints;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                "org.apache.kafka.tools." + name));
    command.addAll(arguments);
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(complaints.toFile()))
            .start();
    process.getOutputStream().close();
    reader = Thread.ofPlatform().name("lines-of-" + name).start(() -> read(lines));
  }

  private void read(Lines lines) {
    byte[] buffer = new byte[READ_BYTES];
    int held = 0;
    try (InputStream in = process.getInputStream()) {
      for (int read; (read = in.read(buffer, held, buffer.length - held)) > 0; ) {
        held += read;
        int from = 0;
        for (int at = held - read; at < held; at++) {
          if (buffer[at] == '\n') {
            lines.line(buffer, from, at);
            from = at + 1;
          }
        }
        System.arraycopy(buffer, from, buffer, 0, held - from);
        held -= from;
        if (held == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * held);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          e); // the default handler tells; who counts on the lines misses them
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// SIGTERM: it ends as it does in order. All of its lines have been taken when this returns.
  void terminate() throws IOException, InterruptedException {
    process.toHandle().destroy(); // the process itself would close what is still to be read
    end();
  }

  /// SIGKILL. All of its lines have been taken when this returns.
  void kill() throws IOException, InterruptedException {
    process.toHandle().destroyForcibly();
    end();
  }

  private void end() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(name + " does not end; it said: " + said());
    }
    reader.join();
  }

  /// The end of what it complained of.
  String said() throws IOException {
    String all = Files.readString(complaints);
    return all.substring(Math.max(0, all.length() - 2_000));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
