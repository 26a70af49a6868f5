package io.tributary.core;

import io.tributary.agent.Pulse;
import io.tributary.record.Digest;
import io.tributary.session.BatchCheck;
import io.tributary.session.Effects;
import io.tributary.session.Intake;
import io.tributary.session.IntakeConfig;
import io.tributary.session.IntakeEffect;
import io.tributary.session.IntakeStatus;
import io.tributary.session.StreamSpec;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.Want;
import io.tributary.session.heal.Fetched;
import io.tributary.store.AppendReply;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StreamOpened;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One connection of an edge: carries out what its Intake wants, and brings it the answers.
///
/// Confined to the connection's thread, but for what other threads leave in the queue of answers and
/// for `status`. While reading is paused the Intake's clock stands still, since silence that we
/// asked for is no sign of a dead link.
public final class HubSession {
  /// How often `tick` is to be called; short beside any heartbeat and handshake.
  public static final int TICK_MS = 1000;

  private final long id;
  private final IntakeDesk desk;
  private final Store store;
  private final Wire wire;
  private final Intake intake;
  private final Effects<IntakeEffect> effects = new Effects<>();
  private final Pulse pulse;
  private final ConcurrentLinkedQueue<Runnable> answers = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean answersComing = new AtomicBoolean();

  private int unanswered;
  private @Nullable CompletableFuture<Fetched> fetching;
  private @Nullable CompletableFuture<OptionalLong> asking;

  private boolean performing;
  private boolean paused;
  private long pausedAtNanos;
  private long pausedNanos;
  private @Nullable Hello hello;

  private volatile boolean evicted;
  private volatile IntakeStatus status;

  HubSession(
      long id, IntakeDesk desk, Store store, Wire wire, IntakeConfig config, BatchCheck check) {
    this.id = id;
    this.desk = desk;
    this.store = store;
    this.wire = wire;
    this.intake = new Intake(config, check);
    this.pulse = new Pulse("the intake of " + wire.peer());
    intake.connected(nowNanos());
    this.status = intake.status();
  }

  /// A frame came. Its bytes are not needed any more when this returns.
  public void onFrame(Frame frame) {
    intake.onFrame(frame, nowNanos(), effects);
    perform();
  }

  /// The bytes that came are no frame.
  public void onMalformed(Refusal refusal) {
    intake.onMalformed(refusal, nowNanos(), effects);
    perform();
  }

  /// All that had come was handed over: what has come together is sent.
  public void flush() {
    intake.flush(effects);
    perform();
    wire.flush();
  }

  /// To be called about every `TICK_MS`: finds dead links and refreshes `status`.
  public void tick() {
    if (!paused) {
      intake.tick(nowNanos(), effects);
    }
    flush();
    status = intake.status();
  }

  /// The connection is gone.
  public void closed(String why) {
    evicted = true;
    pulse.rests();
    intake.disconnected(why, nowNanos(), effects);
    perform();
    status = intake.status();
    Hello greeting = hello;
    desk.left(this, greeting == null ? null : greeting.edgeId(), status.reason());
  }

  /// As of the last tick.
  public IntakeStatus status() {
    return status;
  }

  /// The store was asked for something and does not answer. Any thread.
  @Nullable String standstill(long nowNanos) {
    return pulse.standstill(nowNanos);
  }

  /// Asks the edge for the batch of a stream that begins at an offset. Any thread.
  CompletableFuture<Fetched> fetch(long streamId, long from) {
    CompletableFuture<Fetched> reply = new CompletableFuture<>();
    answer(() -> {
      if (fetching != null) {
        reply.complete(Fetched.without(Fetched.Outcome.BUSY));
      } else if (intake.fetch(streamId, from, effects)) {
        fetching = reply;
      } else {
        reply.complete(Fetched.without(Fetched.Outcome.GONE));
      }
    });
    return reply;
  }

  /// Asks the edge for its digest of all records of a stream below an offset; empty when it cannot be asked now. Any
  /// thread.
  CompletableFuture<OptionalLong> digest(long streamId, long offset) {
    CompletableFuture<OptionalLong> reply = new CompletableFuture<>();
    answer(() -> {
      if (asking == null && intake.askDigest(streamId, offset, effects)) {
        asking = reply;
      } else {
        reply.complete(OptionalLong.empty());
      }
    });
    return reply;
  }

  /// The answer to what the edge wanted. Any thread.
  void supply(Want want, @Nullable ByteBuffer batch) {
    answer(() -> intake.onSupplied(want, batch, effects));
  }

  /// What the edge wanted cannot be read now. Any thread.
  void supplyLater(Want want) {
    answer(() -> intake.onNotSuppliedNow(want, effects));
  }

  /// A topic was deleted. Any thread.
  void topicDeleted(String topic, int retryAfterMs) {
    answer(() -> intake.onTopicDeleted(topic, retryAfterMs, effects));
  }

  long id() {
    return id;
  }

  Wire wire() {
    return wire;
  }

  /// The desk's answer: in.
  void letIn() {
    answer(() -> intake.onAdmitted(nowNanos(), effects));
  }

  /// The desk's answer: out.
  void turnAway(Refusal refusal) {
    answer(() -> intake.onRefused(refusal, nowNanos(), effects));
  }

  /// The edge has another session now: from this moment nothing of this one is stored.
  void evict(String why) {
    evicted = true;
    answer(() -> intake.shutdown(Close.Code.TAKEN_OVER, why, nowNanos(), effects));
  }

  void shutdown(String why) {
    answer(() -> intake.shutdown(Close.Code.SHUTDOWN, why, nowNanos(), effects));
  }

  void probe(long token) {
    answer(() -> intake.probe(token, effects));
  }

  private void perform() {
    if (performing) {
      return; // the loop below takes what was added
    }
    performing = true;
    try {
      for (IntakeEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
        perform(effect);
      }
    } finally {
      performing = false;
    }
  }

  private void perform(IntakeEffect effect) {
    switch (effect) {
      case IntakeEffect.Send send -> send(send.frame());
      case IntakeEffect.Admit admit -> {
        hello = admit.hello();
        desk.admit(this, admit.hello());
      }
      case IntakeEffect.Answered answered -> desk.answered(this, answered.token());
      case IntakeEffect.OpenStream open -> open(open);
      case IntakeEffect.Append append -> {
        if (!evicted) {
          asked();
          store.append(
              append.streamId(),
              append.from(),
              append.to(),
              append.batch(),
              new Reply(append.alias()));
          pauseIfCrowded();
        }
      }
      case IntakeEffect.AppendGap append -> {
        if (!evicted) {
          asked();
          store.appendGap(
              append.streamId(), append.gap(), append.digestAtTo(), new Reply(append.alias()));
        }
      }
      case IntakeEffect.Supply supply -> desk.supply(this, supply.want(), supply.streamId());
      case IntakeEffect.TellDigest tell -> tellDigest(tell);
      case IntakeEffect.Fetched fetched -> fetched(Fetched.whole(fetched.batch()));
      case IntakeEffect.NotFetched missed ->
          fetched(
              Fetched.without(missed.isAbsent() ? Fetched.Outcome.ABSENT : Fetched.Outcome.GONE));
      case IntakeEffect.Digested digested -> {
        CompletableFuture<OptionalLong> reply = asking;
        asking = null;
        if (reply != null) {
          Long digest = digested.digest();
          reply.complete(digest == null ? OptionalLong.empty() : OptionalLong.of(digest));
        }
      }
      case IntakeEffect.Notice notice -> desk.notice(notice.text());
      case IntakeEffect.Disconnect disconnect -> {
        status = intake.status();
        wire.flush();
        wire.disconnect(disconnect.reason());
      }
    }
  }

  private void fetched(Fetched fetched) {
    CompletableFuture<Fetched> reply = fetching;
    fetching = null;
    if (reply != null) {
      reply.complete(fetched);
    }
  }

  private void send(Frame frame) {
    if (frame instanceof Refusal refusal) {
      desk.refused(refusal.code());
    }
    wire.send(frame);
  }

  private void open(IntakeEffect.OpenStream open) {
    if (evicted) {
      return;
    }
    StreamSpec stream = open.stream();
    int alias = open.alias();
    asked();
    store.openStream(
        specOf(stream),
        open.edgeEnd(),
        desk.ifMissing(stream.topic()),
        new StreamOpened() {
          @Override
          public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
            answer(() -> {
              answered();
              intake.onOpened(alias, next, digestAtNext, digestAtEdgeEnd, effects);
            });
          }

          @Override
          public void refused(StoreRefused why) {
            StreamRefusal refusal = desk.refusalOf(why);
            answer(() -> {
              answered();
              intake.onOpenRefused(
                  alias, refusal.code(), refusal.retryAfterMs(), refusal.text(), effects);
            });
          }
        });
  }

  /// The store is asked as if the stream were opened with its end there, which changes nothing.
  private void tellDigest(IntakeEffect.TellDigest tell) {
    if (evicted) {
      return;
    }
    StreamSpec stream = tell.stream();
    long offset = tell.ask().offset();
    asked();
    store.openStream(
        specOf(stream),
        offset,
        desk.ifMissing(stream.topic()),
        new StreamOpened() {
          @Override
          public void opened(long next, long digestAtNext, long digestAtEdgeEnd) {
            tell(offset == next ? digestAtNext : digestAtEdgeEnd);
          }

          @Override
          public void refused(StoreRefused why) {
            tell(Digest.NOT_NOW);
          }

          private void tell(long digest) {
            answer(() -> {
              answered();
              intake.onDigestTold(tell.ask(), digest, effects);
            });
          }
        });
  }

  private static io.tributary.store.StreamSpec specOf(StreamSpec stream) {
    return new io.tributary.store.StreamSpec(
        stream.streamId(),
        stream.edgeId(),
        stream.incarnation(),
        stream.topic(),
        stream.className());
  }

  private final class Reply implements AppendReply {
    private final int alias;

    Reply(int alias) {
      this.alias = alias;
    }

    @Override
    public void durable(long end) {
      answer(() -> {
        answered();
        intake.onDurable(alias, end);
      });
    }

    @Override
    public void refused(StoreRefused why) {
      StreamRefusal refusal = desk.refusalOf(why);
      answer(() -> {
        answered();
        intake.onAppendFailed(
            alias, refusal.code(), refusal.retryAfterMs(), refusal.text(), effects);
      });
    }
  }

  private void asked() {
    unanswered++;
    pulse.waits("the store does not answer", desk.nowNanos());
  }

  private void answered() {
    unanswered--;
    pulse.moved(desk.nowNanos());
    if (unanswered == 0) {
      pulse.rests();
    }
  }

  private void pauseIfCrowded() {
    if (!paused && store.isCrowded()) {
      paused = true;
      pausedAtNanos = desk.nowNanos();
      wire.pauseReading();
      store.whenRelieved(() -> answer(this::resume));
    }
  }

  private void resume() {
    pausedNanos += desk.nowNanos() - pausedAtNanos;
    paused = false;
    wire.resumeReading();
  }

  /// Leaves something for the connection's thread; what has come together is taken in one go.
  private void answer(Runnable answer) {
    answers.add(answer);
    if (!answersComing.getAndSet(true)) {
      wire.execute(this::takeAnswers);
    }
  }

  private void takeAnswers() {
    answersComing.set(false);
    for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
      answer.run();
    }
    flush();
  }

  /// The Intake's time, which leaves out the time in which we did not listen.
  private long nowNanos() {
    return (paused ? pausedAtNanos : desk.nowNanos()) - pausedNanos;
  }
}
