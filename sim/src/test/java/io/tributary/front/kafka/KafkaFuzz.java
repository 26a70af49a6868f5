package io.tributary.front.kafka;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import io.tributary.sim.fuzz.MemoryDisk;
import io.tributary.store.AppendReply;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamOpened;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.conformance.PretendStream;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// A Kafka client that says anything, over a real store in memory: answered, or closed with a typed
/// refusal; never a fault of ours.
public final class KafkaFuzz implements FuzzTarget {
  private static final FrontLimits LIMITS = FrontLimits.DEFAULT;
  private static final int[] APIS = {
    0, 1, 2, 3, 18, 22, 32, 60, 8, 9, 10, 11, 12, 13, 14, 15, 16, 42, 47, 68, 69, 21, 23, 33, 35,
    37, 44, 48, 49, 74, 75
  };

  private final LogStore store;
  private final FrontConfig config =
      new FrontConfig(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092),
          null,
          "fuzz",
          FrontConfig.NODE_ID,
          LIMITS,
          Layout.PARTITIONS,
          TopicLimits.DEFAULT,
          false,
          GroupsConfig.of(FrontConfig.NODE_ID),
          List.of());

  public KafkaFuzz() {
    try {
      store =
          LogStore.open(
              new MemoryDisk(),
              LogStoreConfig.of(new UUID(1, 1)),
              () -> Instant.ofEpochSecond(1_800_000_000L),
              () -> new UUID(2, 2));
      store.createTopic(new TopicSpec("t", new Layout.Partitions(2), true, TopicLimits.DEFAULT));
      PretendStream stream = new PretendStream("press-7", "t", 42);
      store.openStream(stream.spec(), 0, null, Answers.NONE);
      PretendStream.Batch batch = stream.batch(5);
      store.append(42, batch.from(), batch.to(), batch.bytes(), Answers.NONE);
      store.agent().doWork(0);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Answers implements AppendReply, StreamOpened {
    static final Answers NONE = new Answers();

    @Override
    public void durable(long end) {}

    @Override
    public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {}

    @Override
    public void refused(StoreRefused why) {
      throw new IllegalStateException(why);
    }
  }

  /// A connection that has addresses, as the front tells them to its clients and to the coordinator.
  private static final class Client extends EmbeddedChannel {
    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092);
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    }
  }

  @Override
  public void run(byte[] input) {
    FrontCounters counters = new FrontCounters();
    Catalog catalog = new Catalog(store, config, counters, null);
    Client client = new Client();
    AtomicLong held = new AtomicLong();
    Login login = new Login(new Logins(FrontAccess.open(), counters.failedLogins), "fuzz");
    RequestDecoder decoder = new RequestDecoder(LIMITS, held, login);
    client
        .pipeline()
        .addLast(
            decoder,
            new Connection(
                catalog,
                counters,
                LIMITS,
                new Fetching(catalog, counters, LIMITS, new FetchSessions()),
                new ProducedBatch(),
                decoder,
                login,
                new Throttle(new Throttle.Quotas(config.quotas(), counters), login),
                () -> {}));
    FuzzInput in = new FuzzInput(input);
    while (in.hasMore() && client.isActive()) {
      int what = in.u8();
      byte[] said = what < 16 ? in.take(in.u8()) : request(what, in);
      client.writeInbound(Unpooled.wrappedBuffer(said));
      client.runPendingTasks();
      client.releaseOutbound();
    }
    client.finishAndReleaseAll();
    if (held.get() != 0) {
      throw new AssertionError(held + " B held for nobody");
    }
    String refusal = counters.status(null).lastRefusal();
    if (refusal != null && refusal.matches("(?s).*: (java|io\\.netty|org)\\.[a-zA-Z.$]+.*")) {
      throw new AssertionError("no typed refusal: " + refusal);
    }
  }

  /// A whole request of one of the kinds that are offered, with anything behind its header.
  private static byte[] request(int what, FuzzInput in) {
    int version = in.u8() % 16;
    byte[] body = in.take(in.u8());
    ByteBuffer request = ByteBuffer.allocate(4 + 10 + body.length);
    request.putInt(10 + body.length);
    request.putShort((short) APIS[what % APIS.length]).putShort((short) version).putInt(7);
    request.putShort((short) -1).put(body); // no client id
    return request.array();
  }

  @Override
  public List<byte[]> seeds() {
    HexFormat hex = HexFormat.of();
    List<byte[]> seeds = new ArrayList<>();
    // Metadata 1 of "t"; ListOffsets 1 of t-0; Fetch 4 of t-0; ApiVersions 0; DescribeConfigs 0.
    seeds.add(body(19, 1, hex.parseHex("00000001000174")));
    seeds.add(body(18, 1, hex.parseHex("ffffffff000000010001740000000100000000ffffffffffffffff")));
    seeds.add(
        body(
            17,
            4,
            hex.parseHex(
                "ffffffff000000000000000100100000000000000100017400000001"
                    + "00000000000000000000000000100000")));
    seeds.add(body(20, 0, new byte[0]));
    seeds.add(body(22, 0, hex.parseHex("000000010200017400000000")));
    seeds.add(body(16, 3, hex.parseHex("ffff00010000000a00000001000174000000010000000000000000")));
    seeds.add(body(21, 1, hex.parseHex("ffff0000ea60")));
    return seeds;
  }

  private static byte[] body(int what, int version, byte[] body) {
    byte[] seed = new byte[3 + body.length];
    seed[0] = (byte) what;
    seed[1] = (byte) version;
    seed[2] = (byte) body.length;
    System.arraycopy(body, 0, seed, 3, body.length);
    return seed;
  }
}
