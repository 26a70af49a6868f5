package io.tributary.sim.fuzz;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.BatchView;
import io.tributary.record.Compression;
import io.tributary.record.Digest;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.session.BatchCheck;
import io.tributary.session.Effects;
import io.tributary.session.Intake;
import io.tributary.session.IntakeConfig;
import io.tributary.session.IntakeEffect;
import io.tributary.session.IntakeStatus;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameReader;
import io.tributary.session.frame.FrameRefused;
import io.tributary.session.frame.GapFrame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A whole Intake, fed by a peer that may say anything: raw bytes, and frames in any order with any
/// numbers, with a hub behind it that answers at once, late, or by a refusal.
///
/// Whatever comes: no exception; never more held than the credit; what goes to the store is a checked
/// batch that begins where the stream's last one ended.
final class IntakeFuzz implements FuzzTarget {
  private static final List<Confirm.Kind> KINDS = List.of(Confirm.Kind.values());

  private static final String EDGE = "press-7";
  private static final int STREAMS = 3;
  private static final long TICK_NANOS = 500_000_000L;

  private final BatchCheck check = new BatchCheck();
  private final IntakeConfig config = IntakeConfig.of(new UUID(9, 9));
  private final ByteBuffer[] batches = new ByteBuffer[STREAMS];

  IntakeFuzz() throws IllegalStateException {
    for (int stream = 0; stream < STREAMS; stream++) {
      batches[stream] = batch(stream + 1);
    }
  }

  /// An append that the store has not answered yet.
  private record Stored(int alias, long end) {}

  /// One conversation.
  private final class Talk {
    private final Intake intake = new Intake(config, check);
    private final Effects<IntakeEffect> effects = new Effects<>();
    private final FrameReader reader = new FrameReader();
    private final ArrayDeque<Stored> late = new ArrayDeque<>();
    private final Map<Long, Long> nextByStream = new HashMap<>();
    private long nowNanos = 1;
    private int mode;
    private boolean ended;

    private void run(FuzzInput in) {
      intake.connected(nowNanos);
      while (in.hasMore() && !ended) {
        step(in);
        carryOut();
        IntakeStatus status = intake.status();
        if (status.heldBytes() > config.limits().creditBytes() + config.limits().batchBytes()) {
          throw new AssertionError(status.heldBytes() + " B held");
        }
      }
      intake.disconnected("the input ended", nowNanos, effects);
      carryOut();
    }

    private void step(FuzzInput in) {
      int alias = 0;
      switch (in.u8() % 12) {
        case 0 -> raw(in.take(in.u8()));
        case 1 ->
            frame(new Hello(1, 1 + in.u8() % 3, 15_000, new UUID(1, 2), new UUID(3, 4), EDGE, "f"));
        case 2 -> {
          alias = in.u8() % 4;
          frame(
              new Open(
                  alias,
                  Direction.EDGE_TO_HUB,
                  1 + in.u8() % STREAMS,
                  in.u8() % 4,
                  4L + in.u8() % 8,
                  in.u8() % 2 == 0 ? Digest.START : in.u8(),
                  "t" + alias,
                  "normal"));
        }
        case 3 -> frame(new Confirm(in.u8() % 4, KINDS.get(in.u8() % KINDS.size()), in.u8() % 8));
        case 4 -> data(in);
        case 5 -> {
          long from = in.u8() % 8;
          long to = from + 1 + in.u8();
          frame(new GapFrame(in.u8() % 4, new Gap(from, to, GapReason.DROP_OLDEST), in.u8()));
        }
        case 6 -> {
          nowNanos += in.u8() * TICK_NANOS;
          intake.tick(nowNanos, effects);
        }
        case 7 -> intake.flush(effects);
        case 8 -> mode = in.u8() % 3;
        case 9 -> intake.probe(in.u8(), effects);
        case 10 -> raw(FrameFuzz.encoded(new Confirm(in.u8() % 4, Confirm.Kind.RESUME, 0)));
        default -> {
          Stored oldest = late.poll();
          if (oldest != null) {
            intake.onDurable(oldest.alias, oldest.end);
          }
        }
      }
    }

    private void data(FuzzInput in) {
      int alias = in.u8() % 4;
      ByteBuffer batch = batches[in.u8() % STREAMS].duplicate();
      int edits = in.u8() % 3;
      if (edits > 0) {
        byte[] changed = new byte[batch.remaining()];
        batch.get(changed);
        for (int i = 0; i < edits; i++) {
          changed[in.u8() % changed.length] = (byte) in.u8();
        }
        Crc.mendBatch(changed, 0, changed.length);
        batch = ByteBuffer.wrap(changed);
      }
      int size = batch.remaining();
      int cut = 1 + in.u8() % size;
      frame(new Data(alias, size, 0, batch.slice(0, cut)));
      if (cut < size) {
        frame(new Data(alias, size, cut, batch.slice(cut, size - cut)));
      }
    }

    private void frame(Frame frame) {
      raw(FrameFuzz.encoded(frame));
    }

    private void raw(byte[] bytes) {
      if (ended) {
        return;
      }
      ByteBuffer in = ByteBuffer.wrap(bytes);
      try {
        for (Frame frame = reader.next(in); frame != null; frame = reader.next(in)) {
          intake.onFrame(frame, nowNanos, effects);
          carryOut();
        }
      } catch (FrameRefused refused) {
        intake.onMalformed(refused.refusal(), nowNanos, effects);
        carryOut();
        ended = true;
      }
    }

    private void carryOut() {
      for (IntakeEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
        switch (effect) {
          case IntakeEffect.Send send -> FrameFuzz.encoded(send.frame());
          case IntakeEffect.Admit admit -> intake.onAdmitted(nowNanos, effects);
          case IntakeEffect.Answered answered -> {}
          case IntakeEffect.OpenStream open -> {
            nextByStream.put(open.stream().streamId(), 0L);
            intake.onOpened(open.alias(), 0, Digest.START, Digest.UNKNOWN, effects);
          }
          case IntakeEffect.Append append -> {
            advance(append.streamId(), append.from(), append.to());
            checkBatch(append);
            stored(append.alias(), append.to());
          }
          case IntakeEffect.AppendGap append -> {
            advance(append.streamId(), append.gap().from(), append.gap().to());
            stored(append.alias(), append.gap().to());
          }
          case IntakeEffect.Supply supply ->
              intake.onSupplied(supply.want(), ByteBuffer.allocate(1500), effects);
          case IntakeEffect.TellDigest tell -> intake.onDigestTold(tell.ask(), 5, effects);
          case IntakeEffect.Fetched fetched -> intake.fetch(fetched.streamId(), 7, effects);
          case IntakeEffect.NotFetched missed -> intake.askDigest(missed.streamId(), 7, effects);
          case IntakeEffect.Digested digested -> {}
          case IntakeEffect.Notice notice -> {}
          case IntakeEffect.Disconnect disconnect -> ended = true;
        }
      }
    }

    private void stored(int alias, long end) {
      if (mode == 0) {
        intake.onDurable(alias, end);
      } else {
        late.add(new Stored(alias, end));
      }
    }

    private void advance(long streamId, long from, long to) {
      Long next = nextByStream.put(streamId, to);
      if (next == null || next != from || to <= from) {
        throw new AssertionError(
            "stream " + streamId + ": " + from + " to " + to + " behind " + next);
      }
    }
  }

  private static void checkBatch(IntakeEffect.Append append) {
    BatchView view = new BatchView().wrap(append.batch(), append.batch().position());
    if (!view.crcMatches()
        || view.streamId() != append.streamId()
        || view.streamOffset() != append.from()
        || view.sizeBytes() != append.batch().remaining()) {
      throw new AssertionError("unchecked: " + view);
    }
  }

  @Override
  public void run(byte[] input) {
    new Talk().run(new FuzzInput(input));
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    // Hello; Open alias 0 of stream 1 from 0; Confirm; a whole batch; a batch changed; a Gap;
    // ticks.
    seeds.add(
        new byte[] {
          1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 120, 5, 5, 3, 0, 1, 6, 1, 7, 4, 0, 0, 1,
          30, 9, 9
        });
    seeds.add(new byte[] {1, 0, 2, 1, 1, 0, 0, 0, 10, 1, 4, 1, 1, 2, 57, 0, 60, 1, 9, 8, 1, 6, 60});
    return seeds;
  }

  private static ByteBuffer batch(long streamId) {
    BatchBuilder builder =
        new BatchBuilder(streamId == 2 ? Compression.gzip() : Compression.none(), Limits.EDGE);
    try {
      for (int i = 0; i < 4; i++) {
        builder.tryAppend(
            i,
            new byte[] {1},
            new byte[] {2, (byte) i},
            List.of(new Header("edge", EDGE.getBytes(StandardCharsets.UTF_8))));
      }
    } catch (io.tributary.record.RecordRefused e) {
      throw new IllegalStateException(e);
    }
    ByteBuffer built = builder.build(new BatchIdentity(streamId, 0));
    return ByteBuffer.allocate(built.remaining()).put(built.duplicate()).flip();
  }
}
