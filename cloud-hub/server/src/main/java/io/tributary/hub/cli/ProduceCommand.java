package io.tributary.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Header;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `produce TOPIC`.
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the lines of the standard input, or of a file, to a topic: one record a line.",
      "",
      "A line is bytes up to a line feed, whatever they are: a carriage return before it belongs to"
          + " the value. An empty line is an empty value. What is typed is sent line by line.",
      "Each record is written once and in order, also when the hub is killed meanwhile and comes"
          + " back within --timeout. Records with one key go to one partition, the same that Kafka's"
          + " Java clients choose; those without go to all in turn, many at a time.",
      ""
    },
    footer = {
      "",
      "  ./tributary produce orders                                  what is typed, until Ctrl-D",
      "  ./tributary produce orders -f lines.txt --compression gzip",
      "  echo 'k1:v1' | ./tributary produce orders --key-separator :",
      "  echo | ./tributary produce orders --key k1 --null-value ''",
      "  ./tributary produce pictures --raw -f door.jpg --header type=image/jpeg",
      "",
      "Exit status: 0 all acknowledged, 1 a line or a batch was refused (what came before it is"
          + " written), 2 wrong usage or no such topic, 3 no hub there, or not back in time."
    })
public final class ProduceCommand implements Callable<Integer> {
  private static final String TAB = "\\t";

  /// How many of the leaders' copies must be there before a batch is acknowledged.
  enum Acks {
    all(-1),
    leader(1),
    none(0);

    private final short code;

    Acks(int code) {
      this.code = (short) code;
    }
  }

  @Parameters(paramLabel = "TOPIC", description = "The topic.")
  private String topic = "";

  @Mixin private KafkaOption kafka = new KafkaOption();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Read this file instead of the standard input.")
  private @Nullable Path file;

  @Option(
      names = {"-K", "--key-separator"},
      paramLabel = "SEPARATOR",
      description =
          "A line is a key and a value with this between them (\\t: a tab). A line without it is"
              + " refused.")
  private @Nullable String keySeparator;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "KEY",
      description = "The key of every record.")
  private @Nullable String key;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "P",
      description = "Only this partition.")
  private @Nullable Integer partition;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME=VALUE",
      description = "A header of every record; may be repeated.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--null-value",
      paramLabel = "TEXT",
      description =
          "A value that is this text is written as null, which deletes its key where a topic is"
              + " compacted; '' for empty values.")
  private @Nullable String nullValue;

  @Option(names = "--raw", description = "The whole input is the value of one record.")
  private boolean raw;

  @Option(
      names = "--acks",
      paramLabel = "WHOSE",
      description =
          "all, leader (Kafka's 1) or none (0). With the last two a lost connection may double or"
              + " lose records. Default: ${DEFAULT-VALUE}.",
      defaultValue = "all")
  private Acks acks = Acks.all;

  @Option(
      names = {"-z", "--compression"},
      paramLabel = "CODEC",
      description = "none, gzip, snappy, lz4 or zstd. Default: ${DEFAULT-VALUE}.",
      defaultValue = "none")
  private String compression = "none";

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long the hub may be away or busy before we give up. Default: ${DEFAULT-VALUE}.",
      defaultValue = "120")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Say what was written as one JSON object, also when it ended early.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec().commandLine().getOut();
    Notices notices = new Notices(System.err);
    ProducePlan plan = plan();
    Progress progress = progress();
    Production production;
    try {
      production = new Production(kafka.dialer(), kafka.hub, plan, notices, progress);
    } catch (Failure e) {
      notices.say(String.valueOf(e.getMessage()));
      return e.status();
    }
    Failure failure = run(production);
    if (progress != null) {
      progress.end();
    }
    Produced produced = production.produced();
    if (json) {
      out.println(produced.json(topic, failure == null ? null : failure.getMessage()));
    } else if (failure == null) {
      out.println("wrote " + produced.summary(topic));
    }
    out.flush();
    if (failure == null) {
      return 0;
    }
    notices.say(
        failure.getMessage()
            + (produced.records() == 0 ? "" : "; acknowledged: " + produced.summary(topic)));
    return failure.status();
  }

  private @Nullable Failure run(Production production) {
    Path path = file;
    if (path == null) {
      return run(production, System.in);
    }
    try (InputStream in = new FileInputStream(path.toFile())) {
      return run(production, in);
    } catch (IOException e) {
      return new Failure(Failure.USAGE, "cannot read the file: " + e.getMessage(), e);
    }
  }

  private static @Nullable Failure run(Production production, InputStream in) {
    try {
      production.run(in);
      return null;
    } catch (Failure e) {
      return e;
    }
  }

  /// For somebody at a terminal who waits for a file.
  @SuppressWarnings(
      "SystemConsoleNull") // JDK 25 has none again where input or output is no terminal
  private @Nullable Progress progress() {
    if (file == null || System.console() == null) {
      return null;
    }
    try {
      return new Progress(System.err, Files.size(file), System.nanoTime());
    } catch (IOException e) {
      return null; // what is wrong with the file is told by whoever reads it
    }
  }

  private ProducePlan plan() {
    if (timeoutSeconds < 0) {
      throw wrong("--timeout is at least 0, not " + timeoutSeconds);
    }
    return new ProducePlan(
        topic,
        partition,
        form(),
        encodedHeaders(),
        acks.code,
        codec(),
        TimeUnit.SECONDS.toMillis(timeoutSeconds),
        raw);
  }

  private LineForm form() {
    if (keySeparator != null) {
      if (key != null || raw) {
        throw wrong("--key-separator finds the key in each line; leave out --key and --raw");
      }
      if (keySeparator.isEmpty()) {
        throw wrong("--key-separator is at least one character, for example ':' or '\\t'");
      }
    }
    return new LineForm(
        bytes(TAB.equals(keySeparator) ? "\t" : keySeparator), bytes(key), bytes(nullValue));
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private EncodedHeaders encodedHeaders() {
    List<Header> all = new ArrayList<>();
    for (String header : headers) {
      int equals = header.indexOf('=');
      if (equals < 1) {
        throw wrong("--header is NAME=VALUE, not '" + header + "'");
      }
      all.add(
          new Header(header.substring(0, equals), header.substring(equals + 1).getBytes(UTF_8)));
    }
    return EncodedHeaders.of(all);
  }

  private Compression codec() {
    try {
      return Compression.byName(compression);
    } catch (IllegalArgumentException e) {
      throw wrong("--compression: " + e.getMessage());
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec().commandLine(), what);
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli did not fill in the command");
    }
    return spec;
  }
}
