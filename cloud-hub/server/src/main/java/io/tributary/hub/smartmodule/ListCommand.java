package io.tributary.hub.smartmodule;

import com.grack.nanojson.JsonWriter;
import io.tributary.hub.ExitStatus;
import io.tributary.smartmodule.Catalogue;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `smartmodule list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "The SmartModules that come with the program, to be named by `uses`.",
      "",
      "`./tributary smartmodule test NAME` tries one on lines of text."
    })
public final class ListCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "One of them, with what may be said to it by `with`.")
  private @Nullable String name;

  @Option(names = "--json", description = "One JSON array.")
  private boolean asJson;

  @Override
  public Integer call() {
    Modules modules = Modules.find(false);
    if (modules == null) {
      System.err.println("tributary: this program was built without the engine of SmartModules");
      return ExitStatus.WORLD;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    try {
      if (name != null) {
        modules.named(name); // says which there are
      }
      for (Catalogue.Entry entry : new TreeMap<>(modules.catalogue()).values()) {
        if (name != null && !entry.name().equals(name)) {
          continue;
        }
        SmartModule module = modules.named(entry.name());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", entry.name());
        row.put("version", entry.version());
        row.put("kind", module.kind().export());
        row.put("description", entry.description());
        row.put("sha256", module.sha256());
        if (name != null || asJson) {
          row.put("params", params(entry));
        }
        rows.add(row);
      }
    } catch (SmartModuleRefused e) {
      System.err.println("tributary: " + e.getMessage());
      return ExitStatus.FAILED;
    }
    if (asJson) {
      System.out.println(JsonWriter.string(rows));
    } else {
      print(rows, System.out);
    }
    return 0;
  }

  private static Map<String, Object> params(Catalogue.Entry entry) {
    Map<String, Object> params = new LinkedHashMap<>();
    entry
        .params()
        .forEach((key, param) ->
            params.put(
                key,
                Map.of(
                    "meaning", param.meaning(),
                    "default", param.absent(),
                    "allowed", param.allowed())));
    return params;
  }

  private static void print(List<Map<String, Object>> rows, PrintStream out) {
    out.printf("%-18s %-8s %-11s %s%n", "NAME", "VERSION", "KIND", "WHAT IT DOES");
    for (Map<String, Object> row : rows) {
      out.printf(
          "%-18s %-8s %-11s %s%n",
          row.get("name"), row.get("version"), row.get("kind"), row.get("description"));
      if (row.get("params") instanceof Map<?, ?> params) {
        params.forEach((key, param) -> print(String.valueOf(key), param, out));
      }
    }
  }

  private static void print(String key, Object param, PrintStream out) {
    if (param instanceof Map<?, ?> told) {
      out.printf("%n  %s: %s%n", key, told.get("meaning"));
      out.printf("    default: %s%n    allowed: %s%n", told.get("default"), told.get("allowed"));
    }
  }
}
