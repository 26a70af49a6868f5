package io.tributary.hub.cli;

import io.tributary.smartmodule.ChainPlan;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
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

/// `consume TOPIC`.
@Command(
    name = "consume",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the records of a topic: those that come from now on, or others as the options say.",
      "",
      "What is missing (a Gap), and what retention took away before it was read, is told on the"
          + " standard error. Ctrl-C ends it.",
      ""
    },
    footer = {
      "",
      "In a format there may be {{edge}} {{offset}} {{edge-offset}} {{key}} {{value}} {{partition}}"
          + " {{timestamp}} {{time}} {{topic}} and {{header.NAME}}. {{offset}} is the hub's,"
          + " {{edge-offset}} the one that the edge gave; with the layout per-edge they are equal.",
      "",
      "  ./tributary consume temperature -B -d          all that is there",
      "  ./tributary consume temperature -T 10          the newest ten, and what comes",
      "  ./tributary consume temperature -F '{{edge}} {{offset}} {{value}}'",
      "  ./tributary consume _gaps -B -d -O json        every hole that was declared",
      "  ./tributary consume temperature -B --smartmodule deadband -e band=0.5",
      "",
      "Exit status: 0 done, 1 a batch failed its check, or a SmartModule failed on a record, 2 wrong usage or no such topic, 3 no hub there."
    })
public final class ConsumeCommand implements Callable<Integer> {

  /// How long a stopped process waits for the line that is being written.
  private static final long LAST_WRITE_MS = 500;

  /// How records are shown unless a format says it.
  enum Shape {
    text,
    json,
    table
  }

  /// Where to begin; one of them.
  static final class StartOptions {
    @Option(
        names = {"-B", "--from-beginning"},
        description = "From the oldest record that is kept.")
    boolean beginning;

    @Option(
        names = {"-H", "--head"},
        paramLabel = "N",
        description = "The first N records, then stop.")
    @Nullable Long head;

    @Option(
        names = {"-T", "--tail"},
        paramLabel = "N",
        description = "From the newest N records on, sorted by time.")
    @Nullable Integer tail;

    @Option(
        names = "--from-offset",
        paramLabel = "OFFSET",
        description = "From an offset of each partition (of one with -p).")
    @Nullable Long offset;
  }

  @Parameters(paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @ArgGroup(exclusive = true)
  private @Nullable StartOptions start;

  @Option(
      names = {"-d", "--disable-continuous"},
      description = "Stop at the end instead of waiting for more.")
  private boolean stopAtEnd;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "P",
      description = "Only this partition.")
  private @Nullable Integer partition;

  @Option(
      names = {"-F", "--format"},
      paramLabel = "FORMAT",
      description = "How to print a record; see below.")
  private @Nullable String format;

  @Option(
      names = {"-O", "--output"},
      paramLabel = "SHAPE",
      description = "text (the value), json (one object a line) or table. Default: text.")
  private @Nullable Shape shape;

  @Option(
      names = {"-k", "--key"},
      description = "Print [key] before the value.")
  private boolean withKey;

  @Mixin private TransformOption transforms = new TransformOption();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Output out = new Output(new FileOutputStream(FileDescriptor.out));
    Notices notices = new Notices(System.err);
    ReadPlan plan = new ReadPlan(topic, start(), partition, !stopAtEnd);
    RecordFormat how = recordFormat();
    Thread stopper = new Thread(() -> stop(out), "consume-stop");
    Runtime.getRuntime().addShutdownHook(stopper);
    try {
      ChainPlan chain = transforms.plan();
      if (chain != null && plan.start() instanceof Start.Tail) {
        throw new Failure(
            Failure.USAGE, "--tail shows records as they are; begin elsewhere, with --from-offset");
      }
      Consumption consumption =
          new Consumption(kafka.dialer(), kafka.hub, plan, chain, how, out, notices);
      consumption.run();
      return notices.checkFailed() || consumption.failures() > 0 ? Failure.CHECK : 0;
    } catch (Output.Gone e) {
      return 0;
    } catch (Transforming.ChainEnded e) {
      notices.say(String.valueOf(e.getMessage()));
      return Failure.CHECK;
    } catch (Failure e) {
      notices.say(String.valueOf(e.getMessage()));
      return e.status();
    } finally {
      forget(stopper);
    }
  }

  private static void forget(Thread stopper) {
    try {
      Runtime.getRuntime().removeShutdownHook(stopper);
    } catch (IllegalStateException e) {
      // The process is being stopped at this moment, and the stopper does what is left.
    }
  }

  /// Ends the process when somebody stops it: with a whole last line, and as done, since Ctrl-C is how
  /// one ends a reader that follows.
  private static void stop(Output out) {
    try {
      out.silence(LAST_WRITE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }

  private Start start() {
    if (start == null) {
      return new Start.End();
    }
    if (start.head != null) {
      return new Start.Head(atLeast("--head", start.head, 1));
    }
    if (start.tail != null) {
      atLeast("--tail", start.tail, 1);
      if (start.tail > Start.Tail.COUNT_MOST) {
        throw wrong("--tail takes at most " + Start.Tail.COUNT_MOST + " records");
      }
      return new Start.Tail(start.tail);
    }
    if (start.offset != null) {
      return new Start.At(atLeast("--from-offset", start.offset, 0));
    }
    return new Start.Beginning();
  }

  private long atLeast(String option, long value, long least) {
    if (value < least) {
      throw wrong(option + " is at least " + least + ", not " + value);
    }
    return value;
  }

  private RecordFormat recordFormat() {
    if (format != null) {
      if (shape != null || withKey) {
        throw wrong("--format already says how to print; leave out --output and --key");
      }
      try {
        return TemplateFormat.parse(format);
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
    if (shape == Shape.json) {
      return new JsonFormat();
    }
    return shape == Shape.table ? new TableFormat() : new TextFormat(withKey);
  }

  private ParameterException wrong(String what) {
    if (spec == null) {
      throw new IllegalStateException("picocli did not fill in the command");
    }
    return new ParameterException(spec.commandLine(), what);
  }
}
