package io.tributary.hub.pipeline;

import picocli.CommandLine.Command;

/// `pipeline ...`.
@Command(
    name = "pipeline",
    mixinStandardHelpOptions = true,
    description = "The pipelines of a hub: what it makes of topics, into topics of their own.",
    subcommands = {
      PipelineListCommand.class,
      PipelineDescribeCommand.class,
      PipelinePauseCommand.class,
      PipelineResumeCommand.class,
      PipelineResetCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class PipelineCommand {}
