package io.tributary.hub.pipeline;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `pipeline list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "The pipelines of a running hub, and how far each is behind.",
    footer = {"", "Exit status: 0 done, 2 wrong usage, 3 no hub there."})
public final class PipelineListCommand implements Callable<Integer> {
  @Mixin private HubOption hub = new HubOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    return hub.show("", out, spec.commandLine().getErr(), answer -> print(answer, out));
  }

  private static void print(JsonObject answer, PrintWriter out) {
    JsonArray pipelines = answer.getArray("pipelines", new JsonArray());
    if (pipelines.isEmpty()) {
      out.println("no pipelines are configured (hub.yaml, key 'pipelines')");
      return;
    }
    out.printf(
        "%-20s %-24s %-24s %-8s %4s %12s %9s %9s %9s%n",
        "PIPELINE", "FROM", "TO", "STATE", "GEN", "LAG", "IN/s", "OUT/s", "DEAD");
    for (Object each : pipelines) {
      JsonObject one = (JsonObject) each;
      out.printf(
          "%-20s %-24s %-24s %-8s %4d %12d %9.1f %9.1f %9d%n",
          one.getString("pipeline"),
          one.getString("from"),
          one.getString("to"),
          one.getString("state"),
          one.getLong("generation"),
          one.getLong("lag"),
          one.getDouble("inPerSecond"),
          one.getDouble("outPerSecond"),
          one.getLong("dead"));
      String why = one.getString("why", "");
      if (!why.isEmpty()) {
        out.println("  " + why);
      }
    }
  }
}
