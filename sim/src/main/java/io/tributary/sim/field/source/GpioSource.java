package io.tributary.sim.field.source;

import com.grack.nanojson.JsonObject;
import io.tributary.device.simulated.SimulatedBoard;
import io.tributary.sim.plant.EdgePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Two pins of a board that change in turn, whoever listens. A level is no number; so a change's number is its moment, which the kernel
/// tells of each one and the edge passes on: a moment bears the value in its nanoseconds, and each must come with the level of its number.
///
/// ```
///  left   __/‾‾‾‾‾‾‾‾‾‾‾\_____________/‾‾‾‾
///  number   0     1     2      3      4
///  right  ________/‾‾‾‾‾‾‾‾‾‾‾‾\___________
/// ```
final class GpioSource extends Talker {
  /// From which the moments count, by as many nanoseconds as the value is: up to 4.3 s.
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static final int[] PINS = {17, 27};
  private static final String[] NAMES = {"left", "right"};

  private final Path socket;
  private @Nullable SimulatedBoard board;

  GpioSource(String name, Path directory, double perSecond) {
    super(new Account(name, Promise.WHILE_UP, GpioSource::valueOf), name, perSecond);
    this.socket = directory.resolve(name + ".board");
  }

  private static boolean isHigh(int number) {
    return number / PINS.length % 2 == 0;
  }

  /// When an edge gets its pins it tells their state, which has no moment.
  private static @Nullable Object valueOf(JsonObject reading) {
    if (!(reading.get("value") instanceof Boolean level)) {
      return null;
    }
    String time = reading.getString("time");
    if (time == null) {
      return Account.UNASKED;
    }
    try {
      long value = Duration.between(BEGIN, Instant.parse(time)).toNanos();
      return level == isHigh(Spread.number(value)) ? value : null;
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.more(
        """
          %s:
            type: gpio
            chip: "simulated:%s"
            topic: %s
            inputs:
              - {pin: %d, name: %s}
              - {pin: %d, name: %s}
        """
            .formatted(name(), socket, name(), PINS[0], NAMES[0], PINS[1], NAMES[1]));
  }

  @Override
  public void prepare() throws IOException {
    board = SimulatedBoard.listen(socket);
  }

  @Override
  void talk(int turn) {
    SimulatedBoard of = board;
    if (of != null) {
      int pin = turn % PINS.length;
      long value = account().say(name() + "/" + NAMES[pin]);
      Instant moment = BEGIN.plusNanos(value);
      of.drive(
          PINS[pin],
          isHigh(Spread.number(value)),
          moment.getEpochSecond() * 1_000_000_000L + moment.getNano());
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    SimulatedBoard of = board;
    if (of != null) {
      of.close();
    }
  }
}
