package io.tributary.sim.field.gateway;

import io.tributary.sim.field.TerminalPair;
import io.tributary.sim.field.source.Scratchpad;
import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/// Everything that stands around the gateway: devices, each a program of its own as its user would start it, and small things that
/// need none: a scale, a press, a program that posts, a thermometer, and who gives orders.
final class Floor implements AutoCloseable {
  private static final Map<String, String> SMALL =
      Map.of(
          "TRIBUTARY_SIM_OPTS",
          "-XX:-UseParallelGC -XX:+UseSerialGC -Xmx96m -XX:TieredStopAtLevel=1");
  private static final int TIMEOUT_MS = 5_000;
  private static final long ORDER_EACH = 5;
  private static final String PROBE = "28-0316a2795fff";

  private final Plant plant;
  private final GatewayFile gateway;
  private final Path field;
  private final TerminalPair scale;
  private final Path press;
  private final SplittableRandom random = new SplittableRandom(7);
  private final List<Program> devices = new ArrayList<>();
  private long seconds;
  private long orders;
  private final MqttClient operator;

  /// Starts the devices whose places the edge looks for.
  ///
  /// @param directory that of the edge's configuration
  Floor(Plant plant, GatewayFile gateway, Path directory) throws IOException, InterruptedException {
    this.plant = plant;
    this.gateway = gateway;
    this.field = Files.createDirectories(directory.resolve("field"));
    this.scale = plant.closes(new TerminalPair(field.resolve("scale")));
    this.press = field.resolve("press-4.csv");
    try {
      this.operator =
          new MqttClient("tcp://" + gateway.place("mqtt"), "operator", new MemoryPersistence());
    } catch (MqttException e) {
      throw new IOException(e);
    }
    scale.plug();
    Files.writeString(press, "at,force\n");
    measureProbe();
    device("gps", "nmea", "--port", field.resolve("gps").toString());
    device("meter", "p1", "--port", field.resolve("meter").toString());
    device("plc", "modbus-tcp", "--listen", gateway.place("plc"));
    device(
        "controllers",
        "modbus-rtu",
        "--port",
        field.resolve("controllers").toString(),
        "--units",
        "1,2");
    device("pins", "gpio", "--board", field.resolve("pins").toString(), "--bounce", "20");
    device("sensors", "i2c", "--board", field.resolve("sensors").toString());
  }

  private void device(String name, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("sim", "device"));
    words.addAll(List.of(arguments));
    devices.add(plant.program("device-" + name, SMALL, words.toArray(new String[0])).start());
  }

  /// When the edge is there: a device that publishes, and the operator.
  void edgeIsReady() throws IOException {
    device(
        "kiln",
        "--mqtt",
        gateway.place("mqtt"),
        "--topic",
        "sensors/kiln/temperature",
        "--rate",
        "2",
        "--ledger",
        field.resolve("kiln.ledger").toString());
    try {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setAutomaticReconnect(true);
      operator.connect(options);
    } catch (MqttException e) {
      throw new IOException("no MQTT at " + gateway.place("mqtt"), e);
    }
  }

  /// What the small things do in a second.
  void second() throws IOException {
    weigh();
    press();
    post();
    measureProbe();
    if (seconds % ORDER_EACH == 0) {
      order();
    }
    seconds++;
    for (Program device : devices) {
      if (!device.isAlive()) {
        throw new IOException(
            device.name() + " has ended before its time; its last words:\n" + device.endOfLog());
      }
    }
  }

  private void weigh() throws IOException {
    try (OutputStream line = scale.instrument()) {
      String weighed =
          String.format(Locale.ROOT, "scale-1  %.2f kg\r\n", 10 + random.nextDouble(5));
      line.write(weighed.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void press() throws IOException {
    Files.writeString(
        press,
        String.format(Locale.ROOT, "%s,%.1f%n", Instant.now(), 400 + random.nextDouble(20)),
        StandardOpenOption.APPEND);
  }

  private void post() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://" + gateway.place("web") + "/topics/quality")
                .toURL()
                .openConnection();
    connection.setRequestMethod("POST");
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    try (OutputStream out = connection.getOutputStream()) {
      String reading =
          String.format(
              Locale.ROOT,
              "{\"source\":\"camera-2\",\"value\":%.3f,\"unit\":\"mm\"}",
              0.05 * random.nextDouble());
      out.write(reading.getBytes(StandardCharsets.UTF_8));
    }
    if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(
          "a reading that was posted is answered " + connection.getResponseCode());
    }
  }

  /// A thermometer as the kernel shows it; the file is replaced as a whole.
  private void measureProbe() throws IOException {
    Path probe = Files.createDirectories(field.resolve("w1").resolve(PROBE));
    Path next = probe.resolve("next");
    Files.writeString(next, Scratchpad.text(16 * 48 + random.nextInt(32)));
    Files.move(next, probe.resolve("w1_slave"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// The PLC gets another set point, the pump is switched.
  private void order() throws IOException {
    say(
        "orders/plc",
        "{\"target\":\"boiler/setpoint\",\"value\":%d}".formatted(50 + random.nextInt(20)));
    say("orders/pins", "{\"target\":\"pump\",\"value\":%b}".formatted(random.nextBoolean()));
  }

  private void say(String topic, String text) throws IOException {
    try {
      operator.publish(topic, new MqttMessage(text.getBytes(StandardCharsets.UTF_8)));
      orders++;
    } catch (MqttException e) {
      throw new IOException("an order was not acknowledged: " + e.getMessage(), e);
    }
  }

  /// How many orders were given, and acknowledged by the edge.
  long orders() {
    return orders;
  }

  /// The devices end by themselves, so that no line of theirs is left behind.
  @Override
  public void close() throws IOException {
    try {
      for (Program device : devices) {
        if (device.isAlive()) {
          device.signal("TERM");
        }
      }
      for (Program device : devices) {
        var unused = device.terminate();
      }
      operator.disconnectForcibly(0, 0);
      operator.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MqttException e) {
      throw new IOException(e);
    }
  }
}
