package io.tributary.hub.pipeline;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pipeline pause`.
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Lets a pipeline take nothing more in, also behind a restart of the hub, until it is resumed.",
    footer = {
      "",
      "Exit status: 0 done, and durable; 1 no such pipeline, or refused; 2 wrong usage; 3 no hub there."
    })
public final class PipelinePauseCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The pipeline's name.")
  private String name = "";

  @Mixin private HubOption hub = new HubOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return hub.order(name, "pause", "", spec.commandLine().getOut(), spec.commandLine().getErr());
  }
}
