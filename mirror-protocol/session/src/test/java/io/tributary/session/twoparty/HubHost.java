package io.tributary.session.twoparty;

import io.tributary.record.Digest;
import io.tributary.session.BatchCheck;
import io.tributary.session.Doorkeeper;
import io.tributary.session.DoorkeeperEffect;
import io.tributary.session.Effects;
import io.tributary.session.Intake;
import io.tributary.session.IntakeConfig;
import io.tributary.session.IntakeEffect;
import io.tributary.session.SessionLimits;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.RefusalCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// The hub's program around its Intakes: carries out their effects on a store and the links.
final class HubHost {
  static final int STORE_RETRY_MS = 1000;

  private final FakeStore store;
  private final BooleanSupplier storeFails;
  private final BatchCheck check = new BatchCheck();
  private final Doorkeeper doorkeeper = new Doorkeeper(SessionLimits.DEFAULT);
  private final Effects<DoorkeeperEffect> doorEffects = new Effects<>();
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private long lastSession;

  private static final class Session {
    final long id;
    final Intake intake;
    final Wire fromEdge;
    final Wire toEdge;
    final Effects<IntakeEffect> effects = new Effects<>();
    boolean over;

    Session(long id, Intake intake, Wire fromEdge, Wire toEdge) {
      this.id = id;
      this.intake = intake;
      this.fromEdge = fromEdge;
      this.toEdge = toEdge;
    }
  }

  /// @param storeFails asked before each append
  HubHost(FakeStore store, BooleanSupplier storeFails) {
    this.store = store;
    this.storeFails = storeFails;
  }

  long accept(Wire fromEdge, Wire toEdge, long now) {
    Intake intake = new Intake(IntakeConfig.of(new UUID(9, 9)), check);
    Session session = new Session(++lastSession, intake, fromEdge, toEdge);
    sessions.put(session.id, session);
    intake.connected(now);
    return session.id;
  }

  List<Long> sessions() {
    return List.copyOf(sessions.keySet());
  }

  void receive(long id, int bytes, long now) {
    Session session = sessions.get(id);
    if (session == null) {
      return;
    }
    session.fromEdge.deliver(
        bytes,
        frame -> {
          session.intake.onFrame(frame, now, session.effects);
          drain(session, now);
        });
    flush(now);
  }

  void cut(long id, long now) {
    Session session = sessions.get(id);
    if (session != null) {
      over(session, "cut", now);
      drainDoor(now);
    }
  }

  void tick(long now) {
    doorkeeper.tick(now, doorEffects);
    drainDoor(now);
    for (Session session : List.copyOf(sessions.values())) {
      session.intake.tick(now, session.effects);
      drain(session, now);
    }
  }

  void force(long now) {
    store.force();
    flush(now);
  }

  /// The earliest of its sessions.
  long deadline(long now) {
    long earliest = Long.MAX_VALUE;
    for (Session session : sessions.values()) {
      long deadline = session.intake.deadlineNanos(now);
      boolean isEarlier = earliest == Long.MAX_VALUE || deadline - earliest < 0;
      earliest = deadline != Long.MAX_VALUE && isEarlier ? deadline : earliest;
    }
    return earliest;
  }

  private void flush(long now) {
    for (Session session : List.copyOf(sessions.values())) {
      session.intake.flush(session.effects);
      drain(session, now);
    }
  }

  private void drain(Session session, long now) {
    for (IntakeEffect effect = session.effects.poll();
        effect != null;
        effect = session.effects.poll()) {
      carryOut(session, effect, now);
    }
    drainDoor(now);
  }

  private void carryOut(Session session, IntakeEffect effect, long now) {
    Intake intake = session.intake;
    switch (effect) {
      case IntakeEffect.Send send -> session.toEdge.write(send.frame());
      case IntakeEffect.Admit admit -> knock(session, admit.hello(), now);
      case IntakeEffect.Answered answered ->
          doorkeeper.answered(session.id, answered.token(), now, doorEffects);
      case IntakeEffect.OpenStream open ->
          store.afterForce(() -> {
            FakeStore.Stream stream = store.stream(open.stream().streamId());
            long next = stream.next();
            long atEnd = open.edgeEnd() < next ? stream.digestAt(open.edgeEnd()) : Digest.UNKNOWN;
            intake.onOpened(open.alias(), next, stream.digestAt(next), atEnd, session.effects);
          });
      case IntakeEffect.Append append -> {
        boolean done =
            !storeFails.getAsBoolean()
                && store.append(append.streamId(), append.from(), append.to(), append.batch());
        answer(session, append.alias(), append.to(), done);
      }
      case IntakeEffect.AppendGap append -> {
        boolean done =
            !storeFails.getAsBoolean()
                && store.appendGap(append.streamId(), append.gap(), append.digestAtTo());
        answer(session, append.alias(), append.gap().to(), done);
      }
      case IntakeEffect.Supply supply -> intake.onSupplied(supply.want(), null, session.effects);
      case IntakeEffect.TellDigest tell -> throw new IllegalStateException("nobody asks");
      case IntakeEffect.Fetched fetched -> {}
      case IntakeEffect.NotFetched missed -> {}
      case IntakeEffect.Digested digested -> {}
      case IntakeEffect.Notice notice -> {}
      case IntakeEffect.Disconnect disconnect -> over(session, disconnect.reason(), now);
    }
  }

  private void answer(Session session, int alias, long end, boolean done) {
    store.afterForce(() -> {
      if (done) {
        session.intake.onDurable(alias, end);
      } else {
        session.intake.onAppendFailed(
            alias, RefusalCode.STORE, STORE_RETRY_MS, "the disk", session.effects);
      }
    });
  }

  private void knock(Session session, Hello hello, long now) {
    doorkeeper.knock(session.id, hello, now, doorEffects);
  }

  private void drainDoor(long now) {
    for (DoorkeeperEffect effect = doorEffects.poll();
        effect != null;
        effect = doorEffects.poll()) {
      switch (effect) {
        case DoorkeeperEffect.LetIn in -> {
          Session session = sessions.get(in.sessionId());
          if (session != null) {
            session.intake.onAdmitted(now, session.effects);
            drain(session, now);
          }
        }
        case DoorkeeperEffect.TurnAway away -> {
          Session session = sessions.get(away.sessionId());
          if (session != null) {
            session.intake.onRefused(away.refusal(), now, session.effects);
            drain(session, now);
          }
        }
        case DoorkeeperEffect.Evict evict -> {
          Session session = sessions.get(evict.sessionId());
          if (session != null) {
            session.intake.shutdown(Close.Code.TAKEN_OVER, evict.why(), now, session.effects);
            drain(session, now);
          }
        }
        case DoorkeeperEffect.Probe probe -> {
          Session session = sessions.get(probe.sessionId());
          if (session != null) {
            session.intake.probe(probe.token(), session.effects);
            drain(session, now);
          }
        }
      }
    }
  }

  private void over(Session session, String why, long now) {
    if (!session.over) {
      session.over = true;
      session.intake.disconnected(why, now, session.effects);
      sessions.remove(session.id);
      doorkeeper.left(session.id, doorEffects);
    }
  }
}
