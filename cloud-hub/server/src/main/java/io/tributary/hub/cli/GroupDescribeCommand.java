package io.tributary.hub.cli;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `group describe`.
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = {
      "Shows a consumer group: its members, what each of them reads, and how far it is behind.",
      "",
      "LAG counts the offsets between what is committed and the end. With the layout per-edge the"
          + " offsets of a declared hole count too.",
      ""
    },
    footer = {"", GroupCommand.EXIT_STATUS})
public final class GroupDescribeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "GROUP", description = "The group.")
  private String name = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return Work.exitStatus(this::describe);
  }

  private void describe() throws IOException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    try (KafkaReader reader = new KafkaReader(kafka.dialer(), kafka.hub);
        GroupReader groups = new GroupReader(kafka.dialer(), kafka.hub)) {
      Group group = groups.find(name);
      if (group == null) {
        throw GroupCommand.unknown(name, GroupListCommand.all(kafka));
      }
      List<GroupLag> lags = GroupLag.of(group, groups.committed(name), reader);
      if (json) {
        out.println(json(group, lags));
      } else {
        print(group, lags, out);
      }
      out.flush();
    }
  }

  private static void print(Group group, List<GroupLag> lags, PrintWriter out) {
    out.printf(
        "group '%s': %s, %s protocol, assignor %s, members: %d%n",
        group.name(),
        group.state(),
        group.type(),
        group.assignor().isEmpty() ? "none" : group.assignor(),
        group.members().size());
    Table members = new Table("CLIENT", "HOST", "MEMBER", "ASSIGNMENT");
    for (Group.Member member : group.members()) {
      members.add(member.clientId(), member.host(), member.id(), Group.words(member.assignment()));
    }
    Table offsets =
        new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "CLIENT", "METADATA");
    for (GroupLag lag : lags) {
      Group.Committed committed = lag.committed();
      offsets.add(
          lag.partition().topic(),
          lag.partition().partition(),
          committed == null ? "" : committed.offset(),
          orDash(lag.end()),
          orDash(lag.lag()),
          lag.reader(),
          committed == null ? "" : committed.metadata());
    }
    for (Table table : List.of(members, offsets)) {
      if (!table.isEmpty()) {
        out.println();
        table.print(out);
      }
    }
  }

  private static String orDash(@Nullable Long number) {
    return number == null ? "-" : number.toString();
  }

  private static String json(Group group, List<GroupLag> lags) {
    JsonStringWriter json = JsonWriter.string();
    json.object()
        .value("group", group.name())
        .value("state", group.state())
        .value("type", group.type())
        .value("assignor", group.assignor())
        .array("members");
    for (Group.Member member : group.members()) {
      json.object()
          .value("member", member.id())
          .value("client", member.clientId())
          .value("host", member.host())
          .array("assignment");
      for (TopicPartition one : member.assignment()) {
        json.object().value("topic", one.topic()).value("partition", one.partition()).end();
      }
      json.end().end();
    }
    json.end().array("partitions");
    for (GroupLag lag : lags) {
      Group.Committed committed = lag.committed();
      json.object()
          .value("topic", lag.partition().topic())
          .value("partition", lag.partition().partition())
          .value("committed", committed == null ? null : committed.offset())
          .value("end", lag.end())
          .value("lag", lag.lag())
          .value("client", lag.reader())
          .value("metadata", committed == null ? null : committed.metadata())
          .end();
    }
    return json.end().end().done();
  }
}
