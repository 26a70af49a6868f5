package io.tributary.sim.audit;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.plant.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What `hub audit EDGE --json` answered.
///
/// @param named the ranges that it names, in order
/// @param proved by topic, how many offsets the digests of both ends prove; -1 for none
/// @param ends by topic, the end of what the hub holds
/// @param records compared one by one
/// @param unproven the ranges that it calls not proven
/// @param isCompared whether the edge took part for all streams
public record Answer(
    int exitStatus,
    boolean clean,
    List<Range> named,
    Map<String, Long> proved,
    Map<String, Long> ends,
    long records,
    List<Range> unproven,
    boolean isCompared) {
  private static final int TRIES = 40;
  private static final long PAUSE_MS = 250;

  /// Runs the command, again for a while where the edge has only begun to mirror.
  public static Answer of(String edge, String http, boolean deep)
      throws IOException, InterruptedException {
    Answer answer = once(edge, http, deep);
    for (int i = 1; i < TRIES && !answer.isCompared; i++) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      answer = once(edge, http, deep);
    }
    return answer;
  }

  private static Answer once(String edge, String http, boolean deep)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of(Launcher.path(), "hub", "audit", edge, "--http", http, "--json"));
    if (deep) {
      words.add("--deep");
    }
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitStatus = process.waitFor();
    try {
      return read(JsonParser.object().from(said), exitStatus);
    } catch (JsonParserException e) {
      throw new IOException("hub audit answered with status " + exitStatus + ": " + said, e);
    }
  }

  private static Answer read(JsonObject report, int exitStatus) {
    List<Range> named = new ArrayList<>();
    Map<String, Long> proved = new HashMap<>();
    Map<String, Long> ends = new HashMap<>();
    List<Range> unproven = new ArrayList<>();
    long records = 0;
    boolean isCompared = report.getBoolean("connected");
    for (Object each : report.getArray("streams", new JsonArray())) {
      JsonObject stream = (JsonObject) each;
      String topic = stream.getString("topic");
      proved.put(topic, stream.getLong("provedTo"));
      ends.put(topic, stream.getLong("to"));
      records += stream.getLong("recordsCompared");
      isCompared &= stream.getString("remark", "").isEmpty();
      for (Object one : stream.getArray("findings", new JsonArray())) {
        JsonObject finding = (JsonObject) one;
        named.add(
            new Range(
                topic, finding.getString("kind"), finding.getLong("from"), finding.getLong("to")));
      }
      for (Object one : stream.getArray("unproven", new JsonArray())) {
        JsonObject range = (JsonObject) one;
        unproven.add(new Range(topic, "unproven", range.getLong("from"), range.getLong("to")));
      }
    }
    named.sort(null);
    return new Answer(
        exitStatus, report.getBoolean("clean"), named, proved, ends, records, unproven, isCompared);
  }
}
