package io.tributary.sim.freeze;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One thread of a process, held by `strace` at its next call to the system until it is let go.
final class FrozenThread {
  /// Linux keeps this much of a thread's name.
  private static final int NAME_CHARACTERS = 15;

  private final Process tracer;

  private FrozenThread(Process tracer) {
    this.tracer = tracer;
  }

  /// Whether this machine has what it takes.
  static boolean isPossible() {
    return Stream.of("/usr/bin/strace", "/bin/strace")
        .anyMatch(p -> Files.isExecutable(Path.of(p)));
  }

  /// @throws IOException when there is no such thread, or it may not be traced
  static FrozenThread freeze(long pid, String threadName) throws IOException, InterruptedException {
    long tid = find(pid, threadName);
    Process tracer =
        new ProcessBuilder(
                List.of(
                    "strace",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "-p",
                    String.valueOf(tid),
                    "-e",
                    "inject=all:delay_enter=600s"))
            .redirectErrorStream(true)
            .start();
    tracer.getOutputStream().close();
    if (tracer.waitFor(1, TimeUnit.SECONDS)) {
      String said = new String(tracer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      throw new IOException("strace cannot hold '" + threadName + "': " + said.strip());
    }
    return new FrozenThread(tracer);
  }

  private static long find(long pid, String threadName) throws IOException {
    String seen = threadName.substring(0, Math.min(NAME_CHARACTERS, threadName.length()));
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).strip().equals(seen)) {
          return Long.parseLong(task.getFileName().toString());
        }
      }
    }
    throw new IOException("process " + pid + " has no thread '" + threadName + "'");
  }

  /// Lets it go on.
  void release() throws InterruptedException {
    tracer.destroyForcibly().waitFor();
  }
}
