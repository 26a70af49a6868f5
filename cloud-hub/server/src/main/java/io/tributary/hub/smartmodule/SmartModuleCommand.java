package io.tributary.hub.smartmodule;

import picocli.CommandLine.Command;

/// `smartmodule ...`.
@Command(
    name = "smartmodule",
    mixinStandardHelpOptions = true,
    description = "Transforms in WebAssembly: makes, builds and tries them.",
    subcommands = {NewCommand.class, BuildCommand.class, TestCommand.class, ListCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class SmartModuleCommand {}
