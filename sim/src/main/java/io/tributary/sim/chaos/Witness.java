package io.tributary.sim.chaos;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Stands between a bridge and its broker and writes down what passed, as the specification counts it: which numbers the
/// bridge acknowledged, and how often a number was handed over as a new message (MQTT 5, sections 4.3 and 4.4).
final class Witness implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 2_000;
  private static final int CONNACK = 2;
  private static final int VERSION_FIVE = 5;

  private final ServerSocket listen;
  private final InetSocketAddress broker;
  private final int version;
  private final Set<Socket> open = new HashSet<>();

  /// Of this connection: the number that an identifier stands for, until PUBACK or PUBREC.
  private final Map<Integer, Long> unacknowledged = new HashMap<>();

  /// Of the session and QoS 2, until PUBCOMP.
  private final Map<Integer, Received> received = new HashMap<>();

  private final Set<Long> acknowledged = new HashSet<>();
  private final Map<Long, Integer> handedOver = new HashMap<>();
  private final Map<Long, Integer> uncertain = new HashMap<>();
  private long repeats;
  private long passed;

  /// Of this connection: identifiers with a PUBREL and no PUBCOMP.
  private final Set<Integer> uncompleted = new HashSet<>();

  private static final class Received {
    private final long number;
    private boolean isAnswered;
    private boolean isReleased;

    Received(long number) {
      this.number = number;
    }
  }

  /// @param version 4 for MQTT 3.1.1, or 5
  Witness(String address, InetSocketAddress broker, int version) throws IOException {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    this.listen = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    this.broker = broker;
    this.version = version;
    Thread.ofVirtual().name("witness").start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket bridge = listen.accept();
        Thread.ofVirtual().name("witness-connection").start(() -> serve(bridge));
      }
    } catch (IOException closed) {
      return; // the trial is over
    }
  }

  private void serve(Socket bridge) {
    try (bridge;
        Socket to = new Socket()) {
      to.connect(broker, CONNECT_TIMEOUT_MS);
      bridge.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      synchronized (this) {
        unacknowledged.clear();
        uncompleted.clear();
        open.add(bridge);
        open.add(to);
      }
      Thread back = Thread.ofVirtual().start(() -> pass(bridge, to, false));
      pass(to, bridge, true);
      back.join();
    } catch (IOException lost) {
      return; // either side is told by the end of its connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        open.removeIf(Socket::isClosed);
      }
    }
  }

  /// Passes packets on one by one; each is written down before it goes on.
  private void pass(Socket from, Socket to, boolean isFromBroker) {
    try {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
      OutputStream out = new BufferedOutputStream(to.getOutputStream(), 1 << 16);
      while (true) {
        int first = in.readUnsignedByte();
        byte[] length = new byte[4];
        int lengthBytes = 0;
        int size = 0;
        int digit;
        do {
          digit = in.readUnsignedByte();
          length[lengthBytes] = (byte) digit;
          size |= (digit & 127) << (7 * lengthBytes);
          lengthBytes++;
        } while (digit >= 128);
        byte[] body = in.readNBytes(size);
        if (body.length < size) {
          return;
        }
        if (isFromBroker) {
          fromBroker(first, body);
        } else {
          fromBridge(first, body);
        }
        out.write(first);
        out.write(length, 0, lengthBytes);
        out.write(body);
        if (in.available() == 0) {
          out.flush();
        }
      }
    } catch (IOException lost) {
      return; // the other direction ends by the sockets that are closed
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is of no use any more
    }
  }

  private synchronized void fromBroker(int first, byte[] body) {
    passed++;
    switch (first >> 4) {
      case CONNACK -> {
        if ((body[0] & 1) == 0) {
          received
              .values()
              .forEach(each -> {
                if (!each.isAnswered) {
                  uncertain.merge(each.number, 1, Integer::sum);
                }
              });
          received.clear();
        }
      }
      case RawMqtt.PUBLISH -> published(first, body);
      case RawMqtt.PUBREL -> {
        uncompleted.add(number(body, 0));
        Received released = received.get(number(body, 0));
        if (released != null) {
          released.isReleased = true; // what bears the identifier from here on is another message
        }
      }
      default -> {
        // Says nothing of messages.
      }
    }
  }

  private void published(int first, byte[] body) {
    int qos = first >> 1 & 3;
    int at = 2 + number(body, 0);
    int id = qos == 0 ? 0 : number(body, at);
    at += qos == 0 ? 0 : 2;
    if (version == VERSION_FIVE) {
      int properties = body[at]; // Mosquitto adds none, or few
      at += 1 + properties;
    }
    long number = Long.parseLong(new String(body, at, body.length - at, StandardCharsets.UTF_8));
    if (qos > 0) {
      unacknowledged.put(id, number);
    }
    if (qos == 2) {
      Received known = received.get(id);
      boolean isRepeat =
          known != null && known.number == number && (first & 8) != 0 && !known.isReleased;
      if (isRepeat) {
        repeats++;
      } else {
        if (known != null && !known.isAnswered) {
          uncertain.merge(known.number, 1, Integer::sum);
        }
        received.put(id, new Received(number));
      }
    }
  }

  private synchronized void fromBridge(int first, byte[] body) {
    passed++;
    int type = first >> 4;
    if (type != RawMqtt.PUBACK && type != RawMqtt.PUBREC && type != RawMqtt.PUBCOMP) {
      return;
    }
    int id = number(body, 0);
    switch (type) {
      case RawMqtt.PUBACK -> {
        Long number = unacknowledged.remove(id);
        if (number != null) {
          acknowledged.add(number);
        }
      }
      case RawMqtt.PUBREC -> {
        unacknowledged.remove(id);
        Received known = received.get(id);
        if (known != null && !known.isAnswered) {
          known.isAnswered = true;
          acknowledged.add(known.number);
          handedOver.merge(known.number, 1, Integer::sum);
        }
      }
      default -> {
        uncompleted.remove(id);
        received.remove(id);
      }
    }
  }

  private static int number(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  /// Packets, both ways.
  synchronized long passed() {
    return passed;
  }

  /// Of which the bridge has said that they are on disk.
  synchronized Set<Long> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  /// How often each number was handed over at QoS 2 as a message of its own, or may have been, where it was not acknowledged
  /// before the broker forgot the session, or used another identifier for it.
  synchronized Map<Long, Integer> handedOverMost() {
    Map<Long, Integer> all = new HashMap<>(handedOver);
    uncertain.forEach((number, often) -> all.merge(number, often, Integer::sum));
    received
        .values()
        .forEach(each -> {
          if (!each.isAnswered) {
            all.merge(each.number, 1, Integer::sum);
          }
        });
    return all;
  }

  /// How many messages of QoS 1 and 2 came over the connection that is there now, and were not acknowledged.
  synchronized int unacknowledged() {
    return unacknowledged.size();
  }

  /// How many messages the broker has released over the connection that is there now, and has no PUBCOMP of.
  synchronized int uncompleted() {
    return uncompleted.size();
  }

  /// Whether the bridge has answered all that the broker has sent.
  boolean isIdle() {
    return unacknowledged() == 0 && uncompleted() == 0;
  }

  /// Messages of QoS 2 that the broker sent again.
  synchronized long repeats() {
    return repeats;
  }

  @Override
  public void close() throws IOException {
    listen.close();
    synchronized (this) {
      open.forEach(Witness::close);
    }
  }
}
