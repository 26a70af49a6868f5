package io.tributary.session;

import io.tributary.session.frame.Refusal;

/// What the Doorkeeper wants done with a session. The owner does it in order.
public sealed interface DoorkeeperEffect {

  /// Let it in: `Intake.onAdmitted`.
  record LetIn(long sessionId) implements DoorkeeperEffect {}

  /// Turn it away: `Intake.onRefused`.
  record TurnAway(long sessionId, Refusal refusal) implements DoorkeeperEffect {}

  /// End it without blame, before anything that follows: `Intake.shutdown`, and forget whatever it still wants stored.
  record Evict(long sessionId, String why) implements DoorkeeperEffect {}

  /// Ask whether it is alive: `Intake.probe`; its answer comes back with `Doorkeeper.answered`.
  record Probe(long sessionId, long token) implements DoorkeeperEffect {}
}
