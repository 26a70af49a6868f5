package io.tributary.sim.plant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// How an edge of the plant is set up.
///
/// @param id its edge id, for which the plant has a certificate
/// @param name of its process and its files; another than the id where two have one id
/// @param hubAddress where it dials
/// @param before a command that runs the launcher's, as `ip netns exec NAME`; empty for none
/// @param hubYaml further lines of the section `hub`, indented by two
/// @param mappings lines of the MQTT adapter's mappings, as YAML
/// @param moreYaml further keys at the top level, or empty
public record EdgePlan(
    String id,
    String name,
    String hubAddress,
    String mqtt,
    String http,
    Path dataDirectory,
    List<String> before,
    String hubYaml,
    String mappings,
    String moreYaml) {

  /// On loopback, with its data under the plant's directory, and no mapping yet.
  public static EdgePlan of(Plant plant, String id, String hubAddress) throws IOException {
    return new EdgePlan(
        id,
        id,
        hubAddress,
        plant.freeAddress(),
        plant.freeAddress(),
        plant.directory().resolve(id),
        List.of(),
        "",
        "",
        "");
  }

  /// One more mapping, as a YAML flow mapping.
  public EdgePlan mapping(String flow) {
    return new EdgePlan(
        id,
        name,
        hubAddress,
        mqtt,
        http,
        dataDirectory,
        before,
        hubYaml,
        mappings + "      - " + flow + "\n",
        moreYaml);
  }

  public EdgePlan in(Path newDataDirectory) {
    return new EdgePlan(
        id, name, hubAddress, mqtt, http, newDataDirectory, before, hubYaml, mappings, moreYaml);
  }

  public EdgePlan at(String newMqtt, String newHttp) {
    return new EdgePlan(
        id, name, hubAddress, newMqtt, newHttp, dataDirectory, before, hubYaml, mappings, moreYaml);
  }

  public EdgePlan behind(List<String> newBefore) {
    return new EdgePlan(
        id, name, hubAddress, mqtt, http, dataDirectory, newBefore, hubYaml, mappings, moreYaml);
  }

  /// One more line of the section `hub`.
  public EdgePlan hub(String line) {
    return new EdgePlan(
        id,
        name,
        hubAddress,
        mqtt,
        http,
        dataDirectory,
        before,
        hubYaml + "  " + line + "\n",
        mappings,
        moreYaml);
  }

  public EdgePlan more(String yaml) {
    return new EdgePlan(
        id,
        name,
        hubAddress,
        mqtt,
        http,
        dataDirectory,
        before,
        hubYaml,
        mappings,
        moreYaml + yaml);
  }

  /// The same edge once more, under another process name and on other ports.
  public EdgePlan twin(Plant plant, String newName, Path newDataDirectory) throws IOException {
    return new EdgePlan(
        id,
        newName,
        hubAddress,
        plant.freeAddress(),
        plant.freeAddress(),
        newDataDirectory,
        before,
        hubYaml,
        mappings,
        moreYaml);
  }
}
