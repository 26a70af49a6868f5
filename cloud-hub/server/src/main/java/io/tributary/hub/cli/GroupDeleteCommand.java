package io.tributary.hub.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `group delete`.
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Deletes a consumer group without members, and what it has committed.",
    footer = {"", GroupCommand.EXIT_STATUS})
public final class GroupDeleteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "GROUP", description = "The group.")
  private String group = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return Work.exitStatus(this::delete);
  }

  private void delete() throws IOException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    short error;
    try (GroupReader groups = new GroupReader(kafka.dialer(), kafka.hub)) {
      error = groups.delete(group);
    }
    switch (error) {
      case KafkaErrors.NONE -> out.printf("deleted the group '%s'%n", group);
      case KafkaErrors.GROUP_ID_NOT_FOUND ->
          throw GroupCommand.unknown(group, GroupListCommand.all(kafka));
      case KafkaErrors.NON_EMPTY_GROUP ->
          throw new Failure(
              Failure.CHECK,
              "group '%s' has members: stop them first; `group describe` shows them"
                  .formatted(group));
      default ->
          throw new Failure(
              Failure.CHECK, "group '%s': %s".formatted(group, KafkaErrors.name(error)));
    }
    out.flush();
  }
}
