package io.tributary.edge.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.record.Record;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.smartmodule.ChainPlan;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.PipelineRun;
import io.tributary.smartmodule.PipelineRun.Input;
import io.tributary.smartmodule.PipelineRun.Step;
import io.tributary.smartmodule.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The run of a pipeline over guests of the samples.
class PipelineRunTest {
  private static final int STATE_BYTES_MOST = 1 << 20;

  private final List<String> values = new ArrayList<>();
  private final List<Long> failed = new ArrayList<>();

  /// The first guest remembers all that it has seen; the second may make two records of one.
  private static ChainPlan plan() throws Exception {
    String first = guest("aggregate-concat-c", "time: 20s");
    String second = guest("array-map-c", "time: 20s, output-records: 2");
    Section section =
        Settings.parse("p", "transforms: [{uses: %s}, {uses: %s}]".formatted(first, second));
    return Objects.requireNonNull(ChainPlan.read(section, Modules.find(true)));
  }

  private static String guest(String name, String budget) throws Exception {
    Path file = Path.of("../smartmodules/samples/wasm", name + ".wasm").toAbsolutePath();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return "%s, sha256: %s, budget: {%s}".formatted(file, HexFormat.of().formatHex(digest), budget);
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
}
