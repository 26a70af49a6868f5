package io.tributary.session.story;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.session.Effects;
import io.tributary.session.StreamOffer;
import io.tributary.session.Uplink;
import io.tributary.session.UplinkConfig;
import io.tributary.session.UplinkEffect;
import io.tributary.session.UplinkStatus;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Credit;
import io.tributary.session.frame.DigestAsk;
import io.tributary.session.frame.DigestIs;
import io.tributary.session.frame.Found;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Ping;
import io.tributary.session.frame.Pong;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.RefusalCode;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Want;
import io.tributary.session.frame.Welcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stories about an edge's half of a session.
final class UplinkActor implements Actor {
  private final Uplink uplink =
      new Uplink(UplinkConfig.of("pi-1", Line.uuid("life-1"), Line.uuid("run-1"), "test", 15_000));
  private final Effects<UplinkEffect> effects = new Effects<>();
  private @Nullable Want wanted;
  private @Nullable DigestAsk asked;
  private long now = TimeUnit.DAYS.toNanos(1);

  @Override
  public List<String> act(Line line) {
    List<String> trace = new ArrayList<>();
    switch (line.verb()) {
      case "offer" -> offer(line);
      case "connected" -> uplink.connected(now, effects);
      case "disconnected" -> uplink.disconnected(line.rest(0), now, effects);
      case "shutdown" -> uplink.shutdown(line.rest(0), now, effects);
      case "<-" -> uplink.onFrame(frame(line), now, effects);
      case "after" -> {
        now += line.nanos(0);
        uplink.tick(now, effects);
      }
      case "fill" -> uplink.fill((int) line.named("room", Integer.MAX_VALUE), now, effects);
      case "advanced" -> uplink.journalAdvanced(line.word(0));
      case "batch" -> {
        ByteBuffer bytes = ByteBuffer.allocate((int) line.named("bytes", 100));
        uplink.onBatch(line.number(0), line.from(1), line.to(1), bytes, now, effects);
      }
      case "gap" ->
          uplink.onGap(
              line.number(0),
              new Gap(
                  line.from(1), line.to(1), GapReason.valueOf(line.named("reason", "HUB_LOST"))),
              line.named("digest", 0));
      case "nothing" -> uplink.onNothing(line.word(0));
      case "digest" ->
          uplink.onDigest(line.number(0), line.number(1), line.number(2), now, effects);
      case "jumped" -> uplink.onJumped(line.number(0), now, effects);
      case "jump-refused" -> uplink.onJumpRefused(line.number(0), line.rest(1), now, effects);
      case "fetch" -> trace.add("" + uplink.fetch(line.number(0), line.number(1), now, effects));
      case "supplied" -> {
        int bytes = (int) line.named("bytes", 0);
        ByteBuffer batch = bytes == 0 ? null : ByteBuffer.allocate(bytes);
        uplink.onSupplied(Objects.requireNonNull(wanted), batch, now, effects);
      }
      case "supplied-later" ->
          uplink.onNotSuppliedNow(Objects.requireNonNull(wanted), now, effects);
      case "told" ->
          uplink.onDigestTold(Objects.requireNonNull(asked), line.number(0), now, effects);
      case "seek-fork" -> trace.add("" + uplink.seekFork(line.number(0), true, now, effects));
      case "boundary" ->
          uplink.onBoundary(line.number(0), line.number(1), line.number(2), now, effects);
      case "reopen" -> uplink.reopen(line.number(0), effects);
      case "status" -> status(trace);
      default -> throw new IllegalArgumentException("an uplink does not know " + line.verb());
    }
    for (UplinkEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
      trace.add(Trace.of(effect));
      switch (effect) {
        case UplinkEffect.Supply supply -> wanted = supply.want();
        case UplinkEffect.TellDigest tell -> asked = tell.ask();
        default -> {}
      }
    }
    return trace;
  }

  private void offer(Line line) {
    StreamOffer offer =
        new StreamOffer(
            line.number(0),
            line.word(1),
            line.word(2),
            line.from(3),
            line.to(3),
            line.named("digest", 0),
            line.named("acked", 0),
            line.named("sealed", 0) == 1);
    uplink.offer(offer, now, effects);
  }

  private static Frame frame(Line line) {
    int alias = (int) line.named("alias", 0);
    return switch (line.word(0)) {
      case "Welcome" ->
          new Welcome(
              (int) line.named("version", 1),
              Line.uuid("hub-1"),
              (int) line.named("batch", 1 << 20),
              (int) line.named("heartbeat", 15_000),
              line.named("credit", 4 << 20));
      case "Refusal" ->
          new Refusal(
              RefusalCode.valueOf(line.word(1)),
              (int) line.named("alias", -1),
              (int) line.named("retry", 0),
              line.rest(2));
      case "Resume" ->
          new Resume(alias, line.named("next", 0), line.named("digest", 0), line.named("end", 0));
      case "Ack" -> new Ack(alias, line.named("end", 0));
      case "Credit" -> new Credit((int) line.named("bytes", 1));
      case "Want" -> new Want(alias, line.named("from", 0), (int) line.named("at", 0));
      case "Found" -> {
        int at = (int) line.named("at", 0);
        int size = (int) line.named("size", 0);
        int bytes = (int) line.named("bytes", Math.clamp(size - at, 0, 1024));
        yield new Found(alias, line.named("from", 0), size, at, ByteBuffer.allocate(bytes));
      }
      case "DigestAsk" -> new DigestAsk(alias, line.named("offset", 0));
      case "DigestIs" -> new DigestIs(alias, line.named("offset", 0), line.named("digest", 0));
      case "Ping" -> new Ping(line.named("token", 1));
      case "Pong" -> new Pong(line.named("token", 1));
      case "Close" -> new Close(Close.Code.SHUTDOWN, line.rest(1));
      default -> throw new IllegalArgumentException("a hub sends no " + line.word(0));
    };
  }

  private void status(List<String> trace) {
    UplinkStatus status = uplink.status(now);
    trace.add(
        status.connection()
            + ": "
            + status.reason()
            + ", credit "
            + status.creditBytes()
            + ", in flight "
            + status.inFlightBytes());
    for (UplinkStatus.Stream stream : status.streams()) {
      trace.add(
          stream.topic()
              + " "
              + stream.state()
              + (stream.refusalCode() == null ? "" : " " + stream.refusalCode())
              + " acked "
              + stream.acked()
              + " sent "
              + stream.sent());
    }
  }
}
