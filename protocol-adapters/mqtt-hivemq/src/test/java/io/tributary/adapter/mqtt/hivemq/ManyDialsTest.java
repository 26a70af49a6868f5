package io.tributary.adapter.mqtt.hivemq;

import static io.tributary.adapter.mqtt.hivemq.Heard.eventually;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A broker that is away for long: nothing may be left of the dials, of which the library keeps what is not given back.
class ManyDialsTest {
  private static final int DIALS = 1000;

  @Test
  void leaveNoThreadAndNoMemory() throws IOException {
    List<WeakReference<Heard>> dials = new ArrayList<>();
    try (ServerSocket broker = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread hangsUp = Thread.ofPlatform().daemon().start(() -> hangUp(broker));
      for (int i = 0; i < DIALS; i++) {
        // Every other is closed while it connects.
        dials.add(dial(broker.getLocalPort(), i % 2 == 0));
      }
      eventually("the broker is there until the end", hangsUp::isAlive);
    }
    eventually("no thread is left", () -> threads() == 0);
    eventually(
        "no connection is remembered",
        () -> {
          System.gc();
          return dials.stream().allMatch(each -> each.refersTo(null));
        });
  }

  private static WeakReference<Heard> dial(int port, boolean waits) {
    Heard heard = new Heard();
    try (HivemqClient client = new HivemqClient(Heard.plan(port, "dials", List.of()), heard)) {
      client.dial();
      if (waits) {
        eventually("it ended", () -> heard.end != null);
      }
    }
    return new WeakReference<>(heard);
  }

  private static void hangUp(ServerSocket broker) {
    try {
      while (true) {
        broker.accept().close();
      }
    } catch (IOException closed) {
      return;
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().startsWith("hivemq-dials"))
        .count();
  }
}
