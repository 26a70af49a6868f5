package io.tributary.hub.pipeline;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pipeline reset`.
@Command(
    name = "reset",
    mixinStandardHelpOptions = true,
    description = {
      "Lets a pipeline begin anew, as a new generation: its guests forget, and read from where you say.",
      "",
      "What it has written stays where it is; what comes out from now on is written behind it. A stopped pipeline",
      "goes on with that, a paused one when it is resumed.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 done, and durable; 1 no such pipeline, or refused; 2 wrong usage; 3 no hub there."
    })
public final class PipelineResetCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The pipeline's name.")
  private String name = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "WHERE",
      description =
          "earliest, latest, a time such as 2026-11-29T12:00:00Z, or the offset that each partition begins at.")
  private String to = "";

  @Mixin private HubOption hub = new HubOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return hub.order(
        name,
        "reset",
        "&to=" + HubOption.encoded(to),
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }
}
