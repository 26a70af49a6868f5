package io.tributary.session.story;

import io.tributary.session.Doorkeeper;
import io.tributary.session.DoorkeeperEffect;
import io.tributary.session.Effects;
import io.tributary.session.SessionLimits;
import io.tributary.session.frame.Hello;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Stories about who may come in.
final class DoorkeeperActor implements Actor {
  private final Doorkeeper doorkeeper = new Doorkeeper(SessionLimits.DEFAULT);
  private final Effects<DoorkeeperEffect> effects = new Effects<>();
  private long now = TimeUnit.DAYS.toNanos(1);

  @Override
  public List<String> act(Line line) {
    List<String> trace = new ArrayList<>();
    switch (line.verb()) {
      case "knock" -> {
        Hello hello =
            new Hello(
                1, 1, 15_000, Line.uuid("life-1"), Line.uuid(line.word(2)), line.word(1), "test");
        doorkeeper.knock(line.number(0), hello, now, effects);
      }
      case "answered" -> doorkeeper.answered(line.number(0), line.number(1), now, effects);
      case "left" -> doorkeeper.left(line.number(0), effects);
      case "after" -> {
        now += line.nanos(0);
        doorkeeper.tick(now, effects);
      }
      case "status" -> {
        trace.add(line.word(0) + " has session " + doorkeeper.tenant(line.word(0)));
        doorkeeper.clones().forEach(clone -> trace.add("clone of " + clone.edgeId()));
      }
      default -> throw new IllegalArgumentException("a doorkeeper does not know " + line.verb());
    }
    for (DoorkeeperEffect effect = effects.poll(); effect != null; effect = effects.poll()) {
      trace.add(Trace.of(effect));
    }
    return trace;
  }
}
