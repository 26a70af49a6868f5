package io.tributary.smartmodule.engine;

import static io.tributary.smartmodule.engine.Guests.transform;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.record.Record;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.PipelineRun.Step;
import io.tributary.smartmodule.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The run of a pipeline over guests of the samples.
class PipelineRunTest {
  private static final int STATE_BYTES_MOST = 1 << 20;

  private final List<String> values = new ArrayList<>();
  private final List<Long> failed = new ArrayList<>();

  /// The first guest remembers all that it has seen; the second may make two records of one.
  private static ChainPlan plan() {
    Budget budget = Budget.DEFAULT;
    Budget two = new Budget(budget.memoryBytes(), budget.timeNanos(), budget.outputBytes(), 2);
    return new ChainPlan(
        Guests.ENGINE,
        List.of(transform("aggregate-concat-c", Map.of()), transform("array-map-c", Map.of(), two)),
        ErrorPolicy.DEAD_LETTER);
  }

  private static Input input(long offset, String value) {
    return new Input(offset, new Record(1_000 * offset, null, value.getBytes(UTF_8), List.of()));
  }

  private void step(PipelineRun run, List<Input> inputs) throws Exception {
    long end = inputs.size();
    while (run.next() < end) {
      Step step = run.step(inputs.subList((int) run.next(), inputs.size()), end);
      step.outputs().forEach(one -> values.add(new String(one.record().value(), UTF_8)));
      step.failures().forEach(one -> failed.add(one.input().offset()));
    }
  }

  /// What one guest breaks its budget on, the guest before it forgets: with it in mind the next record would be no array.
  @Test
  void goesOnBehindARecordThatOneGuestBrokeItsBudgetOnAndAnotherHadSeen() throws Exception {
    List<Input> inputs =
        List.of(input(0, ""), input(1, "[1,2,3]"), input(2, "[4,5]"), input(3, ""));
    PipelineRun run =
        PipelineRun.open(plan(), Progress.beginning(plan(), 1, 0), STATE_BYTES_MOST, line -> {});
    step(run, inputs.subList(0, 3));
    assertEquals(List.of("4", "5"), values);
    assertEquals(List.of(0L, 1L), failed);

    PipelineRun again = PipelineRun.open(plan(), run.progress(), STATE_BYTES_MOST, line -> {});
    step(again, inputs);
    assertEquals(List.of("4", "5", "4", "5"), values);
    assertEquals(List.of(0L, 1L), failed);
  }

  /// There are no fewer records to be given than one.
  @Test
  void aRecordIsGivenUpWhereAGuestFailsOnTooManyOfThoseThatCameOfIt() throws Exception {
    Chain chain =
        Guests.chain(
            ErrorPolicy.DEAD_LETTER,
            transform("array-map-c", Map.of()),
            transform("hostile/trap", Map.of()));
    ChainOutput output = chain.process(Guests.input("[1,2,3,4,5,6,7,8,9,10]", "[1]"));
    assertEquals(1, output.taken());
    assertEquals(0, output.count());
    assertEquals(
        List.of(GuestFailed.Reason.TRAP),
        output.deadLetters().stream().map(DeadLetter::reason).toList());
  }
}
