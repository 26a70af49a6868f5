package io.tributary.session.twoparty;

import io.tributary.session.Effects;
import io.tributary.session.Uplink;
import io.tributary.session.UplinkConfig;
import io.tributary.session.UplinkEffect;
import io.tributary.session.UplinkStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The edge's program around an Uplink: carries out its effects on a journal and a link.
final class EdgeHost {
  private final FakeJournal journal;
  private Effects<UplinkEffect> effects = new Effects<>();
  private final List<String> alarms = new ArrayList<>();
  private Uplink uplink;
  private @Nullable Wire toHub;
  private long runs;

  /// Called with every end that the hub acknowledged.
  interface AckWitness {
    void acked(long streamId, long end);
  }

  private final AckWitness witness;
  private final String edgeId;
  private final UUID incarnation = new UUID(1, 1);

  EdgeHost(String edgeId, FakeJournal journal, AckWitness witness) {
    this.edgeId = edgeId;
    this.journal = journal;
    this.witness = witness;
    this.uplink = newUplink();
  }

  private Uplink newUplink() {
    return new Uplink(UplinkConfig.of(edgeId, incarnation, new UUID(2, ++runs), "test", 15_000));
  }

  /// The program dies and starts again.
  void restart(long now) {
    toHub = null;
    effects = new Effects<>();
    uplink = newUplink();
    journal.streams().forEach(stream -> stream.cursor = -1);
    journal.streams().forEach(stream -> offer(stream, now));
  }

  void offer(FakeJournal.Stream stream, long now) {
    uplink.offer(journal.offer(stream), now, effects);
    drain(now);
  }

  void connected(Wire wire, long now) {
    toHub = wire;
    uplink.connected(now, effects);
    drain(now);
  }

  void disconnected(long now) {
    toHub = null;
    uplink.disconnected("cut", now, effects);
    drain(now);
  }

  boolean isConnected() {
    return toHub != null;
  }

  void receive(Wire fromHub, int bytes, long now) {
    fromHub.deliver(
        bytes,
        frame -> {
          uplink.onFrame(frame, now, effects);
          drain(now);
        });
  }

  void advanced(String className) {
    uplink.journalAdvanced(className);
  }

  void tick(long now) {
    uplink.tick(now, effects);
    drain(now);
  }

  void fill(int room, long now) {
    Wire wire = toHub;
    if (wire == null) {
      return;
    }
    int before;
    do {
      before = wire.pendingBytes();
      uplink.fill(room, now, effects);
    } while (drain(now) && wire.pendingBytes() - before < room && isConnected());
  }

  long deadline(long now) {
    return uplink.deadlineNanos(now);
  }

  UplinkStatus status(long now) {
    return uplink.status(now);
  }

  List<String> alarms() {
    return alarms;
  }

  private boolean drain(long now) {
    boolean any = false;
    for (UplinkEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
      any = true;
      carryOut(effect, now);
    }
    return any;
  }

  private void carryOut(UplinkEffect effect, long now) {
    switch (effect) {
      case UplinkEffect.Send send -> {
        if (toHub != null) {
          toHub.write(send.frame());
        }
      }
      case UplinkEffect.ReadNext read -> readNext(read.className(), now);
      case UplinkEffect.Describe describe ->
          uplink.offer(journal.offer(journal.stream(describe.streamId())), now, effects);
      case UplinkEffect.DigestAt at ->
          uplink.onDigest(
              at.streamId(),
              at.offset(),
              journal.stream(at.streamId()).digestAt(at.offset()),
              now,
              effects);
      case UplinkEffect.ResumeCursor resume ->
          journal.resumeCursor(journal.stream(resume.streamId()), resume.offset());
      case UplinkEffect.SuspendCursor suspend -> journal.stream(suspend.streamId()).cursor = -1;
      case UplinkEffect.Acked acked -> {
        journal.stream(acked.streamId()).acked = acked.end();
        witness.acked(acked.streamId(), acked.end());
      }
      case UplinkEffect.WentBack back -> journal.stream(back.streamId()).acked = back.next();
      case UplinkEffect.Jump jump -> {
        FakeJournal.Stream stream = journal.stream(jump.streamId());
        if (journal.jump(stream, jump.expectedEnd(), jump.next(), jump.digestAtNext())) {
          uplink.onJumped(stream.id, now, effects);
        } else {
          uplink.onJumpRefused(stream.id, "the end moved", now, effects);
        }
      }
      case UplinkEffect.Supply supply -> uplink.onSupplied(supply.want(), null, now, effects);
      case UplinkEffect.TellDigest tell ->
          uplink.onDigestTold(
              tell.ask(),
              journal.stream(tell.streamId()).digestAt(tell.ask().offset()),
              now,
              effects);
      case UplinkEffect.BoundaryAt ask -> throw new IllegalStateException("nobody seeks a fork");
      case UplinkEffect.ForkFound fork -> {}
      case UplinkEffect.ForkNotFound fork -> {}
      case UplinkEffect.Fetched fetched -> {}
      case UplinkEffect.NotFetched missed -> {}
      case UplinkEffect.Alarm alarm -> alarms.add(alarm.text());
      case UplinkEffect.Disconnect disconnect -> {
        toHub = null;
        uplink.disconnected(disconnect.reason(), now, effects);
      }
    }
  }

  private void readNext(String className, long now) {
    switch (journal.next(className)) {
      case null -> uplink.onNothing(className);
      case FakeJournal.Batch batch ->
          uplink.onBatch(
              batch.streamId(), batch.from(), batch.to(), batch.bytes().duplicate(), now, effects);
      case FakeJournal.Hole hole -> uplink.onGap(hole.streamId(), hole.gap(), hole.digestAtTo());
    }
  }
}
