package io.tributary.sim.fuzz;

import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The frames of the mirror, cut as the input says: the same frames or the same refusal as in one
/// piece; and each frame, written again, is read as itself.
final class FrameFuzz implements FuzzTarget {
  private record Read(List<Frame> frames, boolean refused) {}

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    int slice = 1 + in.u8();
    byte[] bytes = in.rest();
    Read whole = read(bytes, Math.max(1, bytes.length));
    Read cut = read(bytes, slice);
    if (whole.refused != cut.refused || dataBytes(whole) != dataBytes(cut)) {
      throw new AssertionError("whole " + whole + ", cut by " + slice + " " + cut);
    }
    if (!others(whole).equals(others(cut))) {
      throw new AssertionError("whole " + others(whole) + ", cut " + others(cut));
    }
    for (Frame frame : whole.frames) {
      Read again = read(encoded(frame), slice);
      if (again.refused
          || !others(again).equals(others(new Read(List.of(frame), false)))
          || dataBytes(again) != dataBytes(new Read(List.of(frame), false))) {
        throw new AssertionError(frame + " came back as " + again);
      }
    }
  }

  private static Read read(byte[] bytes, int slice) {
    FrameReader reader = new FrameReader();
    List<Frame> frames = new ArrayList<>();
    try {
      for (int at = 0; at < bytes.length; at += slice) {
        ByteBuffer part = ByteBuffer.wrap(bytes, at, Math.min(slice, bytes.length - at));
        for (Frame frame = reader.next(part); frame != null; frame = reader.next(part)) {
          frames.add(frame);
        }
        if (part.hasRemaining()) {
          throw new AssertionError(part.remaining() + " B were not taken");
        }
      }
      return new Read(frames, false);
    } catch (FrameRefused refused) {
      if (refused.refusal().code() == null) {
        throw new AssertionError("a refusal without a code", refused);
      }
      return new Read(frames, true);
    }
  }

  private static long dataBytes(Read read) {
    return read.frames.stream()
        .mapToLong(frame -> frame instanceof Data data ? data.slice().remaining() : 0)
        .sum();
  }

  /// A Data frame that comes in parts is handed on in parts; all others are whole.
  private static List<Frame> others(Read read) {
    return read.frames.stream().filter(frame -> !(frame instanceof Data)).toList();
  }

  static byte[] encoded(Frame frame) {
    ByteBuffer room = ByteBuffer.allocate(FrameCodec.sizeBytesMost(frame));
    FrameCodec.encode(frame, room);
    byte[] bytes = new byte[room.flip().remaining()];
    room.get(bytes);
    return bytes;
  }

  @Override
  public List<byte[]> seeds() {
    ByteBuffer slice = ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8));
    List<Frame> frames =
        List.of(
            new Hello(1, 1, 15_000, new UUID(1, 2), new UUID(3, 4), "press-7", "fuzz 1"),
            new Open(0, Direction.EDGE_TO_HUB, 42, 0, 5, 99, "temperature", "normal"),
            new Confirm(0, Confirm.Kind.RESUME, 5),
            new Data(0, 10, 0, slice),
            new Ack(0, 5),
            new Credit(100),
            new Ping(7),
            new Pong(7),
            new Resume(0, 5, 99, 99),
            Refusal.ofSession(RefusalCode.BUSY, 1000, "later"),
            new Close(Close.Code.SHUTDOWN, "bye"));
    List<byte[]> seeds = new ArrayList<>();
    for (Frame frame : frames) {
      byte[] bytes = encoded(frame);
      byte[] seed = new byte[1 + 2 * bytes.length];
      seed[0] = 6;
      System.arraycopy(bytes, 0, seed, 1, bytes.length);
      System.arraycopy(bytes, 0, seed, 1 + bytes.length, bytes.length);
      seeds.add(seed);
    }
    return seeds;
  }
}
