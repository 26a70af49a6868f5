package io.tributary.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Credit;
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
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Want;
import io.tributary.session.frame.Welcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A peer that sends any frame at any time: the worst it gets is a refusal, the most it takes is its credit.
final class HostilePeerTest {
  private static final int SEEDS = 3_000;
  private static final int FRAMES = 150;
  private static final List<Confirm.Kind> KINDS = List.of(Confirm.Kind.values());
  private static final UUID SOME = new UUID(1, 2);
  private static final SessionLimits LIMITS =
      new SessionLimits(10_000, 60_000, 6, 8_192, 30_000, 1_000, 300_000, 5_000, 30_000, 5_000);

  @Test
  void anIntakeHoldsNoMoreThanItsCreditAndAlwaysRefusesByType() throws RecordRefused {
    BatchCheck check = new BatchCheck();
    int appended = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Intake intake = new Intake(new IntakeConfig(SOME, LIMITS), check);
      Insider edge = new Insider();
      Effects<IntakeEffect> out = new Effects<>();
      intake.connected(0);
      long now = 0;
      if (random.nextInt(10) > 0) {
        intake.onFrame(hello(), now, out);
      }
      for (int i = 0; i < FRAMES; i++) {
        now += random.nextInt(1_000_000_000);
        if (random.nextInt(10) == 0) {
          intake.tick(now, out);
        } else {
          Frame frame = random.nextInt(60) == 0 ? anyFrame(random) : edge.next(random);
          intake.onFrame(frame, now, out);
        }
        appended += answer(intake, edge, random, now, out);
        assertTrue(intake.status().heldBytes() <= LIMITS.creditBytes(), "seed " + seed);
        assertTrue(intake.status().heldBytes() >= 0, "seed " + seed);
        assertTrue(intake.status().streams().size() <= LIMITS.streams(), "seed " + seed);
      }
    }
    assertTrue(appended > SEEDS, "some of it was right: " + appended);
  }

  @Test
  void anUplinkSurvivesAnyHub() {
    int sent = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Uplink uplink = new Uplink(UplinkConfig.of("pi-1", SOME, SOME, "test", 15_000));
      Effects<UplinkEffect> out = new Effects<>();
      long now = 0;
      uplink.connected(now, out);
      uplink.onFrame(new Welcome(1, SOME, 8_192, 15_000, 30_000), now, out);
      long[] ends = new long[3];
      for (int i = 0; i < FRAMES; i++) {
        now += random.nextInt(1_000_000_000);
        switch (random.nextInt(10)) {
          case 0 -> uplink.tick(now, out);
          case 1, 2, 3 -> uplink.fill(random.nextInt(20_000), now, out);
          case 5 -> uplink.seekFork(random.nextInt(3), random.nextBoolean(), now, out);
          case 4 ->
              uplink.offer(
                  new StreamOffer(random.nextInt(3), "t", "normal", 0, 20, 1, 0), now, out);
          default -> uplink.onFrame(anyFrame(random), now, out);
        }
        sent += answer(uplink, random, ends, now, out);
        assertTrue(uplink.status(now).creditBytes() >= 0, "seed " + seed);
        for (UplinkStatus.Stream stream : uplink.status(now).streams()) {
          assertTrue(stream.acked() <= stream.sent(), "seed " + seed + " " + stream);
        }
      }
    }
    assertTrue(sent > SEEDS / 10, "some of it was right: " + sent);
  }

  /// An edge that nearly keeps to the rules, so that it gets far.
  private static final class Insider {
    private final long[] next = new long[LIMITS.streams() + FRAMES];
    private final boolean[] resumed = new boolean[next.length];
    private int opened;

    Frame next(Random random) {
      int alias = opened == 0 ? 0 : random.nextInt(opened);
      if (opened < 3 || random.nextInt(40) == 0) {
        alias = opened++;
        return new Open(alias, Direction.EDGE_TO_HUB, alias, 0, 20, 1, "t", "normal");
      }
      if (resumed[alias]) {
        resumed[alias] = false;
        return new Confirm(alias, Confirm.Kind.RESUME, next[alias]);
      }
      long from = Math.max(0, next[alias] + (random.nextInt(20) == 0 ? random.nextInt(5) - 2 : 0));
      if (random.nextInt(10) == 0) {
        next[alias] = from + 2;
        return new GapFrame(alias, new Gap(from, from + 2, GapReason.CORRUPT), 1);
      }
      ByteBuffer batch = batch(alias, from, random);
      next[alias] = from + batch.getInt(57); // the number of records
      return new Data(alias, batch.remaining(), 0, batch);
    }
  }

  private static int answer(
      Intake intake, Insider edge, Random random, long now, Effects<IntakeEffect> out) {
    int appended = 0;
    for (IntakeEffect effect = out.poll(); effect != null; effect = out.poll()) {
      switch (effect) {
        case IntakeEffect.Admit admit -> intake.onAdmitted(now, out);
        case IntakeEffect.OpenStream open -> {
          edge.next[open.alias()] = random.nextInt(3);
          edge.resumed[open.alias()] = true;
          intake.onOpened(open.alias(), edge.next[open.alias()], 1, 1, out);
        }
        case IntakeEffect.Append append -> {
          appended++;
          if (random.nextInt(40) == 0) {
            intake.onAppendFailed(append.alias(), RefusalCode.STORE, 1, "full", out);
          } else if (random.nextBoolean()) {
            intake.onDurable(append.alias(), append.to());
          }
        }
        case IntakeEffect.AppendGap append -> intake.onDurable(append.alias(), append.gap().to());
        case IntakeEffect.Disconnect disconnect -> intake.disconnected("refused", now, out);
        case IntakeEffect.Send send -> {}
        case IntakeEffect.Supply supply ->
            intake.onSupplied(
                supply.want(), random.nextBoolean() ? ByteBuffer.allocate(1500) : null, out);
        case IntakeEffect.TellDigest tell ->
            intake.onDigestTold(tell.ask(), random.nextInt(3), out);
        case IntakeEffect.Fetched fetched -> intake.fetch(fetched.streamId(), 7, out);
        case IntakeEffect.NotFetched missed -> intake.askDigest(missed.streamId(), 7, out);
        case IntakeEffect.Digested digested -> intake.fetch(digested.streamId(), 8, out);
        case IntakeEffect.Answered answered -> {}
        case IntakeEffect.Notice notice -> {}
      }
      if (random.nextInt(3) == 0) {
        intake.flush(out);
      }
    }
    return appended;
  }

  private static int answer(
      Uplink uplink, Random random, long[] cursors, long now, Effects<UplinkEffect> out) {
    int sent = 0;
    for (UplinkEffect effect = out.poll(); effect != null; effect = out.poll()) {
      switch (effect) {
        case UplinkEffect.Send send -> sent += send.frame() instanceof Data ? 1 : 0;
        case UplinkEffect.ReadNext read -> {
          int id = random.nextInt(3);
          boolean isStreaming =
              uplink.status(now).streams().stream()
                  .anyMatch(s -> s.streamId() == id && s.state() == StreamState.STREAMING);
          if (isStreaming && read.className().equals("normal")) {
            long from = cursors[id]++;
            ByteBuffer bytes = ByteBuffer.allocate(1 + random.nextInt(9_000));
            uplink.onBatch(id, from, from + 1, bytes, now, out);
          } else {
            uplink.onNothing(read.className());
          }
        }
        case UplinkEffect.Describe describe ->
            uplink.offer(
                new StreamOffer(describe.streamId(), "t", "normal", 0, 20, 1, 0), now, out);
        case UplinkEffect.Supply supply ->
            uplink.onSupplied(
                supply.want(), random.nextBoolean() ? ByteBuffer.allocate(1500) : null, now, out);
        case UplinkEffect.TellDigest tell ->
            uplink.onDigestTold(tell.ask(), random.nextInt(3), now, out);
        case UplinkEffect.BoundaryAt ask -> {
          long at = random.nextLong(ask.offset() + 1);
          uplink.onBoundary(ask.streamId(), at, random.nextInt(3), now, out);
        }
        case UplinkEffect.ForkFound fork -> uplink.reopen(fork.streamId(), out);
        case UplinkEffect.ForkNotFound fork -> {}
        case UplinkEffect.Fetched fetched -> uplink.fetch(fetched.streamId(), 7, now, out);
        case UplinkEffect.NotFetched missed -> uplink.fetch(missed.streamId(), 8, now, out);
        case UplinkEffect.DigestAt at ->
            uplink.onDigest(at.streamId(), at.offset(), random.nextInt(3), now, out);
        case UplinkEffect.ResumeCursor resume -> cursors[(int) resume.streamId()] = resume.offset();
        case UplinkEffect.Jump jump -> uplink.onJumped(jump.streamId(), now, out);
        case UplinkEffect.Disconnect disconnect -> {
          uplink.disconnected("closed", now, out);
          uplink.connected(now, out);
          uplink.onFrame(new Welcome(1, SOME, 8_192, 15_000, 30_000), now, out);
        }
        case UplinkEffect.SuspendCursor suspend -> {}
        case UplinkEffect.Acked acked -> {}
        case UplinkEffect.WentBack back -> {}
        case UplinkEffect.Alarm alarm -> {}
      }
    }
    return sent;
  }

  private static Hello hello() {
    return new Hello(1, 1, 15_000, SOME, SOME, "pi-1", "test");
  }

  private static Frame anyFrame(Random random) {
    int alias = random.nextInt(4);
    long offset = random.nextInt(6);
    return switch (random.nextInt(44)) {
      case 0 -> hello();
      case 1 -> new Welcome(1, SOME, 100, 100, 100);
      case 2 ->
          new Refusal(RefusalCode.QUOTA, random.nextInt(6) - 1, random.nextInt(3) * 1000, "no");
      case 3, 4, 5, 6, 7, 8 -> {
        Direction direction =
            random.nextInt(20) == 0 ? Direction.HUB_TO_EDGE : Direction.EDGE_TO_HUB;
        String topic = random.nextInt(20) == 0 ? "../x" : "t";
        yield new Open(alias, direction, alias, 0, offset, 1, topic, "normal");
      }
      case 9, 10, 11, 12 -> new Resume(alias, offset, random.nextInt(2), random.nextInt(2));
      case 13, 14, 15, 16 -> new Confirm(alias, KINDS.get(random.nextInt(3)), offset);
      case 17 -> new GapFrame(alias, new Gap(offset, offset + 2, GapReason.CORRUPT), 1);
      case 18, 19, 20 -> new Ack(alias, offset);
      case 21 -> new Credit(1 + random.nextInt(9_000));
      case 22 -> new Ping(offset);
      case 23, 24 -> new Pong(offset);
      case 40 -> new Want(alias, offset, random.nextInt(3) * 700);
      case 41 ->
          random.nextBoolean()
              ? new Found(alias, 7, 1500, 0, ByteBuffer.allocate(1024))
              : new Found(alias, 7, 1500, 1024, ByteBuffer.allocate(476));
      case 42 -> new DigestAsk(alias, offset);
      case 43 -> new DigestIs(alias, 7, random.nextInt(3));
      case 25 -> new Close(Close.Code.SHUTDOWN, "bye");
      case 26, 27 -> {
        int size = 1 + random.nextInt(9_000);
        int at = random.nextInt(4) == 0 ? random.nextInt(size) : 0;
        int bytes = 1 + random.nextInt(size - at);
        yield new Data(alias, size, at, ByteBuffer.allocate(bytes));
      }
      default -> {
        ByteBuffer batch = batch(alias, offset, random);
        yield new Data(alias, batch.remaining(), 0, batch);
      }
    };
  }

  private static ByteBuffer batch(long stream, long offset, Random random) {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.EDGE);
    String edge = random.nextInt(30) == 0 ? "pi-2" : "pi-1";
    List<Header> headers = List.of(new Header("edge", edge.getBytes(StandardCharsets.UTF_8)));
    try {
      for (int i = random.nextInt(3); i >= 0; i--) {
        builder.tryAppend(1, null, new byte[random.nextInt(200)], headers);
      }
    } catch (RecordRefused e) {
      throw new AssertionError(e);
    }
    ByteBuffer batch = builder.build(new BatchIdentity(stream, offset));
    if (random.nextInt(20) == 0) {
      int at = random.nextInt(batch.remaining());
      batch.put(at, (byte) (batch.get(at) ^ (1 << random.nextInt(8))));
    }
    return batch;
  }
}
