package io.tributary.adapter.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ghgande.j2mod.modbus.procimg.SimpleDigitalIn;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import com.ghgande.j2mod.modbus.util.ModbusUtil;
import com.ghgande.j2mod.modbus.util.SerialParameters;
import io.tributary.adapter.Adapter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The adapter against servers of others: libmodbus (C) and j2mod (Java), over TCP and over a serial line.
class ForeignServersIT {
  private static final Path SOCAT = Path.of("/usr/bin/socat");
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  private static final String POINTS =
      """
          points:
            - {name: int16, address: 0, type: int16}
            - {name: uint16, address: 1}
            - {name: int32, address: 2, type: int32}
            - {name: uint32, address: 4, type: uint32}
            - {name: int64, address: 6, type: int64}
            - {name: uint64, address: 10, type: uint64}
            - {name: abcd, address: 14, type: float32, unit: bar}
            - {name: dcba, address: 16, type: float32, byte-order: little, word-order: little}
            - {name: badc, address: 18, type: float32, byte-order: little}
            - {name: cdab, address: 20, type: float32, word-order: little}
            - {name: float64, address: 22, type: float64}
            - {name: text, address: 26, type: string, length: 3}
            - {name: bit0, address: 29, type: bit}
            - {name: bit1, address: 29, type: bit, bit: 1}
            - {name: nan, address: 30, type: float32}
            - {name: coil3, table: coil, address: 3}
            - {name: coil4, table: coil, address: 4, writable: true}
            - {name: setpoint, address: 40, type: int16, scale: 0.5, writable: true}
            - {name: limit, address: 42, type: float32, word-order: little, writable: true}
            - {name: discrete1, table: discrete, address: 1}
            - {name: input5, table: input, address: 5, scale: 0.1, offset: -1, unit: °C}
            - {name: beyond, table: input, address: 5000}
      """;

  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("int16", "-123"),
          Map.entry("uint16", "65413"),
          Map.entry("int32", "-2147483648"),
          Map.entry("uint32", "4000000000"),
          Map.entry("int64", "-9223372036854775807"),
          Map.entry("uint64", "18446744073709551615"),
          Map.entry("abcd", "77.6"),
          Map.entry("dcba", "77.6"),
          Map.entry("badc", "77.6"),
          Map.entry("cdab", "77.6"),
          Map.entry("float64", "3.141592653589793"),
          Map.entry("text", "\"AB1\""),
          Map.entry("bit0", "true"),
          Map.entry("bit1", "false"),
          Map.entry("nan", "null"),
          Map.entry("coil3", "true"),
          Map.entry("coil4", "false"),
          Map.entry("setpoint", "0.0"),
          Map.entry("limit", "0.0"),
          Map.entry("discrete1", "true"),
          Map.entry("input5", "9.5"),
          Map.entry("beyond", "null"));

  @TempDir private Path directory;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final MemoryOutlet outlet = MemoryOutlet.empty();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
    outlet.close();
  }

  @Test
  void libmodbusOverTcp() throws Exception {
    int port = freePort();
    libmodbus("tcp", Integer.toString(port));
    start("address: 127.0.0.1:" + port);
    everyTypeIsRead();
  }

  @Test
  void libmodbusOverASerialLine() throws Exception {
    Path[] ends = terminals();
    libmodbus("rtu", ends[1].toString(), "7");
    start("port: " + ends[0]);
    everyTypeIsRead();
  }

  @Test
  void j2modOverTcp() throws Exception {
    int port = freePort();
    j2mod(ModbusSlaveFactory.createTCPSlave(port, 2));
    start("address: 127.0.0.1:" + port);
    everyTypeIsRead();
  }

  @Test
  void j2modOverASerialLine() throws Exception {
    Path[] ends = terminals();
    SerialParameters parameters = new SerialParameters();
    parameters.setPortName(ends[1].toRealPath().toString());
    parameters.setBaudRate(19_200);
    parameters.setParity("even");
    parameters.setEncoding("rtu");
    j2mod(ModbusSlaveFactory.createSerialSlave(parameters));
    start("port: " + ends[0]);
    everyTypeIsRead();
  }

  @Test
  void commandsAreWrittenAndAnswered() throws Exception {
    int port = freePort();
    libmodbus("tcp", Integer.toString(port));
    Adapter adapter = start("commands: {topic: orders}\naddress: 127.0.0.1:" + port);
    eventually(() -> "0.0".equals(latest().get("setpoint")));
    order("{\"target\":\"press/setpoint\",\"value\":-21.5}");
    order("{\"target\":\"press/limit\",\"value\":0.1}");
    order("{\"target\":\"press/coil4\",\"value\":true}");
    order("{\"target\":\"press/setpoint\",\"value\":40000}");
    order("{\"target\":\"press/int16\",\"value\":1}");
    order("{\"target\":\"press/setpoint\",\"value\":\"on\"}");
    eventually(() -> adapter.status().counters().get("commandsFailed") == 3);
    assertEquals(3, adapter.status().counters().get("commandsDone"));
    eventually(() ->
        "-21.5".equals(latest().get("setpoint"))
            && "0.1".equals(latest().get("limit"))
            && "true".equals(latest().get("coil4")));
    eventually(() -> answers().size() == 6);
    assertTrue(answers().get(0).contains("\"value\":-21.5,\"quality\":\"good\""));
    assertTrue(answers().get(3).contains("80000 is beyond INT16"), () -> answers().get(3));
    assertTrue(
        answers().get(4).contains("there are press/coil4, press/limit, press/setpoint"),
        () -> answers().get(4));
    assertTrue(answers().get(5).contains("'on' is no number"), () -> answers().get(5));
  }

  private void order(String command) {
    outlet.put(
        new Reading(
            "orders",
            System.currentTimeMillis(),
            null,
            command.getBytes(StandardCharsets.UTF_8),
            List.of(),
            List.of()));
  }

  private List<String> answers() {
    return outlet.durable().stream()
        .map(ForeignServersIT::text)
        .filter(each -> each.contains("/command\""))
        .toList();
  }

  @Test
  void aServerThatGoesAndComesBackIsToldBoth() throws Exception {
    int port = freePort();
    Process server = libmodbus("tcp", Integer.toString(port));
    Adapter adapter = start("address: 127.0.0.1:" + port);
    eventually(() -> "-123".equals(latest().get("int16")));
    server.destroyForcibly();
    eventually(() -> "null".equals(latest().get("int16")));
    assertFalse(adapter.status().healthy());
    assertTrue(
        last("int16").contains("\"quality\":\"error\",\"reason\":\"127.0.0.1:" + port + ": "),
        () -> last("int16"));
    libmodbus("tcp", Integer.toString(port));
    eventually(() -> "-123".equals(latest().get("int16")));
    assertTrue(adapter.status().healthy());
  }

  private void everyTypeIsRead() {
    eventually(() -> latest().size() == EXPECTED.size());
    assertEquals(new TreeMap<>(EXPECTED), new TreeMap<>(latest()));
    assertTrue(last("abcd").contains("\"unit\":\"bar\",\"quality\":\"good\""), () -> last("abcd"));
    assertTrue(last("nan").contains("NaN, which is no number"), () -> last("nan"));
    assertTrue(last("beyond").contains("exception 2, illegal data address"), () -> last("beyond"));
    int before = outlet.durable().size();
    eventually(() -> outlet.durable().size() >= before + 2 * EXPECTED.size());
    assertEquals(new TreeMap<>(EXPECTED), new TreeMap<>(latest()));
  }

  /// The last value of each point, as written.
  private Map<String, String> latest() {
    Map<String, String> values = new TreeMap<>();
    for (Reading reading : outlet.durable()) {
      if (!reading.topic().equals("plant") || text(reading).contains("/command\"")) {
        continue;
      }
      String source = new String(Objects.requireNonNull(reading.key()), StandardCharsets.UTF_8);
      String value = text(reading).replaceFirst(".*?\"value\":", "");
      values.put(
          source.substring(source.lastIndexOf('/') + 1),
          value.replaceFirst(",\"(unit|quality)\":.*", ""));
    }
    return values;
  }

  private String last(String point) {
    return outlet.durable().stream()
        .map(ForeignServersIT::text)
        .filter(each -> each.contains("/" + point + "\""))
        .reduce("", (a, b) -> b);
  }

  private static String text(Reading reading) {
    return new String(Objects.requireNonNull(reading.value()), StandardCharsets.UTF_8);
  }

  private Adapter start(String line) throws IOException, SettingsRefused {
    Section section =
        Settings.parse(
            "edge.yaml",
            "topic: plant\ntimeout: 500ms\n"
                + line
                + "\ndevices:\n  - name: press\n    unit-id: 7\n    interval: 100ms\n"
                + POINTS);
    ModbusSettings settings = ModbusSettings.read(section);
    section.finish();
    Adapter adapter = new ModbusAdapter("modbus", "plc", settings, outlet);
    closing.addFirst(adapter);
    adapter.start();
    return adapter;
  }

  private Process libmodbus(String... words) throws IOException {
    assumeTrue(
        Files.isExecutable(PYTHON) && isLibmodbusThere(),
        "SKIPPED: no libmodbus for python3; install libmodbus5 and python3");
    Path script = directory.resolve("libmodbus_server.py");
    try (var in = ForeignServersIT.class.getResourceAsStream("libmodbus_server.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    List<String> command = new java.util.ArrayList<>(List.of(PYTHON.toString(), script.toString()));
    command.addAll(List.of(words));
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    closing.addFirst(server::destroyForcibly);
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
    assertEquals("ready", said.readLine());
    return server;
  }

  private static boolean isLibmodbusThere() throws IOException {
    Process probe =
        new ProcessBuilder(PYTHON.toString(), "-c", "import ctypes; ctypes.CDLL('libmodbus.so.5')")
            .redirectErrorStream(true)
            .start();
    probe.getInputStream().readAllBytes();
    return probe.onExit().join().exitValue() == 0;
  }

  private void j2mod(ModbusSlave slave) throws Exception {
    SimpleProcessImage image = new SimpleProcessImage(7);
    put(image, ModbusUtil.shortToRegister((short) -123));
    put(image, ModbusUtil.unsignedShortToRegister(65413));
    put(image, ModbusUtil.intToRegisters(Integer.MIN_VALUE));
    put(image, ModbusUtil.intToRegisters((int) 4_000_000_000L));
    put(image, ModbusUtil.longToRegisters(-Long.MAX_VALUE));
    put(image, ModbusUtil.longToRegisters(-1));
    byte[] real = ModbusUtil.floatToRegisters(77.6f);
    put(image, real);
    put(image, new byte[] {real[3], real[2], real[1], real[0]});
    put(image, new byte[] {real[1], real[0], real[3], real[2]});
    put(image, new byte[] {real[2], real[3], real[0], real[1]});
    put(image, ModbusUtil.doubleToRegisters(Math.PI));
    put(image, new byte[] {'A', 'B', '1', 0, 0, 0});
    put(image, ModbusUtil.unsignedShortToRegister(0x8001));
    put(image, ModbusUtil.floatToRegisters(Float.NaN));
    put(image, new byte[2 * 20]);
    for (int i = 0; i < 20; i++) {
      image.addDigitalOut(new SimpleDigitalOut(i % 3 == 0));
      image.addDigitalIn(new SimpleDigitalIn(i % 2 == 1));
      image.addInputRegister(new SimpleInputRegister(100 + i));
    }
    slave.addProcessImage(7, image);
    slave.open();
    closing.addFirst(() -> ModbusSlaveFactory.close());
  }

  private static void put(SimpleProcessImage image, byte[] bytes) {
    for (int i = 0; i < bytes.length; i += 2) {
      image.addRegister(new SimpleRegister(bytes[i], bytes[i + 1]));
    }
  }

  /// Both ends of a serial line.
  private Path[] terminals() throws IOException {
    assumeTrue(Files.isExecutable(SOCAT), "SKIPPED: no socat; install socat");
    Path[] ends = {directory.resolve("a"), directory.resolve("b")};
    Process socat =
        new ProcessBuilder(
                SOCAT.toString(), "pty,rawer,link=" + ends[0], "pty,rawer,link=" + ends[1])
            .inheritIO()
            .start();
    closing.addFirst(socat::destroyForcibly);
    eventually(() -> Files.exists(ends[0]) && Files.exists(ends[1]));
    return ends;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "it did not become so");
      Thread.onSpinWait();
    }
  }
}
