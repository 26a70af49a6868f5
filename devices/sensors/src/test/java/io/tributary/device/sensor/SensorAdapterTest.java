package io.tributary.device.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Adapter;
import io.tributary.adapter.AdapterPlan;
import io.tributary.adapter.AdapterType;
import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.device.simulated.SimulatedChip;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The adapters at a board on a socket. The kernel's own buses: `sim kernel`.
class SensorAdapterTest {
  /// The worked example of the part's data sheet.
  private static final String BME280 =
      "{\"source\":\"bus/cellar/%s\",\"value\":%s,\"unit\":\"%s\",\"quality\":\"good\"}";

  @TempDir private Path directory;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final MemoryOutlet outlet = MemoryOutlet.empty();
  private SimulatedBoard board;

  @BeforeEach
  void plug() throws IOException {
    board = SimulatedBoard.listen(directory.resolve("board"));
    closing.addFirst(board);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : closing) {
      each.close();
    }
    outlet.close();
  }

  @Test
  void aSensorIsMeasuredAtItsInterval() throws Exception {
    board.plug(0x76, new DumpedBme280());
    Adapter adapter =
        start(new I2cAdapterType(), "interval: 100ms, parts: [{part: bme280, name: cellar}]");

    List<String> values = values(6);
    assertEquals(BME280.formatted("temperature", "25.08", "°C"), values.get(0));
    assertEquals(BME280.formatted("pressure", "100653.3", "Pa"), values.get(1));
    assertEquals(BME280.formatted("temperature", "25.08", "°C"), values.get(3));
    assertTrue(adapter.status().healthy());
  }

  @Test
  void oneThatDoesNotAnswerIsAnErrorAndTheOthersGoOn() throws Exception {
    board.plug(0x77, new DumpedBme280());
    Adapter adapter =
        start(
            new I2cAdapterType(),
            "interval: 50ms, parts: [{part: bme280, name: attic},"
                + " {part: bme280, name: cellar, address: 0x77}]");
    eventually(() -> values().stream().anyMatch(each -> each.contains("cellar/temperature")));

    assertEquals(
        "{\"source\":\"bus/attic/temperature\",\"value\":null,\"quality\":\"error\","
            + "\"reason\":\"attic: chip 0x76: nobody answers\"}",
        values().getFirst());
    assertTrue(adapter.status().healthy(), "the other one is");
    assertEquals(
        "1 of 2 do not answer: attic: chip 0x76: nobody answers", adapter.status().summary());
    board.plug(0x76, new DumpedBme280());
    eventually(() ->
        values()
            .contains(BME280.formatted("temperature", "25.08", "°C").replace("cellar", "attic")));
  }

  @Test
  void aPartIsSetUpAgainAfterItsBusWasAway() throws Exception {
    DumpedBme280 chip = new DumpedBme280();
    board.plug(0x76, chip);
    Adapter adapter =
        start(new I2cAdapterType(), "interval: 50ms, parts: [{part: bme280, name: cellar}]");
    values(3);
    int begun = chip.identified;
    board.cut();
    eventually(() -> chip.identified > begun);

    eventually(() -> adapter.status().healthy());
    assertTrue(values().stream().anyMatch(each -> each.contains("\"quality\":\"error\"")));
  }

  @Test
  void voltagesOverSpi() throws Exception {
    board.select(
        1,
        sent ->
            Arrays.equals(sent, HexFormat.of().parseHex("01d000"))
                ? HexFormat.of().parseHex("ff0200")
                : HexFormat.of().parseHex("ffffff"));
    start(
        new SpiAdapterType(),
        "interval: 50ms, parts: [{part: mcp3008, name: adc, chip-select: 1,"
            + " inputs: [{name: tank, input: 5}]}, {part: mcp3008, name: none, inputs: [{name: a}]}]");

    List<String> values = values(2);
    assertEquals(
        "{\"source\":\"bus/adc/tank\",\"value\":1.65,\"unit\":\"V\",\"quality\":\"good\"}",
        values.get(0));
    assertTrue(values.get(1).contains("nobody answers"), () -> values.get(1));
  }

  @Test
  void thermometersOnOneWire() throws Exception {
    Path wire = Files.createDirectory(directory.resolve("w1"));
    Path known = Files.createDirectory(wire.resolve("28-0316a2795fff"));
    Files.createDirectory(wire.resolve("w1_bus_master1"));
    Path other = Files.createDirectory(wire.resolve("28-00000000beef"));
    String shown = "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n";
    Files.writeString(known.resolve("w1_slave"), shown);
    Files.writeString(other.resolve("w1_slave"), shown.replace("72 01", "73 01"));
    start(
        new OneWireAdapterType(),
        "interval: 50ms, path: "
            + wire
            + ", sensors: [{id: 28-0316a2795fff, name: boiler}, {id: 28-000000000001, name: gone}]");

    assertEquals(
        List.of(
            "{\"source\":\"bus/gone/temperature\",\"value\":null,\"quality\":\"error\",\"reason\":\"it is not on the bus\"}",
            "{\"source\":\"bus/28-00000000beef/temperature\",\"value\":null,\"quality\":\"error\",\"reason\":\"the checksum is wrong\"}",
            "{\"source\":\"bus/boiler/temperature\",\"value\":23.125,\"unit\":\"°C\",\"quality\":\"good\"}"),
        values(3).subList(0, 3));
  }

  @Test
  void aMachineWithoutTheBusSaysWhatToDo() throws Exception {
    Adapter adapter =
        start(
            new OneWireAdapterType(),
            "interval: 50ms, path: "
                + directory.resolve("none")
                + ", sensors: [{id: 28-0316a2795fff}]");

    assertTrue(values(1).getFirst().contains("is 1-Wire switched on"), values(1)::toString);
    assertFalse(adapter.status().healthy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | parts: is empty; it must say what to measure, such as [{part: bme280}]",
        "{parts: [{part: bmp180}]} | parts[0].part: is 'bmp180' but must be one of bme280, ads1115, ina219",
        "{parts: [{part: bme280, address: 0x75}]} | parts[0].address: is '0x75' but must be one of 0x76, 0x77",
        "{parts: [{part: bme280}, {part: bme280, address: 0x77}]} | parts[1].name: is 'bme280', which another one has",
        "{parts: [{part: bme280, name: a/b}]} | parts[0].name: is 'a/b'",
        "{parts: [{part: bme280, speed: 1}]} | parts[0].speed: unknown",
      })
  void whatCannotBeIsRefused(String settings, String expected) throws SettingsRefused {
    Section section =
        Settings.parse("edge.yaml", settings.replaceFirst("}$", ", topic: t}").replace("{, ", "{"));
    var unused = new I2cAdapterType().plan(section);

    SettingsRefused refused = assertThrows(SettingsRefused.class, section::finish);

    assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused::getMessage);
  }

  private Adapter start(AdapterType type, String settings) throws Exception {
    String bus =
        type instanceof OneWireAdapterType
            ? ""
            : ", bus: 'simulated:" + directory.resolve("board") + "'";
    Section section = Settings.parse("edge.yaml", "{" + settings + bus + ", topic: climate}");
    AdapterPlan plan = type.plan(section);
    section.finish();
    Adapter adapter = plan.open("bus", outlet);
    closing.addFirst(adapter);
    adapter.start();
    return adapter;
  }

  private List<String> values(int count) throws InterruptedException {
    eventually(() -> values().size() >= count);
    return values();
  }

  private List<String> values() {
    return outlet.durable().stream()
        .map(each -> new String(Objects.requireNonNull(each.value()), StandardCharsets.UTF_8))
        .toList();
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadlineNanos, "does not come");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /// With the registers of the worked example; humidity as it comes.
  private static final class DumpedBme280 implements SimulatedChip {
    volatile int identified;

    @Override
    public byte[] read(int register, int count) {
      identified += register == 0xd0 ? 1 : 0;
      return HexFormat.of()
          .parseHex(
              switch (register) {
                case 0xd0 -> "60";
                case 0x88 -> "706b436718fc7d8e43d6d00b270b8c00f9ff8c3cf8c67017004b";
                case 0xe1 -> "6a01001309001e";
                case 0xf7 -> "655ac07eed006f3c";
                default -> "00".repeat(count);
              });
    }

    @Override
    public boolean write(int register, byte[] bytes) {
      return true;
    }
  }
}
