package io.tributary.hub.smartmodule;

import picocli.CommandLine.Command;

/// `smartmodule ...`.
@Command(
    name = "smartmodule",
    mixinStandardHelpOptions = true,
    description = "Transforms in WebAssembly: makes, builds and tries them.",
    subcommands = {ListCommand.class, TestCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class SmartModuleCommand {}
