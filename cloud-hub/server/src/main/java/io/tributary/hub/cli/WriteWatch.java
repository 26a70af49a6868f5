package io.tributary.hub.cli;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Frees a write that stands. A blocking write to a peer that stopped reading lasts as long as the kernel believes in the peer,
/// and knows no timeout; to close the TCP socket below ends it.
final class WriteWatch {
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private WriteWatch() {}

  /// What writes to a socket.
  interface Write {
    void run() throws IOException;
  }

  /// @param tcp closed when the time is over; never a TLS socket, whose close waits for the very write that stands
  /// @throws IOException that of the write, whose text says it when the time was over
  static void within(int mostMs, Socket tcp, String peer, Write write) throws IOException {
    Future<?> alarm =
        CLOCK.schedule(
            () -> {
              tcp.close();
              return null;
            },
            mostMs,
            TimeUnit.MILLISECONDS);
    try {
      write.run();
    } catch (IOException e) {
      if (alarm.cancel(false)) {
        throw e;
      }
      throw new IOException(peer + " takes nothing more, for " + mostMs + " ms", e);
    } finally {
      alarm.cancel(false);
    }
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "write-watch");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }
}
