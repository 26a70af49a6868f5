package io.tributary.sim.promise;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Renders `docs/promise.md` from the results under `docs/promise`, one file a row. Nothing on the
/// page is written by hand.
final class PromisePage {
  private static final String HEAD =
      """
      # The promise under every fault

      Made by `./tributary sim promise` from the results under [promise](promise); each says on which commit it ran.
      Records are readings that were acknowledged. Missing, duplicated and disordered are counted by ledgers that share no code
      with what they judge; what a Gap names is not missing. A row with two commands shows their sum.

      | n | fault | command | rounds | records | faults injected | missing | duplicated | disordered | dropped with a Gap |
      |---|---|---|---|---|---|---|---|---|---|
      """;

  private PromisePage() {}

  static Path file(Path results, int row) {
    return results.resolve("%02d.json".formatted(row));
  }

  static String render(Path results) throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    for (Row row : Row.ALL) {
      page.append("| ").append(row.number()).append(" | ").append(row.fault()).append(" | ");
      Path file = file(results, row.number());
      if (row.commands().isEmpty()) {
        page.append(row.notBuilt()).append(" | | | | | | | |\n");
      } else if (!Files.exists(file)) {
        page.append("not run yet | | | | | | | |\n");
      } else {
        page.append(figures(file)).append('\n');
      }
    }
    return page.toString();
  }

  private static String figures(Path file) throws IOException {
    JsonArray runs;
    try {
      runs = JsonParser.object().from(Files.readString(file)).getArray("runs");
    } catch (JsonParserException e) {
      throw new IOException(file + " is no JSON", e);
    }
    List<String> commands = new ArrayList<>();
    boolean broken = false;
    for (Object each : runs) {
      JsonObject run = (JsonObject) each;
      commands.add("`" + run.getString("command") + "`");
      broken |= run.getInt("exitStatus") != 0;
    }
    return String.join("<br>", commands)
        + (broken ? " **BROKEN**" : "")
        + cell(runs, r -> first(r, "seeds", "rounds", "reconnects", "freezes", "blackouts"))
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
    Object faults = result.get("faults");
    if (faults instanceof Number number) {
      return number.longValue();
    }
    if (faults instanceof JsonObject kinds) {
      return kinds.values().stream()
          .filter(Number.class::isInstance)
          .mapToLong(n -> ((Number) n).longValue())
          .sum();
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
            "clones",
            "crashPoints",
            "bursts",
            "blackouts",
            "lostPackets",
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
