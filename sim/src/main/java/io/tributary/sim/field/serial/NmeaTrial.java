package io.tributary.sim.field.serial;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sim nmea`: captures through terminals, an edge and a hub, against a count by a script in another language.
@Command(
    name = "nmea",
    description = {
      "Sends captures of NMEA 0183 through pseudo-terminals to an edge that mirrors to a hub, each as",
      "it is and once more with some lines damaged, and compares what a Kafka client reads there, and",
      "what the edge counts, with the opinion of a Python script. Without a file, ten minutes of a",
      "simulated receiver and the ships that it hears by AIS. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class NmeaTrial implements Callable<Integer> {
  private static final int SIMULATED_SECONDS = 600;
  private static final int SHIPS = 3;

  @Mixin private CaptureOptions options = new CaptureOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    return new LineTrial("nmea", "nmea_count.py", NmeaTrial::judge)
        .call(spec.commandLine(), options, NmeaTrial::simulated);
  }

  private static byte[] simulated(long seed) {
    Receiver receiver = new Receiver(seed, Instant.parse("2026-11-29T23:55:00Z"));
    Ships ships = new Ships(SHIPS);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int second = 0; second < SIMULATED_SECONDS; second++) {
      for (String each : receiver.second()) {
        all.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
      }
      for (String each : ships.second()) {
        all.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return all.toByteArray();
  }

  private static LineTrial.Verdict judge(
      JsonObject opinion, JsonObject counters, List<JsonObject> readings) {
    Map<String, Long> sentences = new TreeMap<>();
    List<String> positions = new ArrayList<>();
    List<String> messages = new ArrayList<>();
    for (JsonObject reading : readings) {
      String source = reading.getString("source");
      String address = source.substring(source.indexOf('/') + 1);
      JsonObject fields = reading.getObject("value");
      if (fields != null && fields.containsKey("mmsi")) {
        messages.add(shown(fields));
        continue;
      }
      sentences.merge(address, 1L, Long::sum);
      if (fields != null && fields.containsKey("latitude")) {
        positions.add(address + " " + fields.get("latitude") + " " + fields.get("longitude"));
      }
    }
    Map<String, Long> expected = new TreeMap<>();
    JsonObject counted = opinion.getObject("sentences");
    counted.keySet().forEach(address -> expected.put(address, counted.getLong(address)));
    List<String> differences =
        new ArrayList<>(LineTrial.differences(counters, opinion.getObject("counts")));
    if (!sentences.equals(expected)) {
      differences.add("sentences " + sentences + ", the script counts " + expected);
    }
    differences.addAll(
        LineTrial.differences("position", positions, texts(opinion.getArray("positions"))));
    differences.addAll(
        LineTrial.differences("AIS message", messages, texts(opinion.getArray("messages"))));
    return new LineTrial.Verdict(
        "%,d sentences of %d kinds, %,d positions, %,d AIS messages, %d wrong checksums, %d unchecked, %d malformed, %d foreign lines"
            .formatted(
                sentences.values().stream().mapToLong(each -> each).sum(),
                sentences.size(),
                positions.size(),
                messages.size(),
                counters.getLong("checksumWrong"),
                counters.getLong("unchecked"),
                counters.getLong("malformed"),
                counters.getLong("foreign")),
        differences);
  }

  private static List<String> texts(JsonArray all) {
    return all.stream()
        .map(each -> each instanceof JsonObject message ? shown(message) : String.valueOf(each))
        .toList();
  }

  /// Names in alphabetical order, numbers without needless zeros.
  private static String shown(JsonObject message) {
    Map<String, Object> shown = new TreeMap<>();
    message.forEach((name, value) ->
        shown.put(
            name,
            value instanceof Number
                ? new BigDecimal(value.toString()).stripTrailingZeros().toPlainString()
                : value));
    return JsonWriter.string(shown);
  }
}
