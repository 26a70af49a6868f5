package io.tributary.edge;

import io.tributary.adapter.AdapterType;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `edge start`: reads the configuration, starts the edge, and runs until it is told to stop.
@Command(
    name = "start",
    description = {
      "Starts an edge agent and runs until SIGTERM or Ctrl-C.",
      "Without --config: one MQTT endpoint whose readings all go to the topic 'readings'."
    },
    mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
  /// What `edge start` runs when no file is given; flags override it.
  private static final String WITHOUT_FILE =
      """
      data-dir: tributary-edge
      adapters:
        mqtt:
          mappings:
            - {filter: "#", topic: readings}
      """;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the YAML file; examples/edge.yaml shows every key")
  private @Nullable Path config;

  @Option(names = "--edge", paramLabel = "ID", description = "overrides 'edge', this edge's id")
  private @Nullable String edge;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "overrides 'data-dir'")
  private @Nullable String dataDirectory;

  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      description = "overrides 'adapters.mqtt.listen'")
  private @Nullable String mqtt;

  @Option(names = "--hub", paramLabel = "HOST:PORT", description = "overrides 'hub.address'")
  private @Nullable String hub;

  @Option(names = "--http", paramLabel = "HOST:PORT", description = "overrides 'http.listen'")
  private @Nullable String http;

  @Option(
      names = "--insecure",
      description = "overrides 'hub.insecure': no TLS beyond loopback either")
  private boolean insecure;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    EdgeConfig checked;
    try {
      checked = read();
    } catch (SettingsRefused e) {
      err.println("edge start: the configuration is refused:");
      err.println(e.getMessage());
      return ExitStatus.USAGE;
    } catch (IOException e) {
      err.println("edge start: cannot read " + config + ": " + e.getMessage());
      return ExitStatus.USAGE;
    }
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.countDown();
              awaitQuietly(stopped);
            },
            "edge-stop");
    try (EdgeNode node = EdgeNode.start(checked, StartCommand::haltOnBug)) {
      Runtime.getRuntime().addShutdownHook(hook);
      PrintWriter out = spec.commandLine().getOut();
      out.println(started(checked, node));
      out.flush();
      stop.await();
    } catch (IOException e) {
      err.println("edge start: " + e.getMessage());
      return ExitStatus.WORLD;
    } finally {
      stopped.countDown();
    }
    return ExitStatus.DONE;
  }

  private EdgeConfig read() throws IOException, SettingsRefused {
    Section root =
        config == null ? Settings.parse("(no file)", WITHOUT_FILE) : Settings.load(config);
    override(root, "edge", edge == null && config == null ? hostName() : edge);
    override(root, "data-dir", dataDirectory);
    override(root, "adapters.mqtt.listen", mqtt);
    override(root, "hub.address", hub);
    override(root, "http.listen", http);
    override(root, "hub.insecure", insecure ? "true" : null);
    EdgeConfig read = EdgeConfig.of(root, adapterTypes());
    root.finish();
    return read;
  }

  private static void override(Section root, String key, @Nullable String value) {
    if (value != null) {
      root.override(key, value);
    }
  }

  static Map<String, AdapterType> adapterTypes() {
    Map<String, AdapterType> types = new HashMap<>();
    for (AdapterType type : ServiceLoader.load(AdapterType.class)) {
      types.put(type.type(), type);
    }
    return types;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "edge"; // a machine without a name; --edge gives one
    }
  }

  private static String started(EdgeConfig config, EdgeNode node) {
    StringBuilder line = new StringBuilder("edge " + config.edgeId() + " started: ");
    node.status().adapters().forEach(a -> line.append(a.state()).append("; "));
    EdgeConfig.HubConfig hub = config.hub();
    line.append(
        hub == null
            ? "no hub, readings stay here"
            : "hub " + hub.address() + (hub.tls() == null ? ", no TLS" : ""));
    return line.append("; status at http://").append(config.http()).append("/status").toString();
  }

  private static void haltOnBug(Throwable bug) {
    Runtime.getRuntime().halt(70); // what a bug has touched is trusted again only from disk
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
