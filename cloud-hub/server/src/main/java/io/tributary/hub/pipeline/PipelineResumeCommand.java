package io.tributary.hub.pipeline;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pipeline resume`.
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description =
        "Lets a paused pipeline go on, and a stopped one try again what it has stopped at.",
    footer = {
      "",
      "Exit status: 0 done, and durable; 1 no such pipeline, or refused; 2 wrong usage; 3 no hub there."
    })
public final class PipelineResumeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "The pipeline's name.")
  private String name = "";

  @Mixin private HubOption hub = new HubOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return hub.order(name, "resume", "", spec.commandLine().getOut(), spec.commandLine().getErr());
  }
}
