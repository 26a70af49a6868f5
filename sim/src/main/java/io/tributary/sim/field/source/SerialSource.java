package io.tributary.sim.field.source;

import com.grack.nanojson.JsonObject;
import io.tributary.sim.field.TerminalPair;
import io.tributary.sim.plant.EdgePlan;
import io.tributary.sim.plant.Plant.Edge;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// An instrument that talks on a serial line, whoever listens.
final class SerialSource extends Talker {
  private final String decode;
  private final String lane;
  private final LongFunction<String> line;
  private final TerminalPair terminals;
  private @Nullable OutputStream out;

  /// While the edge is down somebody has the port open, as a line that does not vanish with its listener: socat would end with it.
  private @Nullable InputStream held;

  /// @param decode keys of the adapter's section
  /// @param lane what the adapter calls the source
  /// @param line of a value
  private SerialSource(
      String name,
      String decode,
      String lane,
      LongFunction<String> line,
      Function<JsonObject, @Nullable Object> valueOf,
      Path directory,
      double perSecond) {
    super(new Account(name, Promise.WHILE_UP, valueOf), name, perSecond);
    this.decode = decode;
    this.lane = lane;
    this.line = line;
    this.terminals = new TerminalPair(directory.resolve(name + ".port"));
  }

  /// A scale that says its weight in a line of text.
  static SerialSource lines(String name, Path directory, double perSecond) {
    return new SerialSource(
        name,
        "decode: lines, pattern: '^weight (?<value>[0-9]+) kg;$'",
        name,
        "weight %d kg;\n"::formatted,
        reading -> reading.get("value"),
        directory,
        perSecond);
  }

  /// A receiver with a transducer (NMEA 0183, sentence XDR).
  static SerialSource nmea(String name, Path directory, double perSecond) {
    return new SerialSource(
        name,
        "decode: nmea",
        name + "/IIXDR",
        SerialSource::sentence,
        SerialSource::transducer,
        directory,
        perSecond);
  }

  private static String sentence(long value) {
    String sentence = "IIXDR,G,%d,,N1".formatted(value);
    return "$%s*%02X\r\n".formatted(sentence, sentence.chars().reduce(0, (a, b) -> a ^ b));
  }

  private static @Nullable Object transducer(JsonObject reading) {
    boolean isOne =
        reading.get("value") instanceof JsonObject value
            && value.getArray("transducers").size() == 1;
    return isOne
        ? reading.getObject("value").getArray("transducers").getObject(0).get("value")
        : null;
  }

  @Override
  public EdgePlan joined(EdgePlan edge) {
    return edge.more(
        "  %s: {type: serial, port: %s, topic: %s, %s}%n"
            .formatted(name(), terminals.port(), name(), decode));
  }

  @Override
  public void prepare() throws IOException, InterruptedException {
    terminals.plug();
    held = Files.newInputStream(terminals.port());
  }

  @Override
  public void start(Edge edge) throws IOException, InterruptedException {
    out = Files.newOutputStream(terminals.instrumentPath());
    super.start(edge);
  }

  @Override
  void talk(int turn) throws IOException {
    OutputStream to = out;
    if (to != null) {
      to.write(line.apply(account().say(lane)).getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    terminals.close();
    InputStream port = held;
    OutputStream instrument = out;
    if (port != null) {
      port.close();
    }
    if (instrument != null) {
      instrument.close();
    }
  }
}
