package io.tributary.sim.plant;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.certificates.CertificateAuthority;
import java.io.IOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A hub and its edges on this machine, each a process, with mutual TLS between them by throw-away
/// certificates, all under one scratch directory that goes when the plant is closed.
public final class Plant implements AutoCloseable {
  /// How long a program may take from its start to its first answer.
  public static final Duration READY = Duration.ofSeconds(60);

  private static final int HTTP_TIMEOUT_MS = 2_000;

  /// Below those that the kernel gives to connections, which on Linux are 32768 and more.
  private static final int FIRST_PORT = 10_000;

  private static final int PORTS = 22_000;
  private static final int PORTS_APART = 1_009;

  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * PORTS_APART % PORTS));

  private final Path directory;
  private final Path pki;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final Thread hook = new Thread(this::closeAll, "plant-stop");
  private boolean keep;

  /// @param prefix of the scratch directory's name
  /// @param edgeIds every edge that this plant will have: each gets a certificate
  public Plant(String prefix, List<String> edgeIds) throws IOException {
    this.directory = Files.createTempDirectory(prefix);
    this.pki = directory.resolve("pki");
    CertificateAuthority.writeAll(pki, edgeIds);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// A hub's addresses and its process.
  public record Hub(Program program, String mirror, String kafka, String http) {}

  /// An edge's addresses and its process.
  public record Edge(String id, Program program, String mqtt, String http) {}

  public Path directory() {
    return directory;
  }

  /// Leaves the scratch directory behind.
  public void keep() {
    keep = true;
  }

  /// Writes a hub's configuration and starts it. More `topics:` as YAML, or empty.
  public Hub hub(String topicsYaml) throws IOException, InterruptedException {
    Hub hub = unstartedHub(HubPlan.of(this, topicsYaml));
    hub.program().start();
    awaitReady(hub);
    return hub;
  }

  /// Writes a hub's configuration; to be started by the caller.
  public Hub unstartedHub(HubPlan plan) throws IOException {
    Path config = directory.resolve("hub.yaml");
    Files.writeString(
        config,
        """
        data-dir: %s
        mirror:
          listen: %s
          tls: %s
        kafka:
          listen: %s
        http:
          listen: %s
        %s
        """
            .formatted(
                plan.dataDirectory(),
                plan.mirror(),
                tls("hub"),
                plan.kafka(),
                plan.http(),
                plan.moreYaml()));
    Program program = program("hub", Map.of(), "hub", "start", "--config", config.toString());
    return new Hub(program.behind(plan.before()), plan.mirror(), plan.kafka(), plan.http());
  }

  /// Writes an edge's configuration and starts it.
  ///
  /// @param hubAddress where it dials: the hub's mirror address, or a proxy before it
  /// @param moreYaml further keys at the top level, or empty
  public Edge edge(String id, String hubAddress, String topic, String moreYaml)
      throws IOException, InterruptedException {
    Edge edge = unstartedEdge(id, hubAddress, topic, moreYaml);
    edge.program().start();
    awaitReady(edge);
    return edge;
  }

  /// As [#edge], to be started by the caller.
  public Edge unstartedEdge(String id, String hubAddress, String topic, String moreYaml)
      throws IOException {
    return unstartedEdge(
        EdgePlan.of(this, id, hubAddress)
            .mapping("{filter: \"#\", topic: %s, timestamp: \"json:ts\"}".formatted(topic))
            .more(moreYaml));
  }

  /// Writes an edge's configuration; to be started by the caller.
  public Edge unstartedEdge(EdgePlan plan) throws IOException {
    Path config = directory.resolve(plan.name() + ".yaml");
    Files.writeString(
        config,
        """
        edge: %s
        data-dir: %s
        http:
          listen: %s
        hub:
          address: %s
          tls: %s
        %s
        adapters:
          mqtt:
            listen: %s
            mappings:
        %s
        %s
        """
            .formatted(
                plan.id(),
                plan.dataDirectory(),
                plan.http(),
                plan.hubAddress(),
                tls(plan.id()),
                plan.hubYaml(),
                plan.mqtt(),
                plan.mappings(),
                plan.moreYaml()));
    Program program =
        program(plan.name(), Map.of(), "edge", "start", "--config", config.toString());
    return new Edge(plan.id(), program.behind(plan.before()), plan.mqtt(), plan.http());
  }

  private String tls(String owner) {
    return "{certificate: %s, key: %s, ca: %s}"
        .formatted(
            pki.resolve(owner + ".pem"), pki.resolve(owner + "-key.pem"), pki.resolve("ca.pem"));
  }

  /// It answers over HTTP a moment before it listens to devices.
  public void awaitReady(Edge edge) throws IOException, InterruptedException {
    edge.program()
        .awaitUntil(
            "ready", READY, () -> status(edge.http()) != null && listens(address(edge.mqtt())));
  }

  public void awaitReady(Hub hub) throws IOException, InterruptedException {
    hub.program().awaitUntil("ready", READY, () -> status(hub.http()) != null);
  }

  /// A program of this plant, not yet started; it is killed when the plant is closed.
  public Program program(String name, Map<String, String> environment, String... arguments) {
    Program program =
        new Program(
            name, List.of(arguments), new HashMap<>(environment), directory.resolve(name + ".log"));
    closing.push(program);
    return program;
  }

  /// Something else that ends with the plant.
  public <T extends AutoCloseable> T closes(T thing) {
    closing.push(thing);
    return thing;
  }

  /// What a program answers to `GET /status`; null if it does not answer.
  public static @Nullable JsonObject status(String http) {
    try {
      var connection = URI.create("http://" + http + "/status").toURL().openConnection();
      connection.setConnectTimeout(HTTP_TIMEOUT_MS);
      connection.setReadTimeout(HTTP_TIMEOUT_MS);
      try (var in = connection.getInputStream()) {
        return JsonParser.object().from(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException | JsonParserException e) {
      return null;
    }
  }

  /// What an edge says of one of its adapters; null while it does not answer, or has none of that name.
  ///
  /// @param http where the edge answers `GET /status`
  public static @Nullable JsonObject adapter(String http, String name) {
    JsonObject status = status(http);
    if (status != null) {
      for (Object each : status.getArray("adapters")) {
        if (each instanceof JsonObject one && name.equals(one.getString("name"))) {
          return one;
        }
      }
    }
    return null;
  }

  /// What one of its adapters counts; null as for {@link #adapter}.
  public static @Nullable JsonObject counters(String http, String adapter) {
    JsonObject one = adapter(http, adapter);
    return one == null ? null : one.getObject("counters");
  }

  /// Whether a program says that all of it is well (`GET /healthz`).
  public static boolean isWell(String http) {
    try {
      var connection =
          (HttpURLConnection) URI.create("http://" + http + "/healthz").toURL().openConnection();
      connection.setConnectTimeout(HTTP_TIMEOUT_MS);
      connection.setReadTimeout(HTTP_TIMEOUT_MS);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether somebody does.
  public static boolean listens(InetSocketAddress address) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  public static InetSocketAddress address(String hostPort) {
    int colon = hostPort.lastIndexOf(':');
    return new InetSocketAddress(
        hostPort.substring(0, colon), Integer.parseInt(hostPort.substring(colon + 1)));
  }

  /// A loopback address whose port nobody has at the moment, each given once. The kernel gives none of these to a connection, and other plants
  /// begin elsewhere: so it is still free when its program listens there.
  public String freeAddress() throws IOException {
    for (int tries = 0; tries < PORTS; tries++) {
      int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return "127.0.0.1:" + socket.getLocalPort();
      } catch (BindException e) {
        continue; // somebody's
      }
    }
    throw new IOException("no port from %d on is free".formatted(FIRST_PORT));
  }

  @Override
  public void close() {
    closeAll();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private synchronized void closeAll() {
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (Exception e) {
        System.getLogger(Plant.class.getName())
            .log(System.Logger.Level.WARNING, "a part of the plant did not close", e);
      }
    }
    if (!keep) {
      delete(directory);
    }
  }

  /// Deletes a directory and all below it; what cannot be deleted is told and left.
  public static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.getLogger(Plant.class.getName())
          .log(System.Logger.Level.WARNING, "cannot delete " + directory + ": " + e.getMessage());
    }
  }
}
