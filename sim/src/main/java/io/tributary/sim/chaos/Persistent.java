package io.tributary.sim.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/// A client with a session that lasts, which dials again whenever its connection is lost. On a thread of its own.
abstract class Persistent implements Runnable {
  private final InetSocketAddress address;
  private final String clientId;
  private final AtomicInteger connections = new AtomicInteger();

  /// How often the server had forgotten its session.
  private volatile int forgotten;

  private volatile boolean ended;

  Persistent(InetSocketAddress address, String clientId) {
    this.address = address;
    this.clientId = clientId;
  }

  /// Talks over one connection until it is lost, or everything is done.
  abstract void talk(RawMqtt connection) throws IOException;

  abstract boolean isDone();

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  public final void run() {
    while (!isDone()) {
      try (RawMqtt connection = new RawMqtt(address)) {
        connection.send(RawMqtt.connect(clientId));
        RawMqtt.Packet answer = connection.receive();
        boolean isKept = answer.number() >= 256;
        if (connections.getAndIncrement() > 0 && !isKept) {
          forgotten++;
        }
        talk(connection);
      } catch (IOException lost) {
        // What it is there for.
      }
    }
    ended = true;
  }

  String clientId() {
    return clientId;
  }

  int connections() {
    return connections.get();
  }

  int forgotten() {
    return forgotten;
  }

  boolean hasEnded() {
    return ended;
  }
}
