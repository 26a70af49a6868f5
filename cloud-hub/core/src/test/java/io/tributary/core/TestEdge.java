package io.tributary.core;

import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.DigestIs;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Found;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.GapFrame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Want;
import io.tributary.session.frame.Welcome;
import io.tributary.store.conformance.PretendStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Both ends of one connection: the wire under the hub's session, and an edge that sends frames by
/// hand. It answers pings unless it is deaf.
final class TestEdge implements Wire {
  static final int HEARTBEAT_MS = 10_000;

  private final String edgeId;
  private final UUID runId;
  private final @Nullable List<String> names;
  private final Queue<Runnable> tasks;
  private final ArrayDeque<Frame> received = new ArrayDeque<>();
  private final List<Frame> unflushed = new ArrayList<>();
  private @Nullable HubSession session;
  private @Nullable String disconnected;
  private boolean deaf;
  private boolean paused;
  private int streams;

  /// What was sent of each stream, by alias: as an edge's journal keeps it.
  private final Map<Integer, NavigableMap<Long, ByteBuffer>> kept = new HashMap<>();

  private final Map<Integer, Map<Long, Long>> digests = new HashMap<>();

  TestEdge(String edgeId, UUID runId, @Nullable List<String> names, Queue<Runnable> tasks) {
    this.edgeId = edgeId;
    this.runId = runId;
    this.names = names;
    this.tasks = tasks;
  }

  void connected(HubSession opened) {
    session = opened;
  }

  HubSession session() {
    return Objects.requireNonNull(session, "not connected");
  }

  /// From now on pings are not answered.
  void goDeaf() {
    deaf = true;
  }

  boolean isPaused() {
    return paused;
  }

  /// Why the hub closed the connection, or null.
  @Nullable String disconnected() {
    return disconnected;
  }

  /// A frame of the edge arrives at the hub.
  private void arrive(Frame frame) {
    session().onFrame(frame);
    session().flush();
  }

  void hello() {
    arrive(new Hello(1, 1, HEARTBEAT_MS, new UUID(7, edgeId.hashCode()), runId, edgeId, "test"));
  }

  /// Opens a stream and returns its alias.
  int open(PretendStream stream) {
    String topic = stream.spec().topic();
    arrive(
        new Open(
            streams,
            Direction.EDGE_TO_HUB,
            stream.id(),
            0,
            stream.next(),
            stream.digest(),
            topic,
            "normal"));
    return streams++;
  }

  void confirm(int alias, long from) {
    arrive(new Confirm(alias, Confirm.Kind.RESUME, from));
  }

  void data(int alias, PretendStream.Batch batch) {
    ByteBuffer copy = ByteBuffer.allocate(batch.bytes().remaining());
    copy.put(batch.bytes().duplicate()).flip();
    kept.computeIfAbsent(alias, a -> new TreeMap<>()).put(batch.from(), copy);
    digests.computeIfAbsent(alias, a -> new HashMap<>()).put(batch.to(), batch.digestAtTo());
    arrive(new Data(alias, batch.bytes().remaining(), 0, batch.bytes()));
  }

  void gap(int alias, PretendStream.Hole hole) {
    arrive(new GapFrame(alias, hole.gap(), hole.digestAtTo()));
  }

  /// The next frame of a kind; others before it are passed over.
  <F extends Frame> F expect(Class<F> kind) {
    for (Frame frame = received.poll(); frame != null; frame = received.poll()) {
      if (kind.isInstance(frame)) {
        return kind.cast(frame);
      }
    }
    throw new AssertionError("no " + kind.getSimpleName() + " came");
  }

  <F extends Frame> boolean has(Class<F> kind) {
    return received.stream().anyMatch(kind::isInstance);
  }

  /// Greets and opens one stream that the hub may already know.
  int stream(TestHub hub, PretendStream stream) {
    hello();
    hub.settle();
    expect(Welcome.class);
    int alias = open(stream);
    hub.settle();
    Resume resume = expect(Resume.class);
    confirm(alias, resume.next());
    hub.settle();
    return alias;
  }

  /// The edge no longer has a batch that it sent.
  void forget(int alias, long from) {
    kept.getOrDefault(alias, new TreeMap<>()).remove(from);
  }

  /// From now on the edge says that its digest at an offset is another one.
  void claim(int alias, long offset, long digest) {
    digests.getOrDefault(alias, new HashMap<>()).put(offset, digest);
  }

  /// Asks the hub for a slice.
  void want(int alias, long from, int sliceOffset) {
    arrive(new Want(alias, from, sliceOffset));
  }

  private Found found(Want want) {
    ByteBuffer batch = kept.getOrDefault(want.alias(), new TreeMap<>()).get(want.from());
    return batch == null ? Found.nothing(want) : Found.of(want, batch);
  }

  private DigestIs digestIs(DigestAsk ask) {
    long digest = digests.getOrDefault(ask.alias(), Map.of()).getOrDefault(ask.offset(), 0L);
    return new DigestIs(ask.alias(), ask.offset(), digest);
  }

  /// The link breaks.
  void cut(String why) {
    session().closed(why);
  }

  @Override
  public String peer() {
    return "peer of " + edgeId;
  }

  @Override
  public @Nullable List<String> provenNames() {
    return names;
  }

  @Override
  public void send(Frame frame) {
    unflushed.add(frame);
  }

  @Override
  public void flush() {
    for (Frame frame : List.copyOf(unflushed)) {
      if (frame instanceof Ping ping && !deaf) {
        tasks.add(() -> arrive(new Pong(ping.token())));
      }
      if (frame instanceof Want want) {
        tasks.add(() -> arrive(found(want)));
      }
      if (frame instanceof DigestAsk ask) {
        tasks.add(() -> arrive(digestIs(ask)));
      }
      received.add(frame);
    }
    unflushed.clear();
  }

  @Override
  public void disconnect(String reason) {
    flush();
    disconnected = reason;
    tasks.add(() -> session().closed(reason));
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }
}
