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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
      for (Catalogue.Entry entry : new TreeMap<>(modules.catalogue()).values()) {
        SmartModule module = modules.named(entry.name());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", entry.name());
        row.put("version", entry.version());
        row.put("kind", module.kind().export());
        row.put("description", entry.description());
        row.put("sha256", module.sha256());
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

  private static void print(List<Map<String, Object>> rows, PrintStream out) {
    out.printf("%-18s %-8s %-11s %s%n", "NAME", "VERSION", "KIND", "WHAT IT DOES");
    for (Map<String, Object> row : rows) {
      out.printf(
          "%-18s %-8s %-11s %s%n",
          row.get("name"), row.get("version"), row.get("kind"), row.get("description"));
    }
  }
}
