package io.tributary.sim.field.serial;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sim p1`: telegrams of a smart meter through terminals, an edge and a hub, against the reading of a script in another language.
@Command(
    name = "p1",
    description = {
      "Sends telegrams of smart meters (DSMR P1) through pseudo-terminals to an edge that mirrors to a",
      "hub, as they are and once more with some lines damaged, and compares each value that a Kafka",
      "client reads there, and what the edge counts, with the opinion of a Python script. Without a",
      "file, ten minutes of a simulated meter. Exit status 1 on any difference."
    },
    mixinStandardHelpOptions = true)
public final class P1Trial implements Callable<Integer> {
  private static final int SIMULATED_SECONDS = 600;

  @Mixin private CaptureOptions options = new CaptureOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    return new LineTrial("p1", "p1_count.py", P1Trial::judge)
        .call(spec.commandLine(), options, P1Trial::simulated);
  }

  private static byte[] simulated(long seed) {
    Meter meter = new Meter(seed, Instant.parse("2026-11-29T23:55:00Z"));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int second = 0; second < SIMULATED_SECONDS; second++) {
      all.writeBytes(meter.second());
    }
    return all.toByteArray();
  }

  private static LineTrial.Verdict judge(
      JsonObject opinion, JsonObject counters, List<JsonObject> readings) {
    List<String> found = new ArrayList<>();
    for (JsonObject reading : readings) {
      String source = reading.getString("source");
      found.add(
          shown(
              source.substring(source.indexOf('/') + 1),
              reading.get("value"),
              reading.getString("unit"),
              millis(reading.getString("time"))));
    }
    List<String> expected = new ArrayList<>();
    for (Object each : opinion.getArray("readings")) {
      JsonArray one = (JsonArray) each;
      expected.add(shown(one.getString(0), one.get(1), one.getString(2), one.get(3)));
    }
    List<String> differences =
        new ArrayList<>(LineTrial.differences(counters, opinion.getObject("counts")));
    differences.addAll(LineTrial.differences("value", found, expected));
    return new LineTrial.Verdict(
        "%,d telegrams with %,d values, %d wrong checksums, %d unchecked"
            .formatted(
                counters.getLong("taken"),
                found.size(),
                counters.getLong("checksumWrong"),
                counters.getLong("unchecked")),
        differences);
  }

  private static @Nullable Long millis(@Nullable String time) {
    return time == null ? null : Instant.parse(time).toEpochMilli();
  }

  private static String shown(
      String code, @Nullable Object value, @Nullable String unit, @Nullable Object millis) {
    String text = value instanceof JsonArray ? JsonWriter.string(value) : String.valueOf(value);
    return String.join(
        " ", Arrays.asList(code, text, String.valueOf(unit), String.valueOf(millis)));
  }
}
