package io.tributary.core.pipeline;

import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.StartAt;
import io.tributary.store.TopicLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pipeline as its owner has written it.
///
/// @param from the topic that it reads
/// @param to the topic that it writes, and nobody else
/// @param start where it begins when it has never run
/// @param deadLetters the topic of the records that a guest failed on, which nobody else writes; null: the policy is another
/// @param limits of the topics that it creates
public record PipelineSpec(
    String name,
    String from,
    String to,
    StartAt start,
    ChainPlan plan,
    @Nullable String deadLetters,
    TopicLimits limits) {
  public PipelineSpec {
    if (to.equals(from) || to.equals(deadLetters) || from.equals(deadLetters)) {
      throw new IllegalArgumentException("the topics of pipeline " + name + " are not three");
    }
    if ((plan.policy() == ErrorPolicy.DEAD_LETTER) != (deadLetters != null)) {
      throw new IllegalArgumentException("a topic of dead letters goes with that policy: " + name);
    }
  }

  /// The topics that it writes.
  public List<String> targets() {
    String letters = deadLetters;
    return letters == null ? List.of(to) : List.of(to, letters);
  }
}
