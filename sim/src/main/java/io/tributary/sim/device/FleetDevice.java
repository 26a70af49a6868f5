package io.tributary.sim.device;

import io.tributary.sim.device.MqttWire.Connect;
import io.tributary.sim.signal.Fault;
import io.tributary.sim.signal.FaultPlan.Strike;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One device of a fleet: takes its readings when they are due, keeps them while it is out of reach, and publishes them over a
/// connection that it makes again, with backoff and jitter. All of it on the fleet's thread.
///
/// ```
///            dial             CONNACK
///  DOWN ──────────▶ DIALLING ──────────▶ UP
///   ▲  ◀── refused, silent ──┘            │
///   └───────── broken, reboot, away ──────┘
/// ```
final class FleetDevice implements MqttConnection.Listener, MqttSession.Observer {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long BACKOFF_LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int BACKOFF_DOUBLINGS = 6; // to 16 s
  private static final int KEEP_ALIVE_S = 60;
  private static final double NANOS_PER_MS = 1e6;

  /// More is not put into a socket that takes nothing: prevents a fleet at QoS 0 from filling the memory.
  private static final int OUTBOX_BYTES_MOST = 64 << 10;

  private static final int PUBACK_WITH_REASON_BYTES = 3;

  private final Fleet fleet;
  private final int number;
  private final FleetPlan plan;
  private final FleetFigures figures;
  private final FleetSensor sensor;
  private final SplittableRandom chance;
  private final MqttSession session;
  private final Deque<Kept> kept = new ArrayDeque<>();
  private Link link = Link.DOWN;
  private @Nullable MqttConnection connection;
  private long dialNanos;
  private long deadlineNanos;
  private long absentUntilNanos = Long.MIN_VALUE;
  private long lastSentNanos;
  private long pingNanos;
  private boolean isPinged;
  private long keepAliveNanos;
  private int failures;
  private boolean wasUp;
  private boolean isWiping;
  private boolean isFinishing;
  private long dueNanos = Long.MAX_VALUE;

  private enum Link {
    DOWN,
    DIALLING,
    UP
  }

  /// @param dialNanos when it connects for the first time
  FleetDevice(Fleet fleet, int number, FleetPlan plan, FleetFigures figures, long dialNanos) {
    this.fleet = fleet;
    this.number = number;
    this.plan = plan;
    this.figures = figures;
    this.dialNanos = dialNanos;
    SplittableRandom random = new SplittableRandom(31 * plan.signals().seed() + number);
    // A seed of its own for the network, so that it takes nothing from the signal's.
    this.sensor = new FleetSensor(plan, number, random.split());
    this.chance = random.split();
    this.session =
        new MqttSession(
            plan.endpoint().protocol(),
            MqttWire.utf8(plan.topic(number)),
            plan.publishing().qos(),
            plan.publishing().window(),
            this);
  }

  /// When the fleet is to call it next; kept here by the fleet alone.
  long dueNanos() {
    return dueNanos;
  }

  void setDueNanos(long nanos) {
    dueNanos = nanos;
  }

  /// Does what is due.
  ///
  /// @return when to call again at the latest
  long tick(long now) {
    if (!isFinishing) {
      while (readingNanos() <= now) {
        read(now);
      }
    }
    switch (link) {
      case DOWN -> {
        if (now >= nextDialNanos() && !(isFinishing && isSettled())) {
          dial(now);
        }
      }
      case DIALLING -> {
        if (now >= deadlineNanos) {
          fail(
              "no answer to CONNECT within "
                  + TimeUnit.NANOSECONDS.toSeconds(CONNECT_NANOS)
                  + " s");
        }
      }
      case UP -> keepAlive(now);
    }
    pump(now);
    return nextNanos();
  }

  private long readingNanos() {
    return fleet.startNanos() + (long) (sensor.dueMs() * NANOS_PER_MS);
  }

  private long nextDialNanos() {
    return Math.max(dialNanos, isFinishing ? dialNanos : absentUntilNanos);
  }

  private long nextNanos() {
    long other =
        switch (link) {
          case DOWN -> isFinishing && isSettled() ? Long.MAX_VALUE : nextDialNanos();
          case DIALLING -> deadlineNanos;
          case UP -> isPinged ? pingNanos + keepAliveNanos / 2 : lastSentNanos + keepAliveNanos / 2;
        };
    return isFinishing ? other : Math.min(other, readingNanos());
  }

  private void read(long now) {
    FleetSensor.Step step = sensor.step();
    Strike struck = step.struck();
    if (struck != null) {
      strike(struck, now);
    }
    Kept reading = step.reading();
    if (reading != null) {
      figures.readings++;
      kept.addLast(reading);
      if (kept.size() > plan.publishing().keep()) {
        kept.removeFirst();
        figures.dropped++;
      }
    }
  }

  private void strike(Strike struck, long now) {
    figures.fault(struck.fault());
    if (struck.fault() == Fault.REBOOT || struck.fault() == Fault.AWAY) {
      absentUntilNanos = fleet.startNanos() + TimeUnit.MILLISECONDS.toNanos(struck.untilMs());
      down();
      dialNanos = now;
    }
  }

  private void dial(long now) {
    link = Link.DIALLING;
    deadlineNanos = now + CONNECT_NANOS;
    try {
      connection = fleet.connect(this);
    } catch (IOException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void opened() throws IOException {
    MqttConnection opened = open();
    FleetPlan.Endpoint endpoint = plan.endpoint();
    // A clean session ends with its connection, in MQTT 5 as we ask for it as well. It is opened
    // only to throw away one that an earlier
    // process has left: packet ids still open there would swallow ours.
    MqttWire.connect(
        opened.out(),
        new Connect(
            endpoint.protocol(),
            plan.fill(endpoint.clientId(), number),
            isWiping,
            KEEP_ALIVE_S,
            endpoint.user() == null ? null : plan.fill(endpoint.user(), number),
            endpoint.password(),
            endpoint.will() == null ? null : plan.fill(endpoint.will(), number),
            FleetPlan.name(number)));
    opened.flush();
  }

  private MqttConnection open() {
    if (connection == null) {
      throw new IllegalStateException(FleetPlan.name(number) + " has no connection");
    }
    return connection;
  }

  @Override
  public void packet(int type, ByteBuffer body) throws IOException {
    switch (type) {
      case MqttWire.CONNACK -> connected(ConnectAnswer.read(plan.endpoint().protocol(), body));
      case MqttWire.PUBACK, MqttWire.PUBREC, MqttWire.PUBCOMP -> {
        if (body.remaining() < 2) {
          throw new IOException("an acknowledgement without a packet id");
        }
        int id = body.getShort(0) & 0xffff;
        int reason = body.limit() >= PUBACK_WITH_REASON_BYTES ? body.get(2) & 0xff : 0;
        session.answered(type, id, reason, open().out());
        if (type == MqttWire.PUBREC) {
          lastSentNanos = System.nanoTime();
        }
      }
      case MqttWire.PINGRESP -> isPinged = false;
      case MqttWire.DISCONNECT -> {
        int reason = body.hasRemaining() ? body.get(0) & 0xff : 0;
        throw new IOException("the server says DISCONNECT, reason code " + reason);
      }
      default -> {
        // A publisher subscribes to nothing: what else comes is not for it.
      }
    }
  }

  private void connected(ConnectAnswer answer) {
    long now = System.nanoTime();
    if (!answer.isAccepted()) {
      figures.refusedConnects++;
      fleet.refused(answer);
      fail("CONNECT is refused: " + answer.text());
      return;
    }
    if (answer.maximumQos() < plan.publishing().qos()) {
      fleet.refused(new ConnectAnswer(false, 0x9b, 0, 0, 0));
      fail("the server takes QoS " + answer.maximumQos() + " at most");
      return;
    }
    boolean isOfBefore = !wasUp && !isWiping && answer.isSessionPresent();
    if (isOfBefore || isWiping) {
      isWiping = isOfBefore;
      MqttWire.disconnect(open().out());
      down();
      dialNanos = now;
      fleet.wake(this, now);
      return;
    }
    link = Link.UP;
    failures = 0;
    figures.connected++;
    figures.reconnects += wasUp ? 1 : 0;
    wasUp = true;
    fleet.accepted();
    keepAliveNanos =
        TimeUnit.SECONDS.toNanos(
            answer.keepAliveS() > 0 ? Math.min(answer.keepAliveS(), KEEP_ALIVE_S) : KEEP_ALIVE_S);
    lastSentNanos = now;
    isPinged = false;
    session.connected(answer.isSessionPresent(), answer.receiveMaximum(), open().out());
  }

  @Override
  public void taken() {
    pump(System.nanoTime());
  }

  @Override
  public void broken(String why) {
    fail(link == Link.DIALLING ? "no connection: " + why : why);
  }

  private void fail(String why) {
    figures.trouble(FleetPlan.name(number) + ": " + why);
    if (link == Link.UP) {
      figures.brokenConnections++;
    }
    down();
    long most = BACKOFF_LEAST_NANOS << Math.min(failures++, BACKOFF_DOUBLINGS);
    dialNanos = System.nanoTime() + chance.nextLong(most / 2, most);
    fleet.wake(this, nextDialNanos());
  }

  /// Closes the connection without a word, as one that breaks; what was sent and not acknowledged stays in the session.
  private void down() {
    if (link == Link.UP) {
      figures.connected--;
    }
    link = Link.DOWN;
    if (connection != null) {
      sendWhatIsLeft(connection);
      connection.close();
      connection = null;
    }
  }

  private static void sendWhatIsLeft(MqttConnection leaving) {
    try {
      leaving.flush();
    } catch (IOException e) {
      leaving.out().clear(); // it is closed next
    }
  }

  private void keepAlive(long now) {
    if (isPinged && now - pingNanos >= keepAliveNanos / 2) {
      fail("no answer to a ping");
    } else if (!isPinged && now - lastSentNanos >= keepAliveNanos / 2) {
      MqttWire.pingreq(open().out());
      isPinged = true;
      pingNanos = now;
      lastSentNanos = now;
    }
  }

  /// Publishes what is kept, as far as the window and the socket take it.
  private void pump(long now) {
    if (link != Link.UP) {
      return;
    }
    MqttConnection up = open();
    while (!kept.isEmpty() && session.hasRoom() && up.out().waitingBytes() < OUTBOX_BYTES_MOST) {
      figures.published++;
      lastSentNanos = now;
      session.publish(kept.removeFirst(), up.out());
    }
    if (up.out().waitingBytes() > 0) {
      try {
        up.flush();
      } catch (IOException e) {
        fail(String.valueOf(e.getMessage()));
      }
    }
  }

  /// No more readings; what keeps it out of reach is over.
  void finish(long now) {
    isFinishing = true;
    fleet.wake(this, now);
  }

  /// Whether everything that it has read is acknowledged.
  boolean isSettled() {
    return kept.isEmpty() && session.isEmpty() && isSentOut();
  }

  private boolean isSentOut() {
    return connection == null || connection.out().waitingBytes() == 0;
  }

  int unacknowledged() {
    return kept.size() + session.inFlight();
  }

  /// Says DISCONNECT and is gone.
  void close() {
    if (connection != null && link == Link.UP) {
      MqttWire.disconnect(connection.out());
    }
    down();
  }

  @Override
  public void acknowledged(Kept reading) {
    figures.acknowledged++;
    fleet.ledger().ack(number, reading.seq(), reading.payload());
  }

  @Override
  public void refused(Kept reading, int reason) {
    figures.refused++;
    figures.trouble(
        "%s: reading %d is refused, reason code 0x%x"
            .formatted(FleetPlan.name(number), reading.seq(), reason));
  }

  @Override
  public void sentAgain(Kept reading) {
    figures.sentAgain++;
    fleet.ledger().again(number, reading.seq());
  }

  @Override
  public void sentAnew(Kept reading) {
    figures.sentAnew++;
    fleet.ledger().anew(number, reading.seq());
  }
}
