package io.tributary.adapter.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tributary.adapter.Completion;
import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.Reading;
import io.tributary.adapter.StateChange;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/// Two MQTT clients that say anything, over journals in memory that take some of it.
///
/// Whatever comes: no fault of ours, no reading for a topic that no mapping names, and no memory held
/// for a connection that has ended.
public final class MqttFuzz implements FuzzTarget {
  private static final Set<String> TOPICS = Set.of("temperature", "alarms", "json", "props");
  private static final String SETTINGS =
      """
      listen: 127.0.0.1:0
      max-packet-size: 64KiB
      mappings:
        - {filter: sensors/+/temperature, topic: temperature, key: level:2}
        - {filter: alarms/#, topic: alarms}
        - {filter: json, topic: json, key: json:device.id, timestamp: json:ts}
        - {filter: props, topic: props, key: client-id, timestamp: user-property:time}
      """;

  private final MqttSettings settings;

  public MqttFuzz() {
    try {
      Section section = Settings.parse("fuzz.yaml", SETTINGS);
      settings = MqttSettings.read(section);
      section.finish();
    } catch (SettingsRefused e) {
      throw new IllegalStateException(e);
    }
  }

  /// Takes what comes while it has room; whoever waits is answered when the input says so.
  private static final class Journals implements Outlet, Emitter {
    private static final int ROOM = 20;
    private final Queue<Completion> waiting = new ArrayDeque<>();
    private long offset;

    @Override
    public Emitter open(String source, Runnable afterGroup) {
      return this;
    }

    @Override
    public List<StateEntry> restored() {
      return List.of();
    }

    @Override
    public String classOf(String topic) {
      return topic.equals("alarms") ? "alarm" : "normal";
    }

    @Override
    public TopicReader read(String topic, TopicPosition from, Runnable more) {
      throw new AssertionError("an endpoint reads no topic");
    }

    @Override
    public void failed(String why) {
      throw new AssertionError(why);
    }

    @Override
    public String stateClass() {
      return "normal";
    }

    @Override
    public boolean emit(Reading reading, Completion completion) {
      if (!TOPICS.contains(reading.topic())) {
        throw new AssertionError("a reading for " + reading.topic());
      }
      return waiting.size() < ROOM && waiting.add(completion);
    }

    @Override
    public boolean emitTogether(
        List<Reading> readings, List<StateChange> changes, Completion completion) {
      throw new AssertionError("an endpoint's readings come alone");
    }

    @Override
    public int togetherBytesMost(String className) {
      return 1 << 20;
    }

    @Override
    public int readingBytesMost() {
      return 60 << 10;
    }

    @Override
    public boolean changeState(String className, List<StateChange> changes, Completion completion) {
      return waiting.size() < ROOM && waiting.add(completion);
    }

    @Override
    public boolean mayKeepMore(String className) {
      return true;
    }

    @Override
    public void waiting(int sources, int blocked) {}

    void commit() {
      for (Completion next = waiting.poll(); next != null; next = waiting.poll()) {
        next.durable(offset++);
      }
    }
  }

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    Journals journals = new Journals();
    Endpoint endpoint = new Endpoint("mqtt", settings, journals);
    endpoint.openServer();
    EmbeddedChannel[] clients = {client(endpoint), client(endpoint)};
    while (in.hasMore()) {
      int what = in.u8();
      EmbeddedChannel client = clients[what & 1];
      switch (what >> 1 & 3) {
        case 0, 1 -> say(client, in.take(in.u16()));
        case 2 -> {
          journals.commit();
          endpoint.drain();
        }
        default -> {
          var unused = client.close();
          clients[what & 1] = client(endpoint);
        }
      }
      client.runPendingTasks();
      client.releaseOutbound();
    }
    journals.commit();
    endpoint.drain();
    for (EmbeddedChannel client : clients) {
      client.finishAndReleaseAll();
    }
    if (endpoint.server().counters().of(Counter.FAULTS) != 0) {
      throw new AssertionError("a fault: " + endpoint.status().lastError());
    }
    if (endpoint.server().heldBytes() != 0) {
      throw new AssertionError(endpoint.server().heldBytes() + " B held for nobody");
    }
  }

  private static EmbeddedChannel client(Endpoint endpoint) {
    return new EmbeddedChannel(new Connection(endpoint, endpoint.settings().listeners().get(0)));
  }

  private static void say(EmbeddedChannel client, byte[] bytes) {
    if (client.isActive()) {
      client.writeInbound(Unpooled.wrappedBuffer(bytes));
    }
  }

  @Override
  public List<byte[]> seeds() {
    HexFormat hex = HexFormat.of();
    // MQTT 3.1.1 CONNECT "a", PUBLISH QoS 1 to sensors/x/temperature, PUBLISH QoS 2, PUBREL, PING,
    // end.
    String connect = "100d00044d5154540402003c000161";
    String connect5 = "100e00044d5154540502003c00000161";
    String publish1 = "321a001573656e736f72732f782f74656d706572617475726500013100".substring(0, 56);
    String publish2 = "3409000461" + "6c61720002" + "3132";
    String release = "62020002";
    return List.of(
        seed(hex, connect, publish1, publish2, release, "c000", "e000"),
        seed(hex, connect5, "3008" + "00046a736f6e" + "0031", "e000"),
        seed(hex, connect, "820700010002612f2b01", "a2050002000161", "c000"));
  }

  private static byte[] seed(HexFormat hex, String... packets) {
    StringBuilder seed = new StringBuilder();
    for (String packet : packets) {
      seed.append("00").append("%04x".formatted(packet.length() / 2)).append(packet).append("04");
    }
    return hex.parseHex(seed);
  }
}
