package io.tributary.hub.cli;

import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `group list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists consumer groups and their states.",
    footer = {"", GroupCommand.EXIT_STATUS})
public final class GroupListCommand implements Callable<Integer> {
  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return Work.exitStatus(this::list);
  }

  private void list() throws IOException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("GROUP", "STATE", "PROTOCOL");
    for (Group.Listed group : all(kafka)) {
      if (json) {
        out.println(
            JsonWriter.string()
                .object()
                .value("group", group.name())
                .value("state", group.state())
                .value("protocol", group.protocolType())
                .end()
                .done());
      } else {
        table.add(group.name(), group.state(), group.protocolType());
      }
    }
    if (!json) {
      table.print(out);
    }
    out.flush();
  }

  /// The groups of all brokers.
  static List<Group.Listed> all(KafkaOption kafka) throws IOException, Failure {
    try (KafkaReader reader = new KafkaReader(kafka.dialer(), kafka.hub);
        GroupReader groups = new GroupReader(kafka.dialer(), kafka.hub)) {
      return groups.list(reader.brokers());
    }
  }
}
