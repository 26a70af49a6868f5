package io.tributary.sim.promise;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.tributary.sim.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Renders `docs/promise.md` from the results under `docs/promise`, one file a row. Nothing on the
/// page is written by hand.
final class PromisePage {
  private static final String HEAD =
      """
      # The promise under every fault

      Made by `./tributary sim promise` from the results under [promise](promise), on commit COMMIT; a row that ran on another says so.
      Records are readings that were acknowledged. Missing, duplicated and disordered are counted by ledgers that share no code
      with what they judge; what a Gap names is not missing. A row with two commands shows their sum.
      What Kafka producers write at the hub has a story of its own, which is no row: `./tributary sim world --story producers`.

      | n | fault | command | rounds | records | faults injected | missing | duplicated | disordered | dropped with a Gap |
      |---|---|---|---|---|---|---|---|---|---|
      """;

  private static final String MEASURED =
      """

      ## What else was measured

      | n | |
      |---|---|
      """;

  private static final String EMPTY_CELLS = " | | | | | | | |\n";

  private PromisePage() {}

  static Path file(Path results, int row) {
    return results.resolve("%02d.json".formatted(row));
  }

  static JsonObject read(Path file) throws IOException {
    try {
      return JsonParser.object().from(Files.readString(file));
    } catch (JsonParserException e) {
      throw new IOException(file + " is no JSON", e);
    }
  }

  static String render(Path results) throws IOException {
    Map<Integer, JsonObject> known = new TreeMap<>();
    for (Row row : Row.ALL) {
      Path file = file(results, row.number());
      if (!row.commands().isEmpty() && Files.exists(file)) {
        known.put(row.number(), read(file));
      }
    }
    String commit = commit(known);
    StringBuilder page = new StringBuilder(HEAD.replace("COMMIT", commit));
    StringBuilder measured = new StringBuilder();
    for (Row row : Row.ALL) {
      page.append("| ").append(row.number()).append(" | ").append(row.fault()).append(" | ");
      JsonObject result = known.get(row.number());
      if (row.commands().isEmpty()) {
        page.append(row.notBuilt()).append(EMPTY_CELLS);
      } else if (result == null) {
        page.append("not run yet").append(EMPTY_CELLS);
      } else {
        page.append(figures(result, commit)).append('\n');
        measured.append(measured(row.number(), result));
      }
    }
    return measured.isEmpty() ? page.toString() : page.append(MEASURED).append(measured).toString();
  }

  /// The commit on which the newest result ran.
  private static String commit(Map<Integer, JsonObject> results) {
    JsonObject newest = null;
    for (JsonObject result : results.values()) {
      if (newest == null || result.getLong("endedAtMs") > newest.getLong("endedAtMs")) {
        newest = result;
      }
    }
    return newest == null ? "none yet" : newest.getString("commit", "unknown");
  }

  private static String measured(int row, JsonObject result) {
    StringBuilder lines = new StringBuilder();
    for (Object each : result.getArray("runs", new JsonArray())) {
      JsonObject of = ((JsonObject) each).getObject("result", new JsonObject());
      String text = of.isEmpty() ? "" : Measured.of(row, of);
      if (!text.isEmpty()) {
        lines.append("| ").append(row).append(" | ").append(text).append(" |\n");
      }
    }
    return lines.toString();
  }

  private static String figures(JsonObject row, String commit) {
    JsonArray runs = row.getArray("runs", new JsonArray());
    List<String> commands = new ArrayList<>();
    for (Object each : runs) {
      JsonObject run = (JsonObject) each;
      commands.add(
          "`"
              + run.getString("command")
              + "`"
              + switch (run.getInt("exitStatus")) {
                case ExitStatus.DONE -> "";
                case ExitStatus.CHECK_FAILED -> " **BROKEN**";
                default -> " **DID NOT RUN** (status " + run.getInt("exitStatus") + ")";
              });
    }
    String ranOn = row.getString("commit", "unknown");
    return String.join("<br>", commands)
        + (ranOn.equals(commit) ? "" : "<br>on commit " + ranOn)
        + cell(runs, r -> first(r, "rounds", "seeds", "reconnects", "freezes", "blackouts"))
        + cell(runs, r -> first(r, "acked", "readings", "acknowledged"))
        + cell(runs, PromisePage::faults)
        + cell(runs, r -> first(r, "missing"))
        + cell(runs, r -> first(r, "duplicated"))
        + cell(runs, r -> first(r, "disordered"))
        + cell(runs, r -> first(r, "droppedWithGap"))
        + " |";
  }

  private static String cell(JsonArray runs, ToLongFunction<JsonObject> figure) {
    long sum = 0;
    for (Object each : runs) {
      JsonObject result = ((JsonObject) each).getObject("result");
      sum += result == null ? 0 : figure.applyAsLong(result);
    }
    return " | " + sum;
  }

  /// Each command counts its own kinds of faults.
  private static long faults(JsonObject result) {
    for (String total : List.of("faultsInjected", "faults")) {
      if (result.get(total) instanceof Number number) {
        return number.longValue();
      }
    }
    JsonObject cuts = result.get("cuts") instanceof JsonObject places ? places : null;
    long sum =
        cuts == null
            ? first(result, "cuts")
            : cuts.values().stream().mapToLong(n -> ((Number) n).longValue()).sum();
    for (String kind :
        List.of(
            "kills",
            "pauses",
            "halfOpens",
            "slowed",
            "fills",
            "corruptions",
            "hubCorruptions",
            "clones",
            "crashPoints",
            "bursts",
            "freezes")) {
      sum += first(result, kind);
    }
    return sum;
  }

  private static long first(JsonObject result, String... keys) {
    for (String key : keys) {
      @Nullable Object value = result.get(key);
      if (value instanceof Number number) {
        return number.longValue();
      }
    }
    return 0;
  }
}
