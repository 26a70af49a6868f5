package io.tributary.agent;

/// A named duty cycle. All its methods are called on one thread, its runner's; what it owns is
/// touched by that thread alone.
public interface Agent {
  /// How long a runner sleeps at most before it asks an idle agent again.
  long MAX_IDLE_NANOS = 1_000_000_000L;

  /// The name of the thread and the word for this agent in status.
  String name();

  /// One turn of the cycle: does what there is to do and returns.
  ///
  /// Answers how much was done, in whatever unit; 0 means that there was nothing, and lets the
  /// thread sleep until it is woken or [#idleNanos] have gone by. An exception is counted, and the
  /// next turn waits a little; it is for a fault of the world, after which another turn makes
  /// sense. An `Error` is a bug: it ends the agent.
  int doWork(long nowNanos) throws Exception;

  /// How long the thread may sleep after a turn that found nothing, unless it is woken: the time
  /// until this agent's next deadline. Values above [#MAX_IDLE_NANOS] are cut to it, so that an
  /// idle agent still shows progress.
  default long idleNanos(long nowNanos) {
    return MAX_IDLE_NANOS;
  }

  /// How long the present turn may take before the agent counts as standing still: more than
  /// [Vital#STANDSTILL_NANOS] only while it waits for something outside the program, under a bound
  /// of its own. Called by any thread.
  default long turnNanosMost() {
    return Vital.STANDSTILL_NANOS;
  }

  /// Called once, on the agent's thread, after its last turn.
  default void onClose() throws Exception {}
}
