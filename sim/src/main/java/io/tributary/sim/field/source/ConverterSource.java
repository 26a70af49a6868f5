package io.tributary.sim.field.source;

import com.grack.nanojson.JsonObject;
import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An analog-to-digital converter on a board, whose voltage is the next number at each conversion. It answers who asks, once.
///
/// The codes of a converter are few, and say the numbers in a {@link Cycle}. The edge makes volts of them, and codes again by its own
/// `scale`.
final class ConverterSource implements Source {
  /// What an adapter's interval is at least.
  private static final long INTERVAL_LEAST_MS = 10;

  /// One that a board can bear.
  ///
  /// @param codes that it knows, without those that have a meaning of their own
  /// @param part keys of the adapter's part, with one input, `count`, in codes
  private record Kind(Cycle codes, String part, Plugging plugging) {}

  private interface Plugging {
    void plug(SimulatedBoard board, Converter.Input input);
  }

  private final String name;
  private final Kind kind;
  private final long intervalMs;
  private final Path socket;
  private final Account account;
  private @Nullable SimulatedBoard board;
  private volatile boolean isOver;

  private ConverterSource(String name, Kind kind, Path directory, double perSecond) {
    this.name = name;
    this.kind = kind;
    this.intervalMs = Math.max(INTERVAL_LEAST_MS, Math.round(1_000 / perSecond));
    this.socket = directory.resolve(name + ".board");
    this.account = new Account(name, Promise.WHILE_UP, this::valueOf);
  }

  /// An ADS1115, whose steps are 1/8000 V at its range of 4.096 V. Its outermost codes mean that a voltage is beyond that.
  static ConverterSource i2c(String name, Path directory, double perSecond) {
    Kind ads1115 =
        new Kind(
            new Cycle(65_521, -32_760),
            "part: ads1115, address: 0x48, inputs: [{name: count, rate: 860, scale: 8000}]",
            (board, input) -> board.plug(0x48, Converter.ads1115(input)));
    return new ConverterSource(name, ads1115, directory, perSecond);
  }

  /// An MCP3008, whose steps are 1/250 V at a reference of 4.096 V.
  static ConverterSource spi(String name, Path directory, double perSecond) {
    Kind mcp3008 =
        new Kind(
            new Cycle(1_021, 0),
            "part: mcp3008, reference: 4.096, inputs: [{name: count, scale: 250}]",
            (board, input) -> board.select(0, Converter.mcp3008(input)));
    return new ConverterSource(name, mcp3008, directory, perSecond);
  }

  private @Nullable Object valueOf(JsonObject reading) {
    return reading.get("value") instanceof Number code && code.doubleValue() == code.intValue()
        ? kind.codes.value(code.intValue())
        : null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.more(
        """
          %s:
            type: %s
            bus: "simulated:%s"
            topic: %s
            interval: %dms
            parts:
              - {name: converter, %s}
        """
            .formatted(name, name, socket, name, intervalMs, kind.part));
  }

  @Override
  public void prepare() throws IOException {
    SimulatedBoard opened = SimulatedBoard.listen(socket);
    board = opened;
    kind.plugging.plug(
        opened, () -> isOver ? null : kind.codes.code(account.say(name + "/converter/count")));
  }

  @Override
  public void start(Edge edge) {
    // It answers since it is there.
  }

  @Override
  public void stop() {
    isOver = true;
  }

  @Override
  public Account account() {
    return account;
  }

  @Override
  public void close() throws IOException {
    SimulatedBoard open = board;
    if (open != null) {
      open.close();
    }
  }
}
