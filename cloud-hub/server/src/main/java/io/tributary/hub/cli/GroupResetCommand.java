package io.tributary.hub.cli;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `group reset`.
@Command(
    name = "reset",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a consumer group to other offsets: it reads on from there.",
      "",
      "Shows what it would do, and does it with --execute. The group has no members meanwhile. An"
          + " offset that is not there becomes the nearest that is. A group that does not exist is"
          + " created.",
      ""
    },
    footer = {
      "",
      "  ./tributary group reset billing --topic orders --to-earliest --execute",
      "  ./tributary group reset billing --topic orders:0,1 --shift-by -100",
      "  ./tributary group reset billing --topic orders --to-time 2026-11-28T03:00:00Z",
      "",
      GroupCommand.EXIT_STATUS
    })
public final class GroupResetCommand implements Callable<Integer> {
  /// One of them.
  static final class Target {
    @Option(names = "--to-earliest", description = "To the oldest records that are kept.")
    boolean earliest;

    @Option(names = "--to-latest", description = "To the end: only what comes from now on.")
    boolean latest;

    @Option(names = "--to-offset", paramLabel = "OFFSET", description = "To an offset.")
    @Nullable Long offset;

    @Option(
        names = "--to-time",
        paramLabel = "TIME",
        description =
            "To the first record of that time or later: 2026-11-28T03:00:00Z (UTC unless it says"
                + " +01:00), or milliseconds since 1970.")
    @Nullable String time;

    @Option(
        names = "--shift-by",
        paramLabel = "N",
        description = "N offsets on from what is committed, or back with a minus.")
    @Nullable Long shift;
  }

  @Parameters(paramLabel = "GROUP", description = "The group.")
  private String group = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "TOPIC[:P,P]",
      description = "A topic, or some of its partitions; may be repeated.")
  private List<String> topics = new ArrayList<>();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Target target = new Target();

  @Option(names = "--execute", description = "Do it.")
  private boolean execute;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  /// @param from what is committed; null: nothing
  private record Move(@Nullable Long from, long to) {}

  @Override
  public Integer call() {
    ResetTarget to = to();
    return Work.exitStatus(() -> reset(to));
  }

  private void reset(ResetTarget to) throws IOException, Failure {
    try (KafkaReader reader = new KafkaReader(kafka.dialer(), kafka.hub);
        GroupReader groups = new GroupReader(kafka.dialer(), kafka.hub)) {
      Group found = groups.find(group);
      if (found != null && !found.members().isEmpty()) {
        throw hasMembers("members");
      }
      Map<TopicPartition, Group.Committed> committed = groups.committed(group);
      SortedMap<TopicPartition, Move> moves = new TreeMap<>();
      for (String topic : topics) {
        addMoves(topic, to, reader, committed, moves);
      }
      if (execute) {
        commit(groups, moves);
      }
      show(moves);
    }
  }

  private void addMoves(
      String asked,
      ResetTarget to,
      KafkaReader reader,
      Map<TopicPartition, Group.Committed> committed,
      Map<TopicPartition, Move> moves)
      throws IOException, Failure {
    int colon = asked.indexOf(':'); // which no topic's name contains
    String name = colon < 0 ? asked : asked.substring(0, colon);
    KafkaReader.Topic topic = TopicByName.find(name, reader, kafka.hub);
    Map<Integer, Long> starts = reader.offsets(topic, KafkaReader.EARLIEST);
    Map<Integer, Long> ends = reader.offsets(topic, KafkaReader.LATEST);
    Map<Integer, Long> byTime =
        to instanceof ResetTarget.Time time ? reader.offsets(topic, time.timestampMs()) : Map.of();
    for (int partition : colon < 0 ? topic.leaders().keySet() : numbers(asked, colon + 1)) {
      TopicByName.checkPartition(topic, partition);
      Long start = starts.get(partition);
      Long end = ends.get(partition);
      if (start == null || end == null) {
        throw new Failure(
            Failure.WORLD,
            "partition %d of %s does not tell its offsets".formatted(partition, name));
      }
      TopicPartition one = new TopicPartition(name, partition);
      Group.Committed now = committed.get(one);
      long from = now == null ? start : now.offset();
      moves.put(
          one,
          new Move(
              now == null ? null : now.offset(), to.offset(partition, start, end, from, byTime)));
    }
  }

  private static List<Integer> numbers(String asked, int from) throws Failure {
    List<Integer> numbers = new ArrayList<>();
    for (String number : asked.substring(from).split(",", -1)) {
      try {
        numbers.add(Integer.parseInt(number.trim()));
      } catch (NumberFormatException e) {
        throw new Failure(
            Failure.USAGE,
            "--topic is a name, or a name and partitions such as orders:0,1; not '" + asked + "'",
            e);
      }
    }
    return numbers;
  }

  private void commit(GroupReader groups, SortedMap<TopicPartition, Move> moves)
      throws IOException, Failure {
    Map<TopicPartition, Long> offsets = new TreeMap<>();
    moves.forEach((partition, move) -> offsets.put(partition, move.to()));
    short error = groups.commit(group, offsets);
    if (error == KafkaErrors.UNKNOWN_MEMBER_ID || error == KafkaErrors.STALE_MEMBER_EPOCH) {
      throw hasMembers("members by now");
    }
    if (error != KafkaErrors.NONE) {
      throw new Failure(Failure.CHECK, "group '%s': %s".formatted(group, KafkaErrors.name(error)));
    }
  }

  private Failure hasMembers(String members) {
    return new Failure(
        Failure.CHECK,
        "group '%s' has %s, and is reset only without: stop them first; `group describe` shows them"
            .formatted(group, members));
  }

  private void show(SortedMap<TopicPartition, Move> moves) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(asJson(moves));
    } else {
      Table table = new Table("TOPIC", "PARTITION", "FROM", "TO");
      moves.forEach((one, move) ->
          table.add(
              one.topic(), one.partition(), move.from() == null ? "" : move.from(), move.to()));
      table.print(out);
      out.println(execute ? "done" : "nothing is changed: this is what --execute would do");
    }
    out.flush();
  }

  private String asJson(SortedMap<TopicPartition, Move> moves) {
    JsonStringWriter writer = JsonWriter.string();
    writer.object().value("group", group).value("executed", execute).array("partitions");
    moves.forEach((one, move) ->
        writer
            .object()
            .value("topic", one.topic())
            .value("partition", one.partition())
            .value("from", move.from())
            .value("to", move.to())
            .end());
    return writer.end().end().done();
  }

  private ResetTarget to() {
    if (target.offset != null) {
      if (target.offset < 0) {
        throw wrong("--to-offset is at least 0, not " + target.offset);
      }
      return new ResetTarget.At(target.offset);
    }
    if (target.time != null) {
      try {
        return ResetTarget.time(target.time);
      } catch (IllegalArgumentException e) {
        throw wrong("--to-time: " + e.getMessage());
      }
    }
    if (target.shift != null) {
      return new ResetTarget.Shift(target.shift);
    }
    return target.latest ? new ResetTarget.Latest() : new ResetTarget.Earliest();
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
