package io.tributary.hub.pipeline;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pipeline describe`.
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "One pipeline of a running hub: its state, its counts, and its partitions.",
    footer = {"", "Exit status: 0 done, 1 no such pipeline, 2 wrong usage, 3 no hub there."})
public final class PipelineDescribeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The pipeline's name.")
  private String name = "";

  @Mixin private HubOption hub = new HubOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return hub.show(name, out, spec.commandLine().getErr(), answer -> print(answer, out));
  }

  private static void print(JsonObject one, PrintWriter out) {
    String letters = one.getString("deadLetters", "");
    String why = one.getString("why", "");
    out.printf(
        "%s: %s ─▶ %s%s%n",
        one.getString("pipeline"),
        one.getString("from"),
        one.getString("to"),
        letters.isEmpty() ? "" : ", dead letters ─▶ " + letters);
    out.printf("state       %s%s%n", one.getString("state"), why.isEmpty() ? "" : ": " + why);
    out.printf("generation  %d%n", one.getLong("generation"));
    out.printf("lag         %d records%n", one.getLong("lag"));
    out.printf(
        "records     in %d (%.1f/s), out %d (%.1f/s), dropped %d, dead letters %d, skipped %d, missed %d%n",
        one.getLong("in"),
        one.getDouble("inPerSecond"),
        one.getLong("out"),
        one.getDouble("outPerSecond"),
        one.getLong("dropped"),
        one.getLong("dead"),
        one.getLong("skipped"),
        one.getLong("missed"));
    out.printf(
        "guests      of %d partitions, %d KiB of memory%n",
        one.getLong("openGuests"), one.getLong("guestBytes") >> 10);
    String error = one.getString("lastError", "");
    if (!error.isEmpty()) {
      out.printf("last told   %s  %s%n", Instant.ofEpochMilli(one.getLong("lastErrorAtMs")), error);
    }
    out.printf(
        "%n%9s %14s %14s %12s %4s  %s%n", "PARTITION", "POSITION", "END", "LAG", "GEN", "REMARK");
    for (Object each : one.getArray("lanes", new JsonArray())) {
      JsonObject lane = (JsonObject) each;
      out.printf(
          "%9d %14d %14d %12d %4d  %s%s%n",
          lane.getLong("partition"),
          lane.getLong("position"),
          lane.getLong("end"),
          lane.getLong("lag"),
          lane.getLong("generation"),
          lane.getBoolean("stopped", false) ? "STOPPED: " : "",
          lane.getString("trouble", ""));
    }
  }
}
