package io.tributary.sim.field.modbus.capture;

import io.tributary.sim.field.modbus.Pdu;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A capture of a client that polls some servers, in which TCP does all it may: frames split and joined, segments out of order, again, and
/// overlapping, sequence numbers that pass 2^32, a connection that was there before the capture, and one whose packets are lacking in the
/// middle. Some requests are answered by exceptions, some never, some before others, and some bytes are no Modbus. The same seed has the
/// same capture.
final class SimulatedCapture {
  static final int PORT = 502;

  private static final int SERVERS = 4;
  private static final int ROUNDS = 25;
  private static final int CLIENT_HOST = 0x0a000001;
  private static final int SERVER_HOST = 0x0a000064;
  private static final int CLIENT_PORT = 40_000;
  private static final int SPLIT_PERCENT = 30;
  private static final int JOINED_PERCENT = 25;
  private static final int AGAIN_PERCENT = 10;
  private static final int SWAPPED_PERCENT = 10;
  private static final int UNANSWERED_PERCENT = 2;
  private static final int EXCEPTION_PERCENT = 4;
  private static final int GARBAGE_PERCENT = 1;

  /// What is polled of each unit: function, address, count. Some touch, some overlap.
  private static final int[][] POLLS = {
    {Pdu.READ_COILS, 0, 19},
    {Pdu.READ_DISCRETES, 3, 8},
    {Pdu.READ_DISCRETES, 11, 5},
    {Pdu.READ_HOLDING, 100, 10},
    {Pdu.READ_HOLDING, 105, 3},
    {Pdu.READ_INPUT, 0, 4},
    {Pdu.READ_INPUT, 1100, 60},
  };

  private final SplittableRandom random;
  private final List<byte[]> frames = new ArrayList<>();

  private SimulatedCapture(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// The bytes of a pcap file.
  static byte[] of(long seed) {
    return new SimulatedCapture(seed).file();
  }

  private byte[] file() {
    List<Dialogue> all = new ArrayList<>();
    for (int server = 0; server < SERVERS; server++) {
      all.add(new Dialogue(server, server != 1));
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (Dialogue each : all) {
        each.round(round);
      }
    }
    all.forEach(Dialogue::flush);
    return Pcap.file(frames);
  }

  private boolean in(int percent) {
    return random.nextInt(100) < percent;
  }

  /// A connection, from its client's side.
  private final class Dialogue {
    private final int unit;
    private final Side client;
    private final Side server;
    private int id;

    Dialogue(int number, boolean isOpened) {
      this.unit = number == 0 ? 255 : number;
      this.client = new Side(CLIENT_HOST, CLIENT_PORT + number, SERVER_HOST + number, PORT);
      this.server = new Side(SERVER_HOST + number, PORT, CLIENT_HOST, CLIENT_PORT + number);
      if (isOpened) {
        client.open(0x02);
        server.open(0x12);
      }
    }

    void round(int round) {
      List<byte[]> answers = new ArrayList<>();
      for (int[] poll : POLLS) {
        byte[] request =
            ByteBuffer.allocate(5)
                .put((byte) poll[0])
                .putShort((short) poll[1])
                .putShort((short) poll[2])
                .array();
        client.say(framed(request));
        if (!in(UNANSWERED_PERCENT)) {
          answers.add(framed(answer(poll[0], poll[2])));
        }
        id++;
      }
      write(round, answers);
      client.flush();
      if (in(SPLIT_PERCENT) && answers.size() > 1) {
        answers.add(answers.removeFirst());
      }
      answers.forEach(server::say);
      server.flush();
      if (in(GARBAGE_PERCENT)) {
        // Not beside others: what follows a frame's end in its segment is taken for a frame.
        server.say(new byte[] {'G', 'E', 'T', ' ', '/', '\r', '\n'});
        server.flush();
      }
      if (round == ROUNDS / 2 && unit == 2) {
        server.sayHalf(framed(answer(Pdu.READ_INPUT, 20)));
      }
    }

    private void write(int round, List<byte[]> answers) {
      if (round % 3 == 0) {
        client.say(framed(new byte[] {Pdu.WRITE_COILS, 0, 4, 0, 3, 1, (byte) (round % 8)}));
        answers.add(framed(new byte[] {Pdu.WRITE_COILS, 0, 4, 0, 3}));
        id++;
      }
    }

    private byte[] answer(int function, int count) {
      if (in(EXCEPTION_PERCENT)) {
        return Pdu.exception(function, 1 + random.nextInt(4));
      }
      boolean isOfBits = Pdu.isReadOfBits(function);
      byte[] values = new byte[isOfBits ? (count + 7) / 8 : 2 * count];
      random.nextBytes(values);
      return ByteBuffer.allocate(2 + values.length)
          .put((byte) function)
          .put((byte) values.length)
          .put(values)
          .array();
    }

    private byte[] framed(byte[] pdu) {
      return ByteBuffer.allocate(7 + pdu.length)
          .putShort((short) id)
          .putShort((short) 0)
          .putShort((short) (1 + pdu.length))
          .put((byte) unit)
          .put(pdu)
          .array();
    }

    void flush() {
      client.flush();
      server.flush();
    }
  }

  /// What one end sends, as segments.
  private final class Side {
    private final int fromHost;
    private final int fromPort;
    private final int toHost;
    private final int toPort;
    private int sequence;
    private byte[] waiting = new byte[0];
    private byte[] before = new byte[0];

    Side(int fromHost, int fromPort, int toHost, int toPort) {
      this.fromHost = fromHost;
      this.fromPort = fromPort;
      this.toHost = toHost;
      this.toPort = toPort;
      this.sequence = -random.nextInt(1_000, 5_000); // it passes 2^32 soon
    }

    void open(int flags) {
      frames.add(segment(sequence, flags, new byte[0]));
      sequence++;
    }

    void say(byte[] bytes) {
      waiting = joined(waiting, bytes);
      if (!in(JOINED_PERCENT)) {
        flush();
      }
    }

    void flush() {
      int from = 0;
      while (from < waiting.length) {
        int left = waiting.length - from;
        int size = left > 1 && in(SPLIT_PERCENT) ? random.nextInt(1, left) : left;
        send(Arrays.copyOfRange(waiting, from, from + size));
        from += size;
      }
      waiting = new byte[0];
    }

    private void send(byte[] payload) {
      byte[] segment = segment(sequence, 0x18, payload);
      frames.add(segment);
      if (in(SWAPPED_PERCENT)) {
        frames.add(frames.size() - random.nextInt(1, 4), frames.removeLast());
      }
      if (in(AGAIN_PERCENT)) {
        // Once more, together with what was sent before it.
        frames.add(segment(sequence - before.length, 0x18, joined(before, payload)));
      }
      sequence += payload.length;
      before = payload;
    }

    /// Sends bytes of which the capture lacks the second half.
    void sayHalf(byte[] bytes) {
      send(Arrays.copyOf(bytes, bytes.length / 2));
      sequence += bytes.length - bytes.length / 2;
      before = new byte[0];
    }

    private byte[] segment(int at, int flags, byte[] payload) {
      ByteBuffer out = ByteBuffer.allocate(14 + 20 + 20 + payload.length);
      out.put(new byte[12]).putShort((short) 0x0800);
      out.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length));
      out.putInt(0x4000).put((byte) 64).put((byte) 6).putShort((short) 0);
      out.putInt(fromHost).putInt(toHost);
      out.putShort((short) fromPort).putShort((short) toPort).putInt(at).putInt(0);
      out.put((byte) 0x50).put((byte) flags).putShort((short) 0xffff).putInt(0);
      return out.put(payload).array();
    }
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
