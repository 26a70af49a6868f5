package io.tributary.hub;

import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `hub start`: reads the configuration, starts the hub, and runs until it is told to stop.
@Command(
    name = "start",
    description = {
      "Starts a hub and runs until SIGTERM or Ctrl-C.",
      "Without --config: everything on loopback, plain TCP, data in ./tributary-hub."
    },
    mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
  private static final String WITHOUT_FILE = "data-dir: tributary-hub\n";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the YAML file; examples/hub.yaml shows every key")
  private @Nullable Path config;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "overrides 'data-dir'")
  private @Nullable String dataDirectory;

  @Option(names = "--mirror", paramLabel = "HOST:PORT", description = "overrides 'mirror.listen'")
  private @Nullable String mirror;

  @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "overrides 'kafka.listen'")
  private @Nullable String kafka;

  @Option(names = "--http", paramLabel = "HOST:PORT", description = "overrides 'http.listen'")
  private @Nullable String http;

  @Option(
      names = "--insecure",
      description = {
        "overrides 'mirror.insecure' and 'kafka.insecure': edges talk plain TCP, and where the",
        "configuration asks Kafka clients for no name anybody may do everything, beyond loopback too"
      })
  private boolean insecure;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    HubConfig checked;
    try {
      checked = read();
    } catch (SettingsRefused e) {
      err.println("hub start: the configuration is refused:");
      err.println(e.getMessage());
      return ExitStatus.USAGE;
    } catch (IOException e) {
      err.println("hub start: cannot read " + config + ": " + e.getMessage());
      return ExitStatus.USAGE;
    }
    return run(checked, err);
  }

  private HubConfig read() throws IOException, SettingsRefused {
    Section root =
        config == null ? Settings.parse("(no file)", WITHOUT_FILE) : Settings.load(config);
    override(root, "data-dir", dataDirectory);
    override(root, "mirror.listen", mirror);
    override(root, "kafka.listen", kafka);
    override(root, "http.listen", http);
    override(root, "mirror.insecure", insecure ? "true" : null);
    override(root, "kafka.insecure", insecure ? "true" : null);
    HubConfig read = HubConfig.of(root);
    root.finish();
    return read;
  }

  private int run(HubConfig checked, PrintWriter err) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.countDown();
              awaitQuietly(stopped);
            },
            "hub-stop");
    try (HubServer server = HubServer.start(checked, StartCommand::haltOnBug)) {
      Runtime.getRuntime().addShutdownHook(hook);
      PrintWriter out = spec.commandLine().getOut();
      out.println(server.greeting());
      out.flush();
      stop.await();
    } catch (IOException e) {
      stopped.countDown();
      err.println("hub start: " + e.getMessage());
      return ExitStatus.WORLD;
    }
    // Asked to end by a signal, and everything is closed: that is no failure, which is what the
    // status of the signal would say. The hook still waits, so nobody was faster.
    Runtime.getRuntime().halt(ExitStatus.DONE);
    return ExitStatus.DONE;
  }

  private static void override(Section root, String key, @Nullable String value) {
    if (value != null) {
      root.override(key, value);
    }
  }

  private static void haltOnBug(Throwable bug) {
    Runtime.getRuntime().halt(ExitStatus.BUG); // what it has touched is trusted only from disk
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
