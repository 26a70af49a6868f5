package io.tributary.session.story;

import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Header;
import io.tributary.record.Limits;
import io.tributary.record.RecordRefused;
import io.tributary.session.BatchCheck;
import io.tributary.session.Effects;
import io.tributary.session.Intake;
import io.tributary.session.IntakeConfig;
import io.tributary.session.IntakeEffect;
import io.tributary.session.IntakeStatus;
import io.tributary.session.SessionLimits;
import io.tributary.session.frame.Ack;
import io.tributary.session.frame.Close;
import io.tributary.session.frame.Confirm;
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
import io.tributary.session.frame.Want;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stories about a hub's half of a session.
final class IntakeActor implements Actor {
  private final Intake intake =
      new Intake(
          new IntakeConfig(
              Line.uuid("hub-1"),
              new SessionLimits(
                  10_000, 60_000, 4, 64 * 1024, 128 * 1024, 1000, 300_000, 5000, 30_000, 5000)),
          new BatchCheck());
  private final Effects<IntakeEffect> effects = new Effects<>();
  private @Nullable Want wanted;
  private @Nullable DigestAsk asked;
  private long now = TimeUnit.DAYS.toNanos(1);

  @Override
  public List<String> act(Line line) {
    List<String> trace = new ArrayList<>();
    int alias = (int) line.named("alias", 0);
    switch (line.verb()) {
      case "connected" -> intake.connected(now);
      case "disconnected" -> intake.disconnected(line.rest(0), now, effects);
      case "admitted" -> intake.onAdmitted(now, effects);
      case "refused" -> intake.onRefused(refusal(line, 0), now, effects);
      case "<-" -> intake.onFrame(frame(line), now, effects);
      case "malformed" ->
          intake.onMalformed(
              Refusal.ofSession(RefusalCode.MALFORMED, 0, line.rest(0)), now, effects);
      case "after" -> {
        now += line.nanos(0);
        intake.tick(now, effects);
      }
      case "flush" -> intake.flush(effects);
      case "opened" ->
          intake.onOpened(
              alias, line.named("next", 0), line.named("digest", 0), line.named("end", 0), effects);
      case "open-refused" ->
          intake.onOpenRefused(alias, RefusalCode.valueOf(line.word(0)), 0, line.rest(1), effects);
      case "durable" -> intake.onDurable(alias, line.number(0));
      case "failed" ->
          intake.onAppendFailed(
              alias,
              RefusalCode.valueOf(line.word(0)),
              (int) line.named("retry", 0),
              line.rest(1),
              effects);
      case "probe" -> intake.probe(line.number(0), effects);
      case "taken-over" -> intake.shutdown(Close.Code.TAKEN_OVER, line.rest(0), now, effects);
      case "fetch" -> trace.add("" + intake.fetch(line.number(0), line.number(1), effects));
      case "ask-digest" ->
          trace.add("" + intake.askDigest(line.number(0), line.number(1), effects));
      case "supplied" -> {
        int bytes = (int) line.named("bytes", 0);
        ByteBuffer batch = bytes == 0 ? null : ByteBuffer.allocate(bytes);
        intake.onSupplied(Objects.requireNonNull(wanted), batch, effects);
      }
      case "supplied-later" -> intake.onNotSuppliedNow(Objects.requireNonNull(wanted), effects);
      case "told" -> intake.onDigestTold(Objects.requireNonNull(asked), line.number(0), effects);
      case "status" -> status(trace);
      default -> throw new IllegalArgumentException("an intake does not know " + line.verb());
    }
    for (IntakeEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
      trace.add(Trace.of(effect));
      if (effect instanceof IntakeEffect.Supply supply) {
        wanted = supply.want();
      } else if (effect instanceof IntakeEffect.TellDigest tell) {
        asked = tell.ask();
      }
    }
    return trace;
  }

  private Frame frame(Line line) {
    int alias = (int) line.named("alias", 0);
    return switch (line.word(0)) {
      case "Hello" ->
          new Hello(
              (int) line.named("min", 1),
              (int) line.named("max", 1),
              (int) line.named("heartbeat", 15_000),
              Line.uuid("life-1"),
              Line.uuid(line.named("run", "run-1")),
              "pi-1",
              "test");
      case "Open" ->
          new Open(
              alias,
              Direction.valueOf(line.named("direction", "EDGE_TO_HUB")),
              line.number(1),
              line.from(3),
              line.to(3),
              line.named("digest", 0),
              line.word(2),
              "normal");
      case "Confirm" ->
          new Confirm(alias, Confirm.Kind.valueOf(line.word(1)), line.named("from", 0));
      case "Data" -> data(line, alias);
      case "Gap" ->
          new GapFrame(
              alias,
              new Gap(
                  line.from(1), line.to(1), GapReason.valueOf(line.named("reason", "HUB_LOST"))),
              line.named("digest", 0));
      case "Refusal" -> refusal(line, 1);
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
      case "Ack" -> new Ack(alias, 1);
      default -> throw new IllegalArgumentException("an edge sends no " + line.word(0));
    };
  }

  private static Refusal refusal(Line line, int code) {
    return new Refusal(
        RefusalCode.valueOf(line.word(code)),
        (int) line.named("alias", -1),
        (int) line.named("retry", 0),
        line.rest(code + 1));
  }

  /// A batch of the stream, or one slice of it, as told: `Data STREAM FROM..TO value=BYTES slice=AT+BYTES edge=ID`.
  private static Frame data(Line line, int alias) {
    ByteBuffer batch = batch(line);
    if (line.named("flip", -1) >= 0) {
      int at = (int) line.named("flip", 0);
      batch.put(at, (byte) (batch.get(at) ^ 1));
    }
    int at = (int) line.named("at", 0);
    int bytes = (int) line.named("bytes", batch.remaining() - at);
    int size = (int) line.named("size", batch.remaining());
    return new Data(alias, size, at, batch.slice(at, bytes));
  }

  private static ByteBuffer batch(Line line) {
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
    byte[] edge = line.named("edge", "pi-1").getBytes(StandardCharsets.UTF_8);
    byte[] value = new byte[(int) line.named("value", 10)];
    try {
      for (long offset = line.from(2); offset < line.to(2); offset++) {
        builder.tryAppend(1_700_000_000_000L, null, value, List.of(new Header("edge", edge)));
      }
    } catch (RecordRefused e) {
      throw new IllegalArgumentException(e);
    }
    return builder.build(new BatchIdentity(line.number(1), line.from(2)));
  }

  private void status(List<String> trace) {
    IntakeStatus status = intake.status();
    trace.add(status.connection() + ": " + status.reason() + ", holds " + status.heldBytes());
    for (IntakeStatus.Stream stream : status.streams()) {
      trace.add(
          stream.spec().topic()
              + " "
              + stream.state()
              + (stream.refusalCode() == null ? "" : " " + stream.refusalCode())
              + " next "
              + stream.next()
              + " durable "
              + stream.durable()
              + " duplicates "
              + stream.duplicates());
    }
  }
}
