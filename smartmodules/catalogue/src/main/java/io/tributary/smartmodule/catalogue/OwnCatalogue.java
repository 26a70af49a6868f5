package io.tributary.smartmodule.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import io.tributary.smartmodule.Catalogue;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the catalogue's entries from the resources beside it.
public final class OwnCatalogue implements Catalogue {
  private static final List<String> NAMES =
      List.of(
          "anomaly",
          "csv-to-json",
          "deadband",
          "dedup",
          "json-project",
          "regex-filter",
          "unit-conversion",
          "window");

  @Override
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (String name : NAMES) {
      entries.add(entry(name));
    }
    return entries;
  }

  private static Entry entry(String name) {
    String page = name + ".yaml";
    try {
      Section section = Settings.parse(page, new String(bytes(page), UTF_8));
      Map<String, Param> params = new LinkedHashMap<>();
      section
          .section("params")
          .entries()
          .forEach((key, param) ->
              params.put(
                  key,
                  new Param(
                      param.string("meaning"),
                      param.string("default", ""),
                      param.string("allowed", ""))));
      String kind = section.string("kind");
      String language = section.string("language");
      Entry entry =
          new Entry(
              section.string("name"),
              section.string("version"),
              kind,
              language,
              section.string("description"),
              params,
              bytes(name + ".wasm"));
      section.finish();
      return entry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SettingsRefused e) {
      throw new IllegalStateException(page + " is no page of the catalogue", e);
    }
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = OwnCatalogue.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      return in.readAllBytes();
    }
  }
}
