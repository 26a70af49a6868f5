package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.agent.Exchanges;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The command and a whole edge in this process, where there is nothing to be sealed, or somebody asks who may not.
final class SealCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void namesWhyATopicIsNotSealed() throws Exception {
    try (EdgeNode node = start("127.0.0.1", "hub: {address: '127.0.0.1:1'}\n")) {
      assertEquals(ExitStatus.WORLD, seal(node, "nobody's"));
      assertTrue(err.toString().contains("has no stream of topic 'nobody's'"), err.toString());
      err.getBuffer().setLength(0);
      assertEquals(ExitStatus.WORLD, seal(node, "temperature", "--dry-run", "--json"));
      assertTrue(err.toString().contains("the hub is not reached"), err.toString());
      assertEquals("", out.toString());
      assertEquals(ExitStatus.DONE, seal(node, "--all"));
      assertTrue(out.toString().contains("No topic is forked"), out.toString());
      assertEquals(1, node.status().streams().size());
    }
  }

  @Test
  void anEdgeWithoutAHubHasNoForks() throws Exception {
    try (EdgeNode node = start("127.0.0.1", "")) {
      assertEquals(ExitStatus.WORLD, seal(node, "temperature"));
      assertTrue(err.toString().contains("has no hub in its configuration"), err.toString());
    }
  }

  @Test
  void wantsTopicsOrAllAndAnAgent() {
    assertEquals(ExitStatus.USAGE, run());
    assertEquals(ExitStatus.USAGE, run("--all", "temperature"));
    assertEquals(ExitStatus.WORLD, run("--http", "127.0.0.1:1", "temperature"));
    assertTrue(err.toString().contains("no agent answers at http://127.0.0.1:1"), err.toString());
  }

  @Test
  void theEndpointIsForTheCommandAlone() throws Exception {
    try (EdgeNode node = start("127.0.0.1", "")) {
      assertEquals(405, ask(node, "127.0.0.1", "GET", "?topic=temperature", true));
      assertEquals(403, ask(node, "127.0.0.1", "POST", "?topic=temperature", false));
      assertEquals(400, ask(node, "127.0.0.1", "POST", "", true));
      assertEquals(409, ask(node, "127.0.0.1", "POST", "?topic=temperature&look=true", true));
    }
  }

  @Test
  void anotherMachineIsRefused() throws Exception {
    String own = ownAddress();
    Assumptions.assumeTrue(own != null, "this machine has no address but the loopback");
    try (EdgeNode node = start("0.0.0.0", "")) {
      assertEquals(403, ask(node, own, "POST", "?topic=temperature", true));
    }
  }

  private int seal(EdgeNode node, String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "--http";
    all[1] = "127.0.0.1:" + node.httpAddress().getPort();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return run(all);
  }

  private int run(String... arguments) {
    CommandLine line = new CommandLine(new SealCommand());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private static int ask(
      EdgeNode node, @Nullable String host, String method, String query, boolean isNamed)
      throws Exception {
    URI uri = URI.create("http://" + host + ":" + node.httpAddress().getPort() + "/seal" + query);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    if (isNamed) {
      request.header(Exchanges.HEADER, "seal");
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
          .statusCode();
    }
  }

  private static @Nullable String ownAddress() throws Exception {
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
          return address.getHostAddress();
        }
      }
    }
    return null;
  }

  /// An edge that holds one reading.
  private EdgeNode start(String http, String more) throws Exception {
    int mqttPort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      mqttPort = socket.getLocalPort();
    }
    Section root =
        Settings.parse(
            "edge.yaml",
            """
            edge: e1
            data-dir: %s
            http: {listen: "%s:0"}
            adapters:
              mqtt:
                listen: 127.0.0.1:%d
                mappings: [{filter: sensors/+/temperature, topic: temperature}]
            %s
            """
                .formatted(directory, http, mqttPort, more));
    EdgeConfig config = EdgeConfig.of(root, StartCommand.adapterTypes());
    root.finish();
    EdgeNode node = EdgeNode.start(config, bug -> fail(bug));
    try (MqttClient client =
        new MqttClient("tcp://127.0.0.1:" + mqttPort, "test", new MemoryPersistence())) {
      client.connect();
      client.publish("sensors/m1/temperature", "1".getBytes(StandardCharsets.UTF_8), 1, false);
      client.disconnect();
    }
    return node;
  }
}
